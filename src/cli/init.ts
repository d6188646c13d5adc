import { lstatSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inWords } from '../repo/disk.ts';
import { escapeControls } from '../report/characters.ts';
import { locate } from './analysis.ts';
import { BadCall } from './bad_call.ts';
import type { Call } from './call.ts';
import type { Parts, Terminal } from './engine.ts';
import { shownPath } from './targets.ts';

const NAME = '.rails-pool-lint.yml';
/** Where editors find the schema once the package is one of the repository's own. */
const SCHEMA = 'node_modules/rails-pool-lint/dist/schema.json';

/** Writes a commented configuration: in the app, or for several apps in the working directory. */
export async function initCommand(call: Call, terminal: Terminal, parts: Parts): Promise<number> {
  if (call.positionals.length > 1) throw new BadCall('init takes one path; type rails-pool-lint init PATH');
  const analysis = await locate(call, call.positionals, terminal, parts);
  const [app, ...others] = analysis.apps;
  const path = join(others.length === 0 ? app!.folder : realpathSync.native(terminal.cwd), NAME);
  const shown = shownPath(analysis.cwd, path);
  // Before anything is read: whoever calls it twice need not wait.
  if (lstatSync(path, { throwIfNoEntry: false })) throw new BadCall(`${escapeControls(shown)} is there already`);
  const { projects } = await analysis.run();
  const { configurationTemplate } = await import('../report/configuration_template.ts');
  try {
    writeFileSync(path, configurationTemplate(projects, SCHEMA), { flag: 'wx' });
  } catch (error) {
    throw new BadCall(`${escapeControls(shown)} cannot be written: ${inWords(error)}`);
  }
  terminal.stdout(`${escapeControls(shown)} is written; everything in it is commented out.\n`);
  return 0;
}
