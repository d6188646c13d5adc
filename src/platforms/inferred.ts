import type { Candidate } from '../launch/command.ts';
import type { Deployment, Launch } from '../launch/launch.ts';
import { isInstalled } from '../systems/rules.ts';
import type { System } from '../systems/system.ts';
import type { Environment } from '../value/environment.ts';
import { once } from './copies.ts';
import { dockerEnvironment, imageOf, inImage } from './dockerfile.ts';
import type { DeployedApp, Platform } from './platform.ts';
import { readContainer } from './started.ts';

/**
 * An app that no file deploys: the server it has as `web`, and every job system it has under its own id, in the image of
 * its Dockerfile where it has one, and started as the image starts it.
 */
export const inferred: Platform = {
  kind: 'inferred',
  read(app) {
    const launches: Launch[] = [];
    const run = (name: string, system: System): void => {
      const started = startedByImage(name, system, app);
      const own = launch(
        name,
        system,
        started?.environment ?? dockerEnvironment(app.files, app.environmentOf(name)),
        true,
      );
      launches.push({ ...own, command: started?.command ?? null });
    };
    const server = serverOf(app);
    if (server) run('web', server);
    for (const system of jobSystems(app)) run(system.id, system);
    return launches.length === 0 ? [] : [{ kind: 'inferred', name: 'inferred', launches }];
  },
};

/**
 * What is installed but run by no process of the deployment, under its id: job systems, and a server that is configured
 * although nothing starts one (it may be in an image, or behind a program nobody here knows).
 */
export function undeclared(deployment: Deployment, app: DeployedApp): readonly Launch[] {
  const running = new Set(deployment.launches.map((one) => one.system));
  const served = app.systems.some((system) => isServer(system) && running.has(system.id));
  const server = served ? null : serverOf(app);
  const servers = server && isConfigured(server, app) ? [server] : [];
  return [...servers, ...jobSystems(app)]
    .filter((system) => !running.has(system.id))
    .map((system) => launch(system.id, system, app.environmentOf(system.id), false));
}

/** How the image of the app starts a system, where that is what it starts. */
function startedByImage(name: string, system: System, app: DeployedApp): Candidate | null {
  const base = app.environmentOf(name);
  const image = imageOf(app.files, base);
  const reading = image && readContainer({ image }, inImage(image.environment, base), app);
  const found = reading?.candidates.find((candidate) => candidate.system === system);
  // `rails server -e development` is how somebody works on the app.
  return found && !found.command.words.some(({ value }) => value.known && value.value === 'development') ? found : null;
}

/** One web server runs: of several that are installed the one that the image starts, else the one that is configured. */
function serverOf(app: DeployedApp): System | null {
  const servers = app.systems.filter(isServer);
  const installed = servers.filter(({ gem }) => isInstalled(app.versions, gem));
  const [first = null, second] = installed;
  if (!first) return servers.find((server) => isConfigured(server, app)) ?? null;
  if (!second) return first;
  const started = installed.find((server) => startedByImage('web', server, app) !== null);
  return started ?? installed.find((server) => isConfigured(server, app)) ?? first;
}

function isConfigured({ id }: System, app: DeployedApp): boolean {
  return app.files.exists(`config/${id}.rb`);
}

function isServer({ id, kind }: System): boolean {
  return id === 'puma' || kind === 'server';
}

function jobSystems(app: DeployedApp): readonly System[] {
  return app.systems.filter(
    (system) => !isServer(system) && system.kind === undefined && isInstalled(app.versions, system.gem),
  );
}

function launch(name: string, system: System, environment: Environment, declared: boolean): Launch {
  return { name, command: null, system: system.id, environment, declared, hosts: once(name) };
}
