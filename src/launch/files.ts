import { UnreadableFile, type FileTree } from '../repo/tree.ts';
import { SourceFile, span } from '../text/source.ts';
import type { BootProblem } from './boot.ts';

/**
 * The files of one app as text, each read once. Paths given are relative to the app; the `SourceFile`s handed out carry
 * the path under which people know the file, relative to the working directory.
 */
export class AppFiles {
  readonly tree: FileTree;
  readonly #root: string;
  readonly #sources = new Map<string, SourceFile | null>();
  readonly problems: BootProblem[] = [];
  /** Paths of files that were looked through as code and name this program: they may ignore a finding. */
  readonly mentioning = new Set<string>();

  /** @param root path of the app relative to the working directory, "." for the directory itself */
  constructor(tree: FileTree, root: string) {
    this.tree = tree;
    this.#root = root;
  }

  exists(path: string): boolean {
    return this.tree.kind(path) === 'file';
  }

  /** The file, or null where there is none or where it is no text; the latter is noted as a problem. */
  source(path: string): SourceFile | null {
    const cached = this.#sources.get(path);
    if (cached !== undefined) return cached;
    const source = this.#read(path);
    this.#sources.set(path, source);
    return source;
  }

  /** Every file that was read as text so far, in the order in which they were. */
  get read(): readonly SourceFile[] {
    return [...this.#sources.values()].filter((source) => source !== null);
  }

  /** The path of a file of the app as outputs print it. */
  shown(path: string): string {
    return this.#root === '.' ? path : `${this.#root}/${path}`;
  }

  #read(path: string): SourceFile | null {
    const kind = this.tree.kind(path);
    if (kind === 'missing') return null;
    if (kind === 'directory') return this.#problem(path, 'this is a directory, where a file is expected');
    if (kind === 'outside') return this.#problem(path, 'this link leaves the repository; it is not followed');
    try {
      const bytes = this.tree.read(path);
      if (bytes.includes(0)) return this.#problem(path, 'this is a binary file (it contains a NUL byte), not text');
      const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
      return this.#file(path, text);
    } catch (error) {
      if (error instanceof UnreadableFile) return this.#problem(path, `this file cannot be read: it ${error.message}`);
      if (error instanceof TypeError) return this.#problem(path, 'this file is not UTF-8 text');
      throw error;
    }
  }

  #file(path: string, text: string): SourceFile {
    const shown = this.shown(path);
    return new SourceFile(shown, text, shown.slice(0, shown.length - path.length));
  }

  #problem(path: string, message: string): null {
    const at = span(this.#file(path, ''), 0, 0);
    this.problems.push({ kind: 'parse-error', message, at, assumes: [] });
    return null;
  }
}
