import { Language, Parser, type Node as TreeNode } from 'web-tree-sitter';
import { compileErb } from '../erb/compile.ts';
import { type SourceFile, span } from '../text/source.ts';
import { parseBounded } from './bounded_parse.ts';
import { Lowering, type Placement } from './lower/context.ts';
import { lowerStatements } from './lower/statements.ts';
import { Prism, type Refusal } from './prism.ts';
import type { Program, ProgramParser, SyntaxProblem, TrimMode } from './syntax.ts';

/** The WebAssembly files the parser consists of. */
export interface RubyGrammar {
  /** `web-tree-sitter.wasm` of the package web-tree-sitter. */
  readonly runtime: Uint8Array;
  /** `tree-sitter-ruby.wasm` of the package tree-sitter-ruby. */
  readonly grammar: Uint8Array;
  /** `prism.wasm` of the package @ruby/prism; asked for where the grammar comes upon something it does not know. */
  readonly prism: Uint8Array;
}

/** A parser's own tree, for readers that look for facts in code. It lives until `read` returns. */
export type TreeReader<T> = (root: TreeNode) => T;

/** Larger files than this are no configuration, and their trees would not fit the memory budget. */
const LONGEST = 2_000_000;

/** Configuration is far shorter; the programs of longer files would not fit the memory budget. */
const LONGEST_PROGRAM = 256 * 1024;

/** Why `read` gave up on a file that is not too large. */
export const TOO_MUCH_TO_READ =
  'too much work to read: it has far more errors, or literals without an end, than a program has';

/** What the grammar, which is older than Ruby, stops at while Ruby does not. */
const NEWER_THAN_THE_GRAMMAR = 'Ruby reads this, and this program does not yet';

const WITHOUT_TRIM_MODE =
  'syntax error: Rails reads this file without a trim mode: `-%>` and `<%-` are plain Ruby here';

let ready: Promise<RubyParser> | null = null;

/** Loads the grammar, once for the process. Rejects if the bytes are not what they should be. */
export function loadRuby(files: RubyGrammar): Promise<RubyParser> {
  ready ??= load(files);
  return ready;
}

async function load(files: RubyGrammar): Promise<RubyParser> {
  await Parser.init({ wasmBinary: files.runtime.slice().buffer });
  const language = await Language.load(files.grammar);
  const parser = new Parser();
  parser.setLanguage(language);
  return new RubyParser(parser, language, new Prism(() => files.prism));
}

export class RubyParser implements ProgramParser {
  readonly #parser: Parser;
  readonly #prism: Prism;
  /** For queries. */
  readonly language: Language;

  constructor(parser: Parser, language: Language, prism: Prism) {
    this.#parser = parser;
    this.language = language;
    this.#prism = prism;
  }

  /**
   * Why Ruby does not load a text whose tree has errors; null where it does, or where nobody can tell. Both parsers
   * have to refuse it: the grammar does not know all of what is new, and Ruby not all of what was allowed once.
   */
  refusal(text: string): Refusal | null {
    return this.#prism.refusal(text);
  }

  /** @param part only what stands between these offsets; the rest of the file is left out */
  parse(file: SourceFile, part?: { readonly start: number; readonly end: number }): Program {
    const text = part ? blank(file.text.slice(0, part.start)) + file.text.slice(part.start, part.end) : file.text;
    return this.#program(file, text, verbatim(file), []);
  }

  parseTemplate(file: SourceFile, trimMode: TrimMode, locals: readonly string[] = []): Program {
    const program = this.#template(file, trimMode, locals);
    const { problem } = program;
    if (!problem || problem.unread || trimMode !== null || !/<%-|-%>/.test(file.text)) return program;
    return this.#template(file, '-', locals).problem
      ? program
      : broken(this, file, { message: WITHOUT_TRIM_MODE, at: problem.at });
  }

