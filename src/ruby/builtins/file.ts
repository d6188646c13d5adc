import type { Answer, Call, Table } from '../call.ts';
import { basename, dirname, expand, insideTree, joinPaths, readText, REPOSITORY_ROOT, shownPath } from '../paths.ts';
import { RubyArray } from '../values.ts';
import { globbed } from './glob.ts';

/** What stands at the path of an argument; outside of the repository nobody knows. */
function place(c: Call, path = c.str(0)): { inside: string; kind: 'file' | 'directory' | 'missing' } {
  const inside = insideTree(path);
  const kind = inside === null ? 'outside' : inside === '' ? 'directory' : c.m.files.kind(inside);
  if (inside === null || kind === 'outside') return c.unknown(`\`${shownPath(path)}\` is outside of the repository`);
  if (kind === 'unreadable') return c.unknown(`\`${inside}\` is no file that can be read`);
  return { inside, kind };
}

/** The text of a file in the repository. One that is missing may be there in production. */
export function readFile(c: Call, path: string): string {
  const { inside, kind } = place(c, path);
  if (kind !== 'file') return c.unknown(`\`${inside}\` is not in the repository`);
  const text = readText(c.m.files, inside);
  if (text === null) return c.unknown(`\`${inside}\` cannot be read`);
  c.m.allocate(text.length, c.at);
  c.m.readTexts.set(text, inside);
  return text;
}

function parts(c: Call): string[] {
  return c.args.flatMap((arg, i) => {
    const value = c.see(arg);
    if (value instanceof RubyArray) return c.itemsOf(value).map((item) => c.asStr(c.see(item)));
    return [c.str(i)];
  });
}

function expandPath(c: Call): Answer {
  const path = c.str(0);
  if (path.startsWith('~')) return c.unknown('a home directory');
  const base = c.count > 1 && c.arg(1) !== null ? c.str(1) : REPOSITORY_ROOT;
  return expand(path, expand(base, REPOSITORY_ROOT));
}

export const FILE: Table = {
  join: (c) => joinPaths(parts(c)),
  expand_path: expandPath,
  absolute_path: expandPath,
  realpath: expandPath,
  'absolute_path?': (c) => c.str(0).startsWith('/'),
  dirname: (c) => dirname(c.str(0)),
  basename: (c) => {
    const name = basename(c.str(0));
    if (c.count === 1) return name;
    const suffix = c.str(1);
    if (suffix === '.*') return name.replace(/(?<=.)\.[^.]*$/, '');
    return name.endsWith(suffix) && name !== suffix ? name.slice(0, name.length - suffix.length) : name;
  },
  extname: (c) => /(?<=[^/])\.[^./]+$/.exec(basename(c.str(0)))?.[0] ?? '',
  split: (c) => c.newArray([c.make(dirname(c.str(0))), c.make(basename(c.str(0)))]),
  'exist?': (c) => place(c).kind !== 'missing',
  'exists?': (c) => place(c).kind !== 'missing',
  'file?': (c) => place(c).kind === 'file',
  'directory?': (c) => place(c).kind === 'directory',
  'readable?': (c) => place(c).kind !== 'missing',
  read: (c) => readFile(c, c.str(0)),
  binread: (c) => readFile(c, c.str(0)),
  readlines: (c) => c.newArray((readFile(c, c.str(0)).match(/[^\n]*\n|[^\n]+/g) ?? []).map((line) => c.make(line))),
  open: (c) => c.unknown('an open file'),
  new: (c) => c.unknown('an open file'),
  popen: (c) => c.unknown('a running program'),
  write: () => null,
  delete: () => null,
  unlink: () => null,
  symlink: () => null,
  'symlink?': (c) => c.unknown('a link'),
  size: (c) => c.unknown('the size of a file'),
  mtime: (c) => c.unknown('the time of day'),
  stat: (c) => c.unknown('the state of a file'),
  'fnmatch?': (c) => c.unknown('a match of a path'),
  fnmatch: (c) => c.unknown('a match of a path'),
  path: (c) => c.str(0),
};

export const DIR: Table = {
  pwd: () => REPOSITORY_ROOT,
  getwd: () => REPOSITORY_ROOT,
  'exist?': (c) => place(c).kind === 'directory',
  'exists?': (c) => place(c).kind === 'directory',
  glob: globbed,
  '[]': globbed,
  chdir: (c) => (c.block ? c.unknown('another working directory') : null),
  children: (c) => c.unknown('a list of files'),
  entries: (c) => c.unknown('a list of files'),
  mkdir: () => null,
  tmpdir: (c) => c.unknown('a temporary directory'),
  home: (c) => c.unknown('a home directory'),
};
