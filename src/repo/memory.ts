import { insidePath } from './path.ts';
import { UnreadableFile, type FileKind, type FileTree } from './tree.ts';

/** A tree that exists nowhere but here: path to content. */
export class MemoryTree implements FileTree {
  readonly #files = new Map<string, Uint8Array>();
  readonly #directories = new Set<string>(['']);
  #listed: readonly string[] | null = null;

  constructor(files: Readonly<Record<string, string | Uint8Array>>) {
    const encoder = new TextEncoder();
    for (const [path, content] of Object.entries(files)) {
      const inside = insidePath(path);
      if (inside === null || inside === '') throw new RangeError(`not a path inside a tree: ${path}`);
      this.#files.set(inside, typeof content === 'string' ? encoder.encode(content) : content);
      for (let at = inside.lastIndexOf('/'); at !== -1; at = inside.lastIndexOf('/', at - 1))
        this.#directories.add(inside.slice(0, at));
    }
  }

  list(): readonly string[] {
    return (this.#listed ??= [...this.#files.keys()].toSorted());
  }

  kind(path: string): FileKind {
    const inside = insidePath(path);
    if (inside === null) return 'outside';
    if (this.#files.has(inside)) return 'file';
    return this.#directories.has(inside) ? 'directory' : 'missing';
  }

  read(path: string): Uint8Array {
    const kind = this.kind(path);
    if (kind === 'directory') throw new UnreadableFile(path, 'is a directory');
    if (kind === 'outside') throw new UnreadableFile(path, 'lies outside the app');
    const content = this.#files.get(insidePath(path)!);
    if (!content) throw new UnreadableFile(path, 'does not exist');
    return content;
  }
}
