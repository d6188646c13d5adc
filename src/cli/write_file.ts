import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { inWords } from '../repo/disk.ts';
import { escapeControls } from '../report/characters.ts';
import { BadCall } from './bad_call.ts';

const WRITABLE = 0o222;

/**
 * Replaces a file as a whole: whoever reads it meanwhile reads the old one or the new one. Its mode stays, a link to it
 * stays a link, and one that nobody may write is left alone. A file of several names keeps them: it is written in place.
 * Throws BadCall.
 * @param shown what the file is called in the complaint
 */
export function replaceFile(path: string, content: string | Uint8Array, shown: string): void {
  let target = path;
  let mode: number | undefined;
  let names = 1;
  try {
    target = realpathSync.native(path);
    const found = statSync(target);
    mode = found.mode & 0o7777;
    names = found.nlink;
  } catch {
    // It is new.
  }
  // Whoever took the right to write away meant it, and replacing a file does not ask for it.
  if (mode !== undefined && (mode & WRITABLE) === 0)
    throw new BadCall(`${escapeControls(shown)} is write-protected, and was left as it is; type chmod u+w to allow it`);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    if (names > 1) {
      writeFileSync(target, content);
      return;
    }
    writeFileSync(temporary, content, { flag: 'wx', ...(mode === undefined ? {} : { mode }) });
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new BadCall(`${escapeControls(shown)} cannot be written: ${inWords(error)}`);
  }
}
