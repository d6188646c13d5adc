import type { Node as TreeNode } from 'web-tree-sitter';
import type { SourceFile, Span } from '../../text/source.ts';
import type { Node } from '../syntax.ts';

/** Deeper than this no configuration nests; deeper expressions become unknown instead of overflowing the stack. */
const DEEPEST = 400;

/** Where a program's text stands in the file it was made from. */
export interface Placement {
  readonly file: SourceFile;
  place(start: number, end: number): Span;
  /** The template text that a marker at this offset of the program stands for. */
  textAt(offset: number): { readonly at: Span; readonly text: string } | null;
}

interface Scope {
  readonly names: Set<string>;
  /** Blocks see the locals around them; methods, classes and modules do not. */
  readonly inherits: boolean;
  /** A block without parameters may use `_1` or `it`. */
  implicit: { numbered: number; it: boolean } | null;
}

/** What lowering carries along: the text, the locals in scope, the heredocs, and how deep it is. */
export class Lowering {
  readonly text: string;
  readonly placement: Placement;
  /** Where the grammar saw a name and Ruby sees a keyword out of place. */
  stray: TreeNode | null = null;
  readonly assignedInstanceVariables = new Set<string>();
  readonly #heredocs = new Map<number, TreeNode>();
  readonly #scopes: Scope[] = [];
  #depth = 0;

  constructor(text: string, placement: Placement, root: TreeNode, locals: readonly string[]) {
    this.text = text;
    this.placement = placement;
    this.#scopes.push({ names: new Set(locals), inherits: false, implicit: null });
    if (text.includes('<<')) this.#pairHeredocs(root);
  }

  at(node: TreeNode): Span {
    return this.placement.place(node.startIndex, node.endIndex);
  }

  source(node: TreeNode): string {
    return this.text.slice(node.startIndex, node.endIndex);
  }

  heredocBody(beginning: TreeNode): TreeNode | null {
    return this.#heredocs.get(beginning.startIndex) ?? null;
  }

  declare(name: string): void {
    this.#scopes.at(-1)!.names.add(name);
  }

  isLocal(name: string): boolean {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const scope = this.#scopes[i]!;
      if (scope.names.has(name)) return true;
      if (!scope.inherits) return false;
    }
    return false;
  }

  /** Whether the name is one of a parameterless block's implicit parameters; notes that it is used. */
  implicitParameter(name: string): boolean {
    const { implicit } = this.#scopes.at(-1)!;
    if (!implicit) return false;
    if (name === 'it') {
      implicit.it = true;
      return true;
    }
    if (!/^_[1-9]$/.test(name)) return false;
    implicit.numbered = Math.max(implicit.numbered, Number(name[1]));
    return true;
  }

  scoped<T>(inherits: boolean, implicit: boolean, build: () => T): { result: T; numbered: number; it: boolean } {
    const scope: Scope = { names: new Set(), inherits, implicit: implicit ? { numbered: 0, it: false } : null };
    this.#scopes.push(scope);
    try {
      return { result: build(), numbered: scope.implicit?.numbered ?? 0, it: scope.implicit?.it ?? false };
    } finally {
      this.#scopes.pop();
    }
  }

  /** Lowers one level down, or gives up where the nesting is hostile. */
  deeper(node: TreeNode, build: () => Node): Node {
    if (this.#depth >= DEEPEST) return this.unsupported(node, 'nested too deeply for this tool');
    this.#depth++;
    try {
      return build();
    } finally {
      this.#depth--;
    }
  }

  unsupported(node: TreeNode, reason: string): Node & { readonly type: 'unsupported' } {
    return { type: 'unsupported', at: this.at(node), reason };
  }

  /** Bodies stand after the line of their beginnings, in the same order. */
  #pairHeredocs(root: TreeNode): void {
    const beginnings: TreeNode[] = [];
    const bodies: TreeNode[] = [];
    for (const node of root.descendantsOfType(['heredoc_beginning', 'heredoc_body'])) {
      if (node) (node.type === 'heredoc_beginning' ? beginnings : bodies).push(node);
    }
    beginnings.forEach((beginning, i) => {
      const body = bodies[i];
      if (body) this.#heredocs.set(beginning.startIndex, body);
    });
  }
}

/** The children that mean something. */
export function meaningful(node: TreeNode): TreeNode[] {
  return node.namedChildren.filter(
    (child): child is TreeNode =>
      child !== null && child.type !== 'comment' && child.type !== 'heredoc_body' && child.type !== 'empty_statement',
  );
}
