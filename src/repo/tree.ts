/**
 * The files of the inspected repository. Synchronous and complete: on disk in the command line, in memory in tests,
 * an open buffer over the disk in an editor. Paths are posix and relative to the root of the tree.
 */
export interface FileTree {
  /** Every regular file, sorted. Links that leave the tree, and folders nobody reads (.git, node_modules …), are left out. */
  list(): readonly string[];
  /** What stands at a path. Whoever reads only what is a file never waits for a pipe. */
  kind(path: string): FileKind;
  /** The bytes of a file. Throws UnreadableFile. */
  read(path: string): Uint8Array;
}

/** `unreadable` is there, and no file: a pipe, a device, a link that leads nowhere. `read` says which. */
export type FileKind = 'file' | 'directory' | 'missing' | 'outside' | 'unreadable';

export class UnreadableFile extends Error {
  readonly path: string;
  constructor(path: string, why: string) {
    super(why);
    this.name = 'UnreadableFile';
    this.path = path;
  }
}
