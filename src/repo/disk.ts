import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
  type Dirent,
  type Stats,
} from 'node:fs';
import { join, sep } from 'node:path';
import { insidePath } from './path.ts';
import { UnreadableFile, type FileKind, type FileTree } from './tree.ts';

/** Configuration is small; whatever is larger than this is no configuration. */
const LARGEST = 16 * 1024 * 1024;

/** Never the app's own, wherever they stand. */
const NEVER = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  '.bundle',
  '.yarn',
  '.pnpm-store',
  '.terraform',
  '__pycache__',
]);
/**
 * Not what the app runs, where an app has them: beside its `config` folder or its Gemfile. Tests may have more folders
 * than the app itself.
 */
const BESIDE_CONFIG = new Set(['vendor', 'tmp', 'log', 'storage', 'coverage', 'pkg', 'spec', 'test']);
/** Built files: large, and nobody's configuration. */
const IN_PUBLIC = new Set(['assets', 'packs', 'packs-test', 'vite', 'vite-test', 'uploads', 'system']);

/** Where a walk is: how the tree calls the place, how the disk calls it, and where it really is. */
interface Place {
  readonly path: string;
  readonly absolute: string | Buffer;
  readonly real: string;
  /** Whether a link led there. */
  readonly linked: boolean;
}

/**
 * A folder on disk. Links are followed as long as what they lead to lies inside the folder; nothing outside is listed
 * or read.
 */
export class DiskTree implements FileTree {
  readonly #root: string;
  readonly #realRoot: string;
  /** Names that are not UTF-8 have a spelling on disk that a string cannot carry. */
  readonly #spelling = new Map<string, Buffer>();
  #listed: readonly string[] | null = null;
  /** Regular files that the walk met on a way without links: they need no second look before they are read. */
  readonly #plain = new Set<string>();
  /** Where a link stands, or a name that is no text; what links lead to may look otherwise from further down. */
  readonly #peculiar: { readonly path: string; readonly real: string | null }[] = [];

  /** @param root an absolute path of a folder that exists */
  constructor(root: string) {
    this.#root = root;
    this.#realRoot = realpathSync.native(root);
  }

