import { readCommand } from '../launch/command.ts';
import type { Deployment, Launch, Setting } from '../launch/launch.ts';
import { procfileEntries, type ProcfileEntry } from '../launch/procfile.ts';
import type { Span } from '../text/source.ts';
import type { Environment } from '../value/environment.ts';
import { once } from './copies.ts';
import { appManifest, type AppManifest } from './heroku/app_json.ts';
import { containerProcesses, type ContainerProcess } from './heroku/heroku_yml.ts';
import type { DeployedApp, Platform } from './platform.ts';
import { withVariable } from './setting.ts';
import { launchesOf, scriptFile } from './started.ts';

/**
 * Heroku, and everything else that starts a Procfile. Quantities stand in no Procfile, so every process is assumed to
 * run once, unless app.json has a formation. `Procfile.<environment>` is an alternative to `Procfile`, not an addition;
 * heroku.yml says what runs where there is none.
 */
export const heroku: Platform = {
  kind: 'heroku',
  read(app) {
    const manifest = appManifest(app.files, app.railsEnv);
    const deployments: Deployment[] = [];
    for (const path of ['Procfile', `Procfile.${app.railsEnv}`]) {
      const source = app.files.source(path);
      const entries = source ? procfileEntries(source).filter(({ name }) => name !== RELEASE_PHASE) : [];
      // A process of which nobody can tell what it runs is still a process: then this is how the app is run.
      if (entries.length === 0) continue;
      const launches = entries.flatMap((entry) => entryLaunches(entry, manifest, app));
      deployments.push({ kind: 'heroku', name: path === 'Procfile' ? 'heroku' : `heroku ${path}`, launches });
    }
    if (deployments.length > 0) return deployments;
    const processes = containerProcesses(app).filter(({ name }) => name !== RELEASE_PHASE);
    if (processes.length === 0) return [];
    const launches = processes.flatMap((process) => containerLaunches(process, manifest, app));
    return [{ kind: 'heroku', name: 'heroku', launches }];
  },
};

/** Heroku runs it once per release and waits for its end. */
const RELEASE_PHASE = 'release';

function entryLaunches(
  { name, command, at }: ProcfileEntry,
  manifest: AppManifest | null,
  app: DeployedApp,
): readonly Launch[] {
  const scripts = (path: string) => scriptFile(path, null, app);
  const reading = readCommand(command, at, environmentOf(name, manifest, app), app.systems, scripts);
  return launchesOf({ name, reading, at, hosts: dynosOf(name, manifest), setting: onTheLine(name, at) }, app);
}

function containerLaunches(
  { name, at, read }: ContainerProcess,
  manifest: AppManifest | null,
  app: DeployedApp,
): readonly Launch[] {
  const reading = read(environmentOf(name, manifest, app));
  if (reading)
    return launchesOf({ name, reading, at, hosts: dynosOf(name, manifest), setting: onTheLine(name, at) }, app);
  app.uncounted(name, 'nothing says what its image starts', at);
  return [];
}

/** Config vars are the app's: what is for one process stands before its command, in Procfile and heroku.yml alike. */
function onTheLine(name: string, at: Span): Setting {
  return {
    file: at.file.path,
    inCommand: true,
    write: (variable, value, command) => `${name}: ${withVariable(variable, value, command)}`,
  };
}

function environmentOf(name: string, manifest: AppManifest | null, app: DeployedApp): Environment {
  const below = app.environmentOf(name);
  return manifest ? manifest.over(below) : below;
}

function dynosOf(name: string, manifest: AppManifest | null): Launch['hosts'] {
  return manifest?.quantityOf(name) ?? once(name);
}
