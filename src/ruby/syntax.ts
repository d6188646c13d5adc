import type { SourceFile, Span } from '../text/source.ts';

/**
 * The evaluator's own tree: plain objects, each with its place in the file (for a template: in the template). It holds
 * nothing of the parser's, so that a file is parsed once and evaluated as often as a proof needs.
 */
export type Node =
  | { readonly type: 'nil' | 'true' | 'false' | 'self' | 'retry' | 'redo'; readonly at: Span }
  | { readonly type: 'int'; readonly at: Span; readonly value: bigint }
  | { readonly type: 'float'; readonly at: Span; readonly value: number }
  | { readonly type: 'str'; readonly at: Span; readonly value: string }
  | { readonly type: 'dstr' | 'dsym' | 'xstr'; readonly at: Span; readonly parts: readonly Node[] }
  | { readonly type: 'sym'; readonly at: Span; readonly name: string }
  | { readonly type: 'regex'; readonly at: Span; readonly parts: readonly Node[]; readonly flags: string }
  | { readonly type: 'array'; readonly at: Span; readonly items: readonly Node[] }
  | { readonly type: 'splat'; readonly at: Span; readonly value: Node }
  | { readonly type: 'hash'; readonly at: Span; readonly pairs: readonly Pair[] }
  | RangeNode
  | VariableNode<'local'>
  | VariableNode<'ivar'>
  | VariableNode<'gvar'>
  | VariableNode<'cvar'>
  | ConstNode
  | { readonly type: 'file' | 'line'; readonly at: Span }
  | { readonly type: 'assign'; readonly at: Span; readonly target: Target; readonly value: Node }
  | {
      readonly type: 'opassign';
      readonly at: Span;
      readonly target: Target;
      readonly op: string;
      readonly value: Node;
    }
  | { readonly type: 'and'; readonly at: Span; readonly left: Node; readonly right: Node }
  | { readonly type: 'or'; readonly at: Span; readonly left: Node; readonly right: Node }
  | { readonly type: 'not'; readonly at: Span; readonly value: Node }
  | { readonly type: 'defined'; readonly at: Span; readonly value: Node }
  | {
      readonly type: 'if';
      readonly at: Span;
      readonly test: Node;
      readonly then: Node | null;
      readonly else: Node | null;
    }
  | CaseNode
  | MatchNode
  | LoopNode
  | {
      readonly type: 'for';
      readonly at: Span;
      readonly target: Target;
      readonly over: Node;
      readonly body: Node | null;
    }
  | { readonly type: 'seq'; readonly at: Span; readonly body: readonly Node[] }
  | BeginNode
  | CallNode
  | { readonly type: 'super'; readonly at: Span; readonly args: Arguments | null }
  | { readonly type: 'yield'; readonly at: Span; readonly args: Arguments }
  | { readonly type: 'return' | 'next' | 'break'; readonly at: Span; readonly value: Node | null }
  | { readonly type: 'lambda'; readonly at: Span; readonly block: BlockNode }
  | DefNode
  | ModuleNode
  /** A template's own text, where it stands and what it prints (`<%%` prints `<%`). */
  | { readonly type: 'text'; readonly at: Span; readonly text: string }
  /** What an output tag prints. */
  | { readonly type: 'print'; readonly at: Span; readonly value: Node }
  | { readonly type: 'unsupported'; readonly at: Span; readonly reason: string };

export interface Pair {
  /** null: `**value`. */
  readonly key: Node | null;
  readonly value: Node;
}

export interface RangeNode {
  readonly type: 'range';
  readonly at: Span;
  readonly begin: Node | null;
  readonly end: Node | null;
  readonly exclusive: boolean;
}

export interface ConstNode {
  readonly type: 'const';
  readonly at: Span;
  readonly name: string;
  /** null: looked up from here; 'top': `::Name`. */
  readonly scope: Node | 'top' | null;
}

export interface VariableNode<T> {
  readonly type: T;
  readonly at: Span;
  readonly name: string;
}

export type Target =
  | VariableNode<'local'>
  | VariableNode<'ivar'>
  | VariableNode<'gvar'>
  | VariableNode<'cvar'>
  | ConstNode
  | {
      readonly type: 'index';
      readonly at: Span;
      readonly object: Node;
      readonly args: Arguments;
    }
  | {
      readonly type: 'attribute';
      readonly at: Span;
      readonly object: Node;
      readonly name: string;
      readonly safe: boolean;
    }
  | MultipleTarget
  | { readonly type: 'unsupported'; readonly at: Span; readonly reason: string };

/** `a, (b, *c), d`: the targets before the splat, the splat, the ones after it. */
export interface MultipleTarget {
  readonly type: 'multiple';
  readonly at: Span;
  readonly before: readonly Target[];
  readonly rest: Target | 'nameless' | null;
  readonly after: readonly Target[];
}

export interface CaseNode {
  readonly type: 'case';
  readonly at: Span;
  readonly subject: Node | null;
  readonly whens: readonly { readonly at: Span; readonly patterns: readonly Node[]; readonly body: Node | null }[];
  readonly else: Node | null;
}