  list(): readonly string[] {
    return (this.#listed ??= this.#walk());
  }

  kind(path: string): FileKind {
    return this.#lookAt(path).kind;
  }

  /**
   * The tree of a folder of this one that is an app. What was walked once is not walked again, unless links make a
   * difference.
   * @throws what realpath throws where the folder does not exist
   */
  below(path: string): DiskTree {
    const tree = new DiskTree(join(this.#root, path));
    const prefix = `${path}/`;
    const listed = this.#listed?.filter((one) => one.startsWith(prefix)) ?? [];
    const differs = this.#peculiar.some(
      (one) => `${one.path}/`.startsWith(prefix) && !(one.real !== null && tree.#contains(one.real)),
    );
    const linked = this.#peculiar.some((one) => prefix.startsWith(`${one.path}/`));
    if (listed.length === 0 || differs || linked) return tree;
    tree.#listed = listed.map((one) => one.slice(prefix.length));
    for (const one of listed) if (this.#plain.has(one)) tree.#plain.add(one.slice(prefix.length));
    return tree;
  }

  read(path: string): Uint8Array {
    if (this.#plain.has(path)) {
      try {
        return readRegular(this.#root + sep + path, path, constants.O_NOFOLLOW);
      } catch {
        // It is not what it was: look again, and say why.
      }
    }
    const { kind, why, absolute } = this.#lookAt(path);
    if (kind !== 'file') throw new UnreadableFile(path, why);
    try {
      return readRegular(absolute, path);
    } catch (error) {
      throw error instanceof UnreadableFile ? error : new UnreadableFile(path, inWords(error));
    }
  }

  #lookAt(path: string): Sight {
    const inside = insidePath(path);
    if (inside === null) return { kind: 'outside', why: OUTSIDE, absolute: '' };
    const absolute = this.#spelling.get(inside) ?? join(this.#root, inside);
    try {
      const real = realpathSync.native(absolute);
      if (!this.#contains(real)) return { kind: 'outside', why: OUTSIDE, absolute };
      const stat = statSync(absolute);
      if (stat.isFile()) return { kind: 'file', why: '', absolute };
      // Pipes and devices are not opened: that may never end.
      return { kind: stat.isDirectory() ? 'directory' : 'unreadable', why: nameOf(stat), absolute };
    } catch (error) {
      return absence(absolute, error);
    }
  }

  #contains(real: string): boolean {
    return contains(this.#realRoot, real);
  }

  #walk(): readonly string[] {
    const files: string[] = [];
    const stack: Place[] = [{ path: '', absolute: this.#root, real: this.#realRoot, linked: false }];
    /** Real folders that a link has led into: each only once, so that links among folders cannot multiply. */
    const entered = new Set<string>();
    for (let place = stack.pop(); place; place = stack.pop()) {
      const entries = entriesOf(place.absolute);
      const app = place.path === '' || entries.some(({ name }) => name === 'config' || name === 'Gemfile');
      for (const entry of entries) {
        const path = place.path === '' ? entry.name : `${place.path}/${entry.name}`;
        const { absolute } = entry;
        if (typeof absolute !== 'string') this.#peculiar.push({ path, real: null });
        if (entry.is.isFile()) {
          this.#add(files, path, absolute);
          if (!place.linked && typeof absolute === 'string') this.#plain.add(path);
        } else if (entry.is.isDirectory()) {
          if (isSkipped(place.path, entry.name, app)) continue;
          stack.push({ path, absolute, real: place.real + sep + entry.name, linked: place.linked });
        } else if (entry.is.isSymbolicLink()) {
          const target = this.#target(absolute);
          // What leads nowhere, or out of this tree, leads out of every tree below it.
          if (!target) continue;
          // A folder that another link has led to already is entered by a tree that does not see the other link.
          this.#peculiar.push({ path, real: entered.has(target.real) ? null : target.real });
          if (target.kind === 'file') this.#add(files, path, absolute);
          else if (!isSkipped(place.path, entry.name, app) && !contains(target.real, place.real)) {
            if (entered.has(target.real)) continue;
            entered.add(target.real);
            stack.push({ path, absolute, real: target.real, linked: true });
          }
        }
      }
    }
    // Without a compare function strings are ordered by code unit: the same on every machine.
    return files.toSorted();
  }

  #add(files: string[], path: string, absolute: string | Buffer): void {
    if (typeof absolute !== 'string') {
      if (this.#spelling.has(path)) return;
      this.#spelling.set(path, absolute);
    }
    files.push(path);
  }

  /** What a link leads to; null where that is outside, nowhere, in a circle, or neither file nor folder. */
  #target(absolute: string | Buffer): { readonly kind: 'file' | 'directory'; readonly real: string } | null {
    try {
      const real = realpathSync.native(absolute);
      if (!this.#contains(real)) return null;
      const stat = statSync(real);
      if (stat.isFile()) return { kind: 'file', real };
      return stat.isDirectory() ? { kind: 'directory', real } : null;
    } catch {
      return null;
    }
  }
}

interface Entry {
  readonly name: string;
  readonly absolute: string | Buffer;
  readonly is: Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'>;
}

function entriesOf(folder: string | Buffer): readonly Entry[] {
  try {
    if (typeof folder === 'string') {
      const entries = readdirSync(folder, { withFileTypes: true });
      // U+FFFD stands for bytes that are no UTF-8: ask again for the bytes themselves.
      if (!entries.some(({ name }) => name.includes('\ufffd')))
        return entries.map((entry) => ({ name: entry.name, absolute: folder + sep + entry.name, is: entry }));
    }
    return readdirSync(folder, { withFileTypes: true, encoding: 'buffer' }).map((entry) => bufferEntry(folder, entry));
  } catch {
    // A folder nobody may look into has no files for us; a file that is needed from it says so when it is read.
    return [];
  }
}

function bufferEntry(folder: string | Buffer, entry: Dirent<Buffer>): Entry {
  const raw = entry.name;
  const name = raw.toString('utf8');
  const isUtf8 = typeof folder === 'string' && Buffer.from(name, 'utf8').equals(raw);
  const absolute = isUtf8
    ? folder + sep + name
    : Buffer.concat([typeof folder === 'string' ? Buffer.from(folder) : folder, Buffer.from(sep), raw]);
  return { name, absolute, is: entry };
}

function isSkipped(parent: string, name: string, app: boolean): boolean {
  if (NEVER.has(name)) return true;
  if (app && BESIDE_CONFIG.has(name)) return true;
  return IN_PUBLIC.has(name) && (parent === 'public' || parent.endsWith('/public'));
}

function contains(root: string, real: string): boolean {
  return real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);
}

const OUTSIDE = 'lies outside the app; links that leave it are not followed';

/** What stands at a path, and why it cannot be read where it cannot. */
interface Sight {
  readonly kind: FileKind;
  readonly why: string;
  readonly absolute: string | Buffer;
}

/** Nothing is there, or nothing that leads anywhere. */
function absence(absolute: string | Buffer, error: unknown): Sight {
  const why = inWords(error);
  if (why === 'does not exist') {
    try {
      if (lstatSync(absolute).isSymbolicLink()) return { kind: 'unreadable', why: 'is a link to nothing', absolute };
    } catch {
      // Not even a link.
    }
    return { kind: 'missing', why, absolute };
  }
  return { kind: 'unreadable', why, absolute };
}

function nameOf(stat: Stats): string {
  if (stat.isDirectory()) return 'is a directory';
  if (stat.isFIFO()) return 'is a named pipe';
  if (stat.isSocket()) return 'is a socket';
  return stat.isCharacterDevice() || stat.isBlockDevice() ? 'is a device' : 'is not a regular file';
}

/** The bytes of a regular file. What stands there may have become something else since it was looked at. */
export function readRegular(absolute: string | Buffer, path: string, flags = 0): Uint8Array {
  const file = openSync(absolute, constants.O_RDONLY | constants.O_NONBLOCK | flags);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new UnreadableFile(path, nameOf(stat));
    if (stat.size > LARGEST) throw new UnreadableFile(path, `is larger than ${LARGEST / 1024 / 1024} MB`);
    return readAll(file, stat.size);
  } finally {
    closeSync(file);
  }
}

/** As many bytes as a file said it has, in one call where it has them; some of the system's own say 0 and have more. */
function readAll(file: number, size: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(size);
  let length = 0;
  while (length < size) {
    const read = readSync(file, bytes, length, size - length, null);
    if (read === 0) return bytes.subarray(0, length);
    length += read;
  }
  return size === 0 ? readFileSync(file) : bytes;
}

/** What the operating system said, in English. */
export function inWords(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENAMETOOLONG':
      return 'does not exist';
    case 'EISDIR':
      return 'is a directory';
    case 'ELOOP':
      return 'is a link to itself';
    case 'EMFILE':
    case 'ENFILE':
      return 'too many files are open';
    default:
      return code === '' ? 'cannot be read' : `cannot be read (${code})`;
  }
}
