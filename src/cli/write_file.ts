import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { inWords } from '../repo/disk.ts';
import { escapeControls } from '../report/characters.ts';
import { BadCall } from './bad_call.ts';

/**
 * Replaces a file as a whole: whoever reads it meanwhile reads the old one or the new one. Its mode stays, and a link to
 * it stays a link. Throws BadCall.
 * @param shown what the file is called in the complaint
 */
export function replaceFile(path: string, content: string | Uint8Array, shown: string): void {
  let target = path;
  let mode: number | undefined;
  try {
    target = realpathSync.native(path);
    mode = statSync(target).mode & 0o7777;
  } catch {
    // It is new.
  }
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    writeFileSync(temporary, content, { flag: 'wx', ...(mode === undefined ? {} : { mode }) });
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new BadCall(`${escapeControls(shown)} cannot be written: ${inWords(error)}`);
  }
}
