import type { Copied } from '../../launch/launch.ts';
import { glob } from '../../text/glob.ts';

/** An absolute path without `.`, `..` and double slashes. */
export function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** A path of an image, from the folder it is written in. */
export function within(folder: string | null, written: string): string {
  return normal(written.startsWith('/') ? written : `${folder ?? ''}/${written}`);
}

/** What lies below a folder, from there; null for what lies elsewhere, '' for the folder itself. */
export function below(folder: string, path: string): string | null {
  if (path === folder) return '';
  const prefix = folder === '/' ? '/' : `${folder}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : null;
}

/**
 * What may lie at a path of an image by the order in which the image got it, the last one first: a file or folder of the
 * repository, if it is there, or something nobody knows.
 */
export function lyingAt(path: string, copies: readonly Copied[]): readonly Copied[] {
  return copies.toReversed().flatMap((copied): readonly Copied[] => {
    const rest = below(copied.to, path);
    if (rest === null) return [];
    if (copied.from === null) return [{ ...copied, to: path }];
    return [{ from: rest === '' ? copied.from : joinedTo(copied.from, rest), to: path }];
  });
}

/** What a copy of a path of one image (or of the same) brings to a path of another. */
export function broughtFrom(path: string, copies: readonly Copied[], to: string): readonly Copied[] {
  const inside = copies.flatMap((copied): readonly Copied[] => {
    const rest = below(path, copied.to);
    return rest === null || rest === '' ? [] : [{ ...copied, to: normal(`${to}/${rest}`) }];
  });
  const itself = lyingAt(path, copies).toReversed();
  return [...itself.map((copied) => ({ ...copied, to })), ...inside];
}

function joinedTo(folder: string, rest: string): string {
  return folder === '.' || folder === '' ? rest : `${folder}/${rest}`;
}

/** The file of the repository that lies at a path of an image, or null. */
export function fileIn(path: string, copies: readonly Copied[], exists: (path: string) => boolean): string | null {
  for (const copied of lyingAt(path, copies)) {
    if (copied.from === null) return null;
    if (exists(copied.from)) return copied.from;
  }
  return null;
}

/** The files that lie at the paths of an image that a pattern with stars means, in the order of their paths. */
export function filesMatching(
  pattern: string,
  copies: readonly Copied[],
  paths: readonly string[],
): readonly { readonly path: string; readonly from: string }[] {
  // Source: Lib/glob.py@v3.12.0 (python/cpython): without `recursive`, two stars are one.
  const isMeant = glob(pattern.replace(/\*+/g, '*'));
  const found = new Map<string, string>();
  for (const { from, to } of copies) {
    if (from === null) continue;
    for (const path of paths) {
      const rest = from === '.' || from === '' ? path : below(from, path);
      if (rest === null) continue;
      const there = rest === '' ? to : normal(`${to}/${rest}`);
      if (isMeant(there)) found.set(there, path);
    }
  }
  return [...found].map(([path, from]) => ({ path, from })).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