/** `case … in`, `value => pattern`, `value in pattern`. */
export interface MatchNode {
  readonly type: 'match';
  readonly at: Span;
  readonly subject: Node;
  readonly clauses: readonly {
    readonly at: Span;
    readonly pattern: Pattern;
    readonly guard: Node | null;
    readonly body: Node | null;
  }[];
  readonly else: Node | null;
  /** What happens without a match: an error (`case`, `=>`) or false (`in`, which answers true otherwise). */
  readonly form: 'case' | 'require' | 'test';
}

export type Pattern =
  | { readonly type: 'value'; readonly node: Node }
  | { readonly type: 'bind'; readonly name: string | null }
  | { readonly type: 'as'; readonly pattern: Pattern; readonly name: string }
  | { readonly type: 'either'; readonly of: readonly Pattern[] }
  | {
      readonly type: 'array';
      readonly class: Node | null;
      readonly before: readonly Pattern[];
      readonly rest: { readonly name: string | null } | null;
      readonly after: readonly Pattern[];
    }
  | {
      readonly type: 'hash';
      readonly class: Node | null;
      readonly pairs: readonly { readonly key: string; readonly pattern: Pattern | null }[];
      readonly rest: { readonly name: string | null } | 'nil' | null;
    }
  | { readonly type: 'unsupported'; readonly reason: string };

export interface LoopNode {
  readonly type: 'while';
  readonly at: Span;
  readonly test: Node;
  readonly body: Node | null;
  readonly until: boolean;
  /** `begin … end while x` runs once before it asks. */
  readonly bodyFirst: boolean;
}

export interface BeginNode {
  readonly type: 'begin';
  readonly at: Span;
  readonly body: Node | null;
  readonly rescues: readonly RescueClause[];
  readonly else: Node | null;
  readonly ensure: Node | null;
}

export interface RescueClause {
  readonly at: Span;
  /** Empty: StandardError. */
  readonly classes: readonly Node[];
  readonly target: Target | null;
  readonly body: Node | null;
}

export interface Arguments {
  /** Positional; splats among them. */
  readonly positional: readonly Node[];
  readonly pairs: readonly Pair[];
  /** `&block`; 'anonymous' for a bare `&`. */
  readonly block: Node | 'anonymous' | null;
  /** `...` hands on everything. */
  readonly forward: boolean;
}

export interface CallNode {
  readonly type: 'call';
  readonly at: Span;
  readonly receiver: Node | null;
  readonly method: string;
  readonly args: Arguments;
  readonly block: BlockNode | null;
  readonly safe: boolean;
  /** `foo` without arguments, parentheses or receiver: a method only if it is no local. */
  readonly bare: boolean;
}

export interface BlockNode {
  readonly at: Span;
  readonly params: Parameters;
  readonly body: Node | null;
}

export interface Parameters {
  readonly required: readonly (string | MultipleTarget)[];
  readonly optional: readonly { readonly name: string; readonly value: Node }[];
  readonly rest: string | null;
  readonly post: readonly (string | MultipleTarget)[];
  /** `value` null: a required keyword. */
  readonly keywords: readonly { readonly name: string; readonly value: Node | null }[];
  readonly keywordRest: string | null;
  readonly block: string | null;
  readonly forward: boolean;
  /** Block-local names after the semicolon. */
  readonly locals: readonly string[];
  /** `|a,|`: one parameter, and yet an array is taken apart. */
  readonly trailingComma: boolean;
}

export interface DefNode {
  readonly type: 'def';
  readonly at: Span;
  readonly name: string;
  /** `def self.x`: the object it is defined on. */
  readonly singleton: Node | null;
  readonly params: Parameters;
  readonly body: Node | null;
}

export interface ModuleNode {
  readonly type: 'module';
  readonly at: Span;
  readonly kind: 'class' | 'module' | 'singleton';
  readonly name: ConstNode | null;
  readonly superclass: Node | null;
  readonly body: Node | null;
}

export const NO_PARAMETERS: Parameters = {
  required: [],
  optional: [],
  rest: null,
  post: [],
  keywords: [],
  keywordRest: null,
  block: null,
  forward: false,
  locals: [],
  trailingComma: false,
};

export const NO_ARGUMENTS: Arguments = { positional: [], pairs: [], block: null, forward: false };

/** Ruby that does not parse. The place is that of the first error. */
export interface SyntaxProblem {
  readonly message: string;
  readonly at: Span;
  /** This tool did not read the file; Ruby would. */
  readonly unread?: true;
}

/** A file as the evaluator reads it. One with a problem does not evaluate. */
export interface Program {
  readonly file: SourceFile;
  readonly body: Node;
  readonly problem: SyntaxProblem | null;
  /** The instance variables assigned anywhere in the file. */
  readonly assignedInstanceVariables: ReadonlySet<string>;
  /** Parses what this file loads, in the same way. */
  readonly parser: ProgramParser;
}

export interface ProgramParser {
  parse(file: SourceFile): Program;
  /** A template, in one of ERB's trim modes; `locals` are the variables of the binding it is rendered with. */
  parseTemplate(file: SourceFile, trimMode: TrimMode, locals?: readonly string[]): Program;
}

/** `trim_mode:` of ERB.new. */
export type TrimMode = null | '-' | '<>' | '>';
