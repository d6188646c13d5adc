import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { ChangedLines } from '../lint/changed_lines.ts';
import { inWords } from '../repo/disk.ts';
import { escapeControls } from '../report/characters.ts';
import type { Analysis } from './analysis.ts';
import { BadCall } from './bad_call.ts';
import type { Call } from './call.ts';
import type { Terminal } from './engine.ts';
import { boundaryOf } from './targets.ts';

/** Flags that take a unified diff. */
export type DiffFlag = 'changed-lines' | 'annotate-changed';

/** The lines that the diff of a flag changes, by file; null where it is not given. Throws BadCall. */
export async function changedLines(
  flag: DiffFlag,
  call: Call,
  terminal: Terminal,
  { cwd, apps }: Pick<Analysis, 'cwd' | 'apps'>,
): Promise<ChangedLines | null> {
  const given = call.value(flag);
  if (given === null) return null;
  const shown = `--${flag} ${escapeControls(given)}`;
  const { changedFiles } = await import('../lint/changed_lines.ts');
  const text = decoded(given === '-' ? await terminal.stdin() : bytesOf(resolve(cwd, given), shown));
  const changed = new Map<string, ReadonlySet<number>>();
  for (const { paths, lines } of read(text, changedFiles, shown)) {
    const place = located(paths, cwd);
    // An app around the working directory is called `..`, and its files by that name.
    const names = apps.map(({ root, folder }) => (root === '.' ? '' : `${root}/`) + posixPath(folder, place));
    for (const name of new Set([posixPath(cwd, place), ...names]))
      changed.set(name, new Set([...(changed.get(name) ?? []), ...lines]));
  }
  return changed;
}

function posixPath(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/');
}

function read<T>(text: string, parse: (text: string) => T, shown: string): T {
  try {
    return parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new BadCall(`${shown} is no unified diff: ${why}`);
  }
}

/**
 * Where a file of the diff is: paths of git begin at the top of the repository, those of `git diff --relative` and of
 * other programs in the working directory.
 */
function located(paths: readonly string[], cwd: string): string {
  const places = [boundaryOf(cwd), cwd].flatMap((folder) => paths.map((path) => join(folder, path)));
  return places.find((place) => existsSync(place)) ?? places[0]!;
}

function bytesOf(path: string, shown: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const why = inWords(error);
    throw new BadCall(`${shown} cannot be read: ${why.startsWith('permission') ? why : `it ${why}`}`);
  }
}

/** What a shell of Windows redirects is UTF-16. */
function decoded(bytes: Uint8Array): string {
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isWide ? 'utf-16le' : 'utf-8').decode(bytes).replaceAll('\r\n', '\n');
}
