import type { FileKind, FileTree } from './tree.ts';

/** Another tree for the time of one run, in which nothing changes: what stands at a path is looked up once. */
export class RememberingTree implements FileTree {
  readonly #tree: FileTree;
  readonly #kinds = new Map<string, FileKind>();

  constructor(tree: FileTree) {
    this.#tree = tree;
  }

  list(): readonly string[] {
    return this.#tree.list();
  }

  kind(path: string): FileKind {
    const before = this.#kinds.get(path);
    if (before) return before;
    const kind = this.#tree.kind(path);
    this.#kinds.set(path, kind);
    return kind;
  }

  read(path: string): Uint8Array {
    return this.#tree.read(path);
  }
}