  #template(file: SourceFile, trimMode: TrimMode, locals: readonly string[]): Program {
    const compiled = compileErb(file.text, trimMode);
    const { segments, texts } = compiled;
    const back = (offset: number): number => {
      let low = 0;
      let high = segments.length - 1;
      if (high < 0) return 0;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (segments[middle]!.from <= offset) low = middle;
        else high = middle - 1;
      }
      const segment = segments[low]!;
      return segment.start + Math.max(0, Math.min(offset - segment.from, segment.length));
    };
    const placement: Placement = {
      file,
      place: (start, end) => {
        const from = back(start);
        return span(file, from, Math.max(from, end > start ? back(end - 1) + 1 : from));
      },
      textAt: (offset) => {
        const text = texts.get(offset);
        return text ? { at: span(file, text.start, text.end), text: text.text } : null;
      },
    };
    return this.#program(file, compiled.program, placement, locals);
  }

  /** Reads a tree and frees it. Null where the file is too large, or takes more work than any program does. */
  read<T>(text: string, reader: TreeReader<T>): T | null {
    if (text.length > LONGEST) return null;
    const tree = parseBounded(this.#parser, text);
    if (!tree) return null;
    try {
      return reader(tree.rootNode);
    } finally {
      tree.delete();
    }
  }

  #program(file: SourceFile, text: string, placement: Placement, locals: readonly string[]): Program {
    const tooLong = Math.max(text.length, file.text.length) > LONGEST_PROGRAM;
    const program = tooLong ? null : this.read(text, (root) => lowerProgram(this, file, text, placement, root, locals));
    if (program) return program;
    const message = tooLong ? 'too large to read as configuration' : TOO_MUCH_TO_READ;
    const problem = { message, at: span(file, 0, 0), unread: true } as const;
    return broken(this, file, problem);
  }
}

/** Spaces in the place of everything but the ends of lines, so that offsets stay what they are. */
function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}

function verbatim(file: SourceFile): Placement {
  return { file, place: (start, end) => span(file, start, end), textAt: () => null };
}

function lowerProgram(
  parser: RubyParser,
  file: SourceFile,
  text: string,
  placement: Placement,
  root: TreeNode,
  locals: readonly string[],
): Program {
  if (root.hasError) {
    const problem = firstError(root, placement, text);
    const isRefused = parser.refusal(text) !== null;
    return broken(parser, file, isRefused ? problem : { ...problem, message: NEWER_THAN_THE_GRAMMAR, unread: true });
  }
  const lowering = new Lowering(text, placement, root, locals);
  const children = lowerStatements(lowering, root) ?? { type: 'nil' as const, at: span(file, 0, 0) };
  if (lowering.stray) {
    const message = `syntax error, unexpected \`${lowering.source(lowering.stray).split(/\s/)[0]}\``;
    return broken(parser, file, { message, at: lowering.at(lowering.stray) });
  }
  return {
    file,
    body: children,
    problem: null,
    assignedInstanceVariables: lowering.assignedInstanceVariables,
    parser,
  };
}

function broken(parser: ProgramParser, file: SourceFile, problem: SyntaxProblem): Program {
  return {
    file,
    body: { type: 'nil', at: problem.at },
    problem,
    assignedInstanceVariables: new Set(),
    parser,
  };
}

/** Walks down to the first node that is an error or missing. */
function firstError(root: TreeNode, placement: Placement, text: string): SyntaxProblem {
  let node = root;
  for (;;) {
    if (node.isMissing) {
      return { message: `syntax error: ${node.type} expected`, at: placement.place(node.startIndex, node.endIndex) };
    }
    if (node.isError) {
      const found = text.slice(node.startIndex, node.endIndex).trim().split(/\s/)[0]?.slice(0, 40) ?? '';
      const message = found === '' ? 'syntax error' : `syntax error near \`${found}\``;
      return { message, at: placement.place(node.startIndex, node.endIndex) };
    }
    const next = node.children.find((child) => child !== null && (child.isError || child.isMissing || child.hasError));
    if (!next) return { message: 'syntax error', at: placement.place(node.startIndex, node.endIndex) };
    node = next;
  }
}
