import type { Deployment, Launch } from '../launch/launch.ts';
import { isInstalled } from '../systems/rules.ts';
import type { System } from '../systems/system.ts';
import type { Environment } from '../value/environment.ts';
import { once } from './copies.ts';
import { dockerEnvironment } from './dockerfile.ts';
import type { DeployedApp, Platform } from './platform.ts';

/**
 * An app that no file deploys: the server it has as `web`, and every job system it has under its own id, in the image of
 * its Dockerfile where it has one.
 */
export const inferred: Platform = {
  kind: 'inferred',
  read(app) {
    const inImage = (name: string) => dockerEnvironment(app.files, app.environmentOf(name));
    const launches: Launch[] = [];
    const server = app.systems.find((system) => system.id === 'puma');
    if (server && hasServer(server, app)) launches.push(launch('web', server, inImage('web'), true));
    for (const system of jobSystems(app)) launches.push(launch(system.id, system, inImage(system.id), true));
    return launches.length === 0 ? [] : [{ kind: 'inferred', name: 'inferred', launches }];
  },
};

/**
 * What is installed but run by no process of the deployment, under its id: job systems, and a server that is configured
 * although nothing starts one (it may be in an image, or behind a program nobody here knows).
 */
export function undeclared(deployment: Deployment, app: DeployedApp): readonly Launch[] {
  const running = new Set(deployment.launches.map((one) => one.system));
  const servers = app.systems.filter((system) => system.id === 'puma' && app.files.exists('config/puma.rb'));
  return [...servers, ...jobSystems(app)]
    .filter((system) => !running.has(system.id))
    .map((system) => launch(system.id, system, app.environmentOf(system.id), false));
}

function hasServer(server: System, app: DeployedApp): boolean {
  return isInstalled(app.versions, server.gem) || app.files.exists('config/puma.rb');
}

function jobSystems(app: DeployedApp): readonly System[] {
  return app.systems.filter((system) => system.id !== 'puma' && isInstalled(app.versions, system.gem));
}

function launch(name: string, system: System, environment: Environment, declared: boolean): Launch {
  return { name, command: null, system: system.id, environment, declared, hosts: once(name) };
}
