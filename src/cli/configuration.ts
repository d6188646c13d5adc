import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import type { Configuration } from '../lint/configuration.ts';
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
    if (this.#named !== null) return this.#at(resolve(this.#cwd, this.#named), this.#named);
    // Nearest upward from the app to the working directory; an app that is not below it has its own or none.
    const last = app.startsWith(this.#cwd + sep) ? this.#cwd : app;
    for (let folder = app; ; folder = dirname(folder)) {
      const path = join(folder, NAME);
      if (existsSync(path)) return this.#at(path, shownPath(this.#cwd, path));
      if (folder === last) return null;
    }
  }

  async #at(path: string, shown: string): Promise<Configuration> {
    const before = this.#read.get(path);
    if (before) return before;
    const { readConfiguration } = await import('../lint/configuration.ts');
    const configuration = readConfiguration(new SourceFile(shown, textOf(path, shown)));
    this.#read.set(path, configuration);
    return configuration;
  }
}

function textOf(path: string, shown: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    const why = code === 'ENOENT' ? 'it does not exist' : code === 'EISDIR' ? 'it is a folder' : 'permission denied';
    throw new BadCall(`the configuration file ${escapeControls(shown)} cannot be read: ${why}`);
  }
}
