import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { escapeControls } from '../report/characters.ts';
import { BadCall } from './bad_call.ts';
import type { Call } from './call.ts';
import type { Terminal } from './engine.ts';

/** A file as standard input has it, whether or not it is on disk. */
export interface StdinFile {
  readonly content: Uint8Array;
  readonly shown: string;
  /** The file, or the folder nearest to where it would be: what a path of the command line would name. */
  readonly target: string;
  /** Its path inside a folder (absolute), posix; null where it lies outside. */
  pathIn(folder: string): string | null;
}

/** What `--stdin-filename` overlays; null where it is not given. Throws BadCall. */
export async function stdinFile(call: Call, terminal: Terminal, cwd: string): Promise<StdinFile | null> {
  const name = call.value('stdin-filename');
  if (name === null) return null;
  const shown = escapeControls(name);
  const diff = ['changed-lines', 'annotate-changed'].find((flag) => call.value(flag) === '-');
  if (diff !== undefined)
    throw new BadCall(`--stdin-filename and --${diff} - both read standard input; give the diff as a file`);
  if (name.endsWith('/') || name.includes('\0')) throw new BadCall(`--stdin-filename ${shown} names no file`);
  const path = realPath(resolve(cwd, name));
  let target = path;
  while (!existsSync(target)) target = dirname(target);
  return {
    content: await terminal.stdin(),
    shown,
    target,
    pathIn: (folder) => {
      const inside = relative(folder, path).split(sep).join('/');
      return inside === '' || inside === '..' || inside.startsWith('../') || inside.includes(':') ? null : inside;
    },
  };
}

/** Without links among the folders that exist. */
function realPath(path: string): string {
  const folder = dirname(path);
  if (folder === path) return path;
  try {
    return join(realpathSync.native(folder), basename(path));
  } catch {
    return join(realPath(folder), basename(path));
  }
}
