import { readCommand } from '../launch/command.ts';
import type { Deployment, Launch } from '../launch/launch.ts';
import { span, type SourceFile, type Span } from '../text/source.ts';
import { once } from './copies.ts';
import type { DeployedApp, Platform } from './platform.ts';
import { launchesOf, scriptFile } from './started.ts';

/**
 * Heroku, and everything else that starts a Procfile. Quantities stand in no Procfile, so every process is assumed to
 * run once. `Procfile.<environment>` is an alternative to `Procfile`, not an addition.
 */
export const heroku: Platform = {
  kind: 'heroku',
  read(app) {
    const deployments: Deployment[] = [];
    for (const path of ['Procfile', `Procfile.${app.railsEnv}`]) {
      const source = app.files.source(path);
      const entries = source ? procfileEntries(source).filter(({ name }) => name !== RELEASE_PHASE) : [];
      // A process of which nobody can tell what it runs is still a process: then this is how the app is run.
      if (entries.length === 0) continue;
      const launches = entries.flatMap((entry) => entryLaunches(entry, app));
      deployments.push({ kind: 'heroku', name: path === 'Procfile' ? 'heroku' : `heroku ${path}`, launches });
    }
    return deployments;
  },
};

/** A line of a Procfile: `name: command`. */
export interface ProcfileEntry {
  readonly name: string;
  readonly command: string;
  readonly at: Span;
}

/**
 * The entries of a Procfile, in order; of two with one name the last counts. Lines of any other form are ignored.
 * Source: lib/foreman/procfile.rb@v0.88.1
 */
export function procfileEntries(source: SourceFile): readonly ProcfileEntry[] {
  const entries = new Map<string, ProcfileEntry>();
  for (let number = 1; number <= source.lineCount; number += 1) {
    const line = source.line(number);
    const match = /^\uFEFF?([A-Za-z0-9_-]+):\s*(\S.*?)\s*$/.exec(line);
    if (!match) continue;
    const [, name, command] = match as unknown as [string, string, string];
    const start = source.lineStart(number) + line.indexOf(command, line.indexOf(':') + 1);
    entries.delete(name);
    entries.set(name, { name, command, at: span(source, start, start + command.length) });
  }
  return [...entries.values()];
}

/** Heroku runs it once per release and waits for its end. */
const RELEASE_PHASE = 'release';

function entryLaunches({ name, command, at }: ProcfileEntry, app: DeployedApp): readonly Launch[] {
  const scripts = (path: string) => scriptFile(path, null, app);
  const reading = readCommand(command, at, app.environmentOf(name), app.systems, scripts);
  return launchesOf({ name, reading, at, hosts: once(name) }, app);
}
