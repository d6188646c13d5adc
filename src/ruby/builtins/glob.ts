import type { FileTree } from '../../repo/tree.ts';
import { glob } from '../../text/glob.ts';
import type { Answer, Call } from '../call.ts';
import { expand, insideTree, REPOSITORY_ROOT } from '../paths.ts';
import { RubyArray } from '../values.ts';

/** More alternatives, or more stars that do not stand side by side, than these are not followed. */
const MOST_ALTERNATIVES = 64;
const MOST_STARS = 4;

const NOT_FOLLOWED = 'a list of files';

/**
 * `Dir.glob(pattern, base:)`, `Dir[one, two]`: files and folders, those of a folder behind it, by name. Sets of characters,
 * escapes and flags are not followed. Source: dir.c@v3_3_8 of ruby/ruby; measured with Ruby 3.1.2 and 3.3.8
 */
export function globbed(c: Call): Answer {
  if (c.method === 'glob' && c.count > 1 && c.arg(1) !== 0n) return c.unknown(NOT_FOLLOWED);
  for (const name of c.named?.keys() ?? []) if (name !== 'base') return c.unknown(NOT_FOLLOWED);
  const base = c.keyword('base') ?? null;
  const from = expand(base === null ? '' : c.asStr(base), REPOSITORY_ROOT);
  const given = c.method === 'glob' ? c.args.slice(0, 1) : c.args;
  const patterns = given.flatMap((arg) => {
    const value = c.see(arg);
    return value instanceof RubyArray ? c.itemsOf(value).map((item) => c.asStr(c.see(item))) : [c.asStr(value)];
  });
  const paths = patterns.flatMap((pattern) => {
    const stars = pattern.match(/\*+/g)?.length ?? 0;
    const alternatives = /[[\]\\]/.test(pattern) || stars > MOST_STARS ? null : alternativesOf(pattern);
    return alternatives?.flatMap((one) => found(c, one, from)) ?? c.unknown(NOT_FOLLOWED);
  });
  const values = paths.map((path) => c.make(path));
  if (!c.block) return c.newArray(values);
  for (const value of values) c.yield(value);
  return null;
}

/** What matches a pattern without braces, as Ruby writes it: what stands before the first star stays as it is. */
function found(c: Call, pattern: string, from: string): readonly string[] {
  const star = pattern.search(/[*?]/);
  const written = star === -1 ? pattern : pattern.slice(0, pattern.lastIndexOf('/', star) + 1);
  const place = insideTree(expand(written, from));
  if (place === null) return c.unknown(NOT_FOLLOWED);
  const kind = place === '' ? 'directory' : c.m.files.kind(place);
  if (star === -1) {
    const isThere = kind === 'directory' || (kind === 'file' && !written.endsWith('/'));
    return isThere && written !== '' ? [written] : [];
  }
  if (kind !== 'directory') return [];
  const names = namesOf(pattern.slice(written.length));
  if (!names) return c.unknown(NOT_FOLLOWED);
  const list = c.m.files.list();
  c.m.work(1 + ((place === '' ? list.length : below(list, `${place}0`) - below(list, `${place}/`)) >> 6), c.at);
  const paths: string[] = [];
  // Where nothing needs to come below it, the folder itself is one of them.
  const start = reached(names, [0]);
  if (start.has(names.signs.length) && written !== '') paths.push(written);
  walk(c.m.files, { folder: place, written, states: start }, names, paths);
  return paths;
}

interface Names {
  /** A question to each name; null for folders, any or none: two stars. */
  readonly signs: readonly (((name: string) => boolean) | null)[];
  /** A slash at the end asks for folders. */
  readonly onlyFolders: boolean;
}

/** The names of a pattern; null for one that leads back up, or may list the folder itself as `.` among its entries. */
function namesOf(pattern: string): Names | null {
  const written = pattern.replace(/\*\*\/+/g, '**/').split('/');
  const onlyFolders = written.at(-1) === '';
  const names = onlyFolders ? written.slice(0, -1) : written;
  if (names.some((name) => name === '' || name === '.' || name === '..')) return null;
  // Two stars are folders only where they are a whole name, and not the last one.
  const isAny = (name: string, index: number) => name === '**' && (onlyFolders || index < names.length - 1);
  const kept = names.filter((name, index) => !(isAny(name, index) && names[index - 1] === '**'));
  const signs = kept.map((name, index) => {
    const isFolders = name === '**' && (onlyFolders || index < kept.length - 1);
    return isFolders ? null : glob(name.replace(/\*+/g, '*'), 'passed over');
  });
  const listsItself = signs.some((sign, index) => sign?.('.') === true && signs[index - 1] !== null);
  return listsItself ? null : { signs, onlyFolders };
}

interface Standing {
  /** In the tree. */
  readonly folder: string;
  /** As the answer begins. */
  readonly written: string;
  /** Which names may come next. */
  readonly states: ReadonlySet<number>;
}

function walk(files: FileTree, { folder, written, states }: Standing, names: Names, paths: string[]): void {
  const { signs, onlyFolders } = names;
  for (const [name, isFolder] of entriesIn(files.list(), folder)) {
    const next = [...states].flatMap((state) => {
      const sign = signs[state];
      if (sign === undefined) return [];
      if (sign === null) return isFolder && !name.startsWith('.') ? [state] : [];
      return sign(name) ? [state + 1] : [];
    });
    const after = reached(names, next);
    if (after.has(signs.length) && (isFolder || !onlyFolders)) paths.push(`${written}${name}${onlyFolders ? '/' : ''}`);
    if (!isFolder || ![...after].some((state) => state < signs.length)) continue;
    const inside = folder === '' ? name : `${folder}/${name}`;
    walk(files, { folder: inside, written: `${written}${name}/`, states: after }, names, paths);
  }
}

/** Those states, and those behind folders that need not be there. */
function reached({ signs }: Names, states: readonly number[]): ReadonlySet<number> {
  return new Set(states.flatMap((state) => (signs[state] === null ? [state, state + 1] : [state])));
}

/** What stands in a folder, by name, and whether it is a folder. */
function entriesIn(list: readonly string[], folder: string): readonly (readonly [string, boolean])[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  const entries: [string, boolean][] = [];
  for (let at = below(list, prefix); at < list.length && list[at]!.startsWith(prefix);) {
    const slash = list[at]!.indexOf('/', prefix.length);
    const name = list[at]!.slice(prefix.length, slash === -1 ? undefined : slash);
    entries.push([name, slash !== -1]);
    // The sign behind the slash: the first path that is not in that folder.
    at = slash === -1 ? at + 1 : below(list, `${prefix}${name}0`);
  }
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** How many paths of a sorted list come before this one. */
function below(list: readonly string[], path: string): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]! < path) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A pattern once for each way through its braces; null where there are too many. */
function alternativesOf(pattern: string): readonly string[] | null {
  let all: readonly string[] = [pattern];
  while (all.some((one) => BRACES.test(one))) {
    all = all.flatMap((one) => {
      const braces = BRACES.exec(one);
      if (!braces) return [one];
      const [before, after] = [one.slice(0, braces.index), one.slice(braces.index + braces[0].length)];
      return braces[1]!.split(',').map((word) => before + word + after);
    });
    if (all.length > MOST_ALTERNATIVES) return null;
  }
  return all;
}

/** Those that have no others in them: whoever takes them away first comes to those around them. */
const BRACES = /\{([^{}]*)\}/;
