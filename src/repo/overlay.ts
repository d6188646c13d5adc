import { insidePath } from './path.ts';
import type { FileKind, FileTree } from './tree.ts';

/** Another tree in which some files are as somebody would have them: from standard input, or after a fix. */
export class OverlayTree implements FileTree {
  readonly #tree: FileTree;
  readonly #files: ReadonlyMap<string, Uint8Array>;
  #listed: readonly string[] | null = null;

  /** @param files by path, which need not exist in the other tree */
  constructor(tree: FileTree, files: ReadonlyMap<string, Uint8Array>) {
    this.#tree = tree;
    this.#files = files;
  }

  list(): readonly string[] {
    return (this.#listed ??= [...new Set([...this.#tree.list(), ...this.#files.keys()])].toSorted());
  }

  kind(path: string): FileKind {
    if (this.#own(path)) return 'file';
    const folder = `${insidePath(path)}/`;
    const isFolder = [...this.#files.keys()].some((one) => one.startsWith(folder));
    return isFolder ? 'directory' : this.#tree.kind(path);
  }

  read(path: string): Uint8Array {
    return this.#own(path) ?? this.#tree.read(path);
  }

  #own(path: string): Uint8Array | null {
    const inside = insidePath(path);
    return inside === null ? null : (this.#files.get(inside) ?? null);
  }
}
