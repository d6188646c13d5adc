import { lstatSync, realpathSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import type { Configuration } from '../lint/configuration.ts';
import { inWords, readRegular } from '../repo/disk.ts';
import { UnreadableFile } from '../repo/tree.ts';
import { escapeControls } from '../report/characters.ts';
import { SourceFile } from '../text/source.ts';
import { BadCall } from './bad_call.ts';
import type { Call } from './call.ts';
import { shownPath } from './targets.ts';

const NAME = '.rails-pool-lint.yml';

/** Finds and reads the configuration of each app; a file that several share is read once. */
export class Configurations {
  readonly #cwd: string;
  readonly #named: string | null;
  readonly #none: boolean;
  readonly #read = new Map<string, Configuration>();

  constructor(call: Call, cwd: string) {
    this.#cwd = cwd;
    this.#named = call.value('config');
    this.#none = call.has('no-config');
    if (this.#none && this.#named !== null)
      throw new BadCall('--config and --no-config contradict each other; type one of them');
  }

  /** @param app the folder of the app, absolute */
  async of(app: string): Promise<Configuration | null> {
    if (this.#none) return null;
    if (this.#named !== null) return this.#at(resolve(this.#cwd, this.#named), this.#named, null);
    // Nearest upward from the app to the working directory; an app that is not below it has its own or none.
    const last = app.startsWith(this.#cwd + sep) ? this.#cwd : app;
    for (let folder = app; ; folder = dirname(folder)) {
      const path = join(folder, NAME);
      if (isThere(path)) return this.#at(path, shownPath(this.#cwd, path), last);
      if (folder === last) return null;
    }
  }

  /** @param boundary the folder that the file may not leave by a link; null where the user has named the file */
  async #at(path: string, shown: string, boundary: string | null): Promise<Configuration> {
    const before = this.#read.get(path);
    if (before) return before;
    const { readConfiguration } = await import('../lint/configuration.ts');
    const file = new SourceFile(shown, textOf(path, shown, boundary));
    const tooDeep = new BadCall(`the configuration file ${escapeControls(shown)} is nested too deeply`);
    if (isNestedDeeply(file.text)) throw tooDeep;
    if (file.text.length > LONGEST)
      throw new BadCall(`the configuration file ${escapeControls(shown)} is larger than ${LONGEST / 1024} KB`);
    try {
      const configuration = readConfiguration(file, posix(this.#cwd));
      this.#read.set(path, configuration);
      return configuration;
    } catch (error) {
      // The parser calls itself for every level, and there are ways to nest that are not counted.
      if (error instanceof Error && /call stack/.test(error.message)) throw tooDeep;
      throw error;
    }
  }
}

/** Nobody writes more of it by hand, and looking through more for keys that are written twice takes long. */
const LONGEST = 256 * 1024;
/** The configuration has three levels. */
const MOST_LEVELS = 100;

function isNestedDeeply(text: string): boolean {
  let brackets = 0;
  const indents: number[] = [];
  for (const line of text.split('\n')) {
    const indent = line.length - line.trimStart().length;
    while (indents.length > 0 && indents.at(-1)! >= indent) indents.pop();
    indents.push(indent);
    for (const character of line) {
      if (character === '[' || character === '{') brackets++;
      else if (character === ']' || character === '}') brackets--;
      if (brackets > MOST_LEVELS) return true;
    }
    if (indents.length > MOST_LEVELS) return true;
  }
  return false;
}

/** Whether anything has that name, a link that leads nowhere included. */
export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

export function textOf(path: string, shown: string, boundary: string | null, what = 'the configuration file'): string {
  try {
    const real = realpathSync.native(path);
    if (boundary !== null && !real.startsWith(realpathSync.native(boundary) + sep))
      throw new UnreadableFile(shown, 'is a link that leaves the app');
    return new TextDecoder().decode(readRegular(real, shown));
  } catch (error) {
    const said = error instanceof UnreadableFile ? error.message : inWords(error);
    const isLink = said === 'does not exist' && isThere(path);
    const why = isLink ? 'is a link to nothing' : said;
    throw new BadCall(
      `${what} ${escapeControls(shown)} cannot be read: ${why.startsWith('permission') ? why : `it ${why}`}`,
    );
  }
}

/** A path with the slashes that patterns have. */
export function posix(path: string): string {
  return path.split(sep).join('/');
}
