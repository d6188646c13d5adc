import { UnreadableFile, type FileKind, type FileTree } from './tree.ts';

/** Another tree without the files and folders that somebody has excluded: they are as good as not there. */
export class ExcludingTree implements FileTree {
  readonly #tree: FileTree;
  readonly #excludes: (path: string) => boolean;
  #listed: readonly string[] | null = null;

  constructor(tree: FileTree, excludes: (path: string) => boolean) {
    this.#tree = tree;
    this.#excludes = excludes;
  }

  list(): readonly string[] {
    return (this.#listed ??= this.#tree.list().filter((path) => !this.#excludes(path)));
  }

  kind(path: string): FileKind {
    return this.#excludes(path) ? 'missing' : this.#tree.kind(path);
  }

  read(path: string): Uint8Array {
    if (this.#excludes(path)) throw new UnreadableFile(path, 'is excluded');
    return this.#tree.read(path);
  }
}
