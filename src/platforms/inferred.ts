import { mentions } from '../index/mention.ts';
import { readCommand, type Candidate } from '../launch/command.ts';
import type { Deployment, Launch } from '../launch/launch.ts';
import { isInstalled } from '../systems/rules.ts';
import type { System } from '../systems/system.ts';
import { span, type SourceFile } from '../text/source.ts';
import type { Environment } from '../value/environment.ts';
import { once } from './copies.ts';
import { startedElsewhere } from './elsewhere.ts';
import { dockerEnvironment, imageOf, inImage } from './dockerfile.ts';
import type { DeployedApp, Platform } from './platform.ts';
import { passengerInCapfile } from './unread.ts';
import { chosenJobSystems } from './queue_adapter.ts';
import { readContainer, scriptFile } from './started.ts';

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
      if (started || isServer(system) || !isLost(system, app))
        launches.push({ ...own, command: started?.command ?? null });
    };
    const server = serverOf(app);
    if (server) run('web', server);
    else lostServer(app);
    const scripted = startedByScripts(app);
    const jobs = jobSystems(app);
    const loose = jobs.filter((system) => !isStarted(system, scripted, app));
    const { running, open } = chosenJobSystems(loose, app);
    for (const system of jobs) {
      const own = scripted.filter((one) => one.system === system.id);
      if (own.length > 0) launches.push(...own);
      else if (!loose.includes(system) || running.includes(system)) run(system.id, system);
    }
    if (open) {
      const names = open.systems.map(({ id }) => id).join(' or ');
      app.uncounted(names, 'what is computed here decides which of them runs', open.at);
    }
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
    .filter((system) => isServer(system) || !isLost(system, app))
    .map((system) => launch(system.id, system, besides(deployment.launches, app.environmentOf(system.id)), false));
}

/** What is run beside other processes of a deployment talks to the databases that they talk to. */
function besides([first]: readonly Launch[], environment: Environment): Environment {
  if (!first) return environment;
  const { environment: theirs } = first;
  const urls = ['DATABASE_URL', ...theirs.names.filter((name) => name.endsWith('_DATABASE_URL'))];
  return urls.reduce((before, name) => {
    const state = theirs.stateOf(name) ?? theirs.get(name);
    return before.declares(name) || (state.known && state.value === null) ? before : before.with(name, state);
  }, environment);
}

/** Whether anything in the repository starts it: then it is no alternative to another one. */
function isStarted(system: System, scripted: readonly Launch[], app: DeployedApp): boolean {
  return (
    scripted.some((one) => one.system === system.id) ||
    startedByImage(system.id, system, app) !== null ||
    startedElsewhere(system, app) !== null
  );
}

/** Whether something that is not read starts a job system, which is then said. */
function isLost(system: System, app: DeployedApp): boolean {
  const other = startedElsewhere(system, app);
  if (other) app.uncounted(system.id, `${other.path} starts it, which is not read`, other.at);
  return other !== null;
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

/** Where an app keeps the scripts that whoever deploys it runs. */
const SCRIPT = /^(?:bin|scripts?|docker)\/[^/]+$/;
const NOT_DEPLOYED = /(?:^|[^a-z])(?:dev|development|test|tests|ci|local|setup|console|example)(?:[^a-z]|$)/i;

/** How shell scripts of the app start its job systems: each a process under the name of its script. */
function startedByScripts(app: DeployedApp): readonly Launch[] {
  const systems = jobSystems(app);
  const found = new Map<string, Launch>();
  for (const path of app.files.tree.list().filter((one) => SCRIPT.test(one) && !NOT_DEPLOYED.test(one))) {
    const source = scriptFile(path, null, app);
    if (!source || !isShell(source)) continue;
    const name = path.split('/').at(-1)!.replace(/\.sh$/, '');
    const at = span(source, 0, source.text.length);
    const environment = dockerEnvironment(app.files, app.environmentOf(name));
    const reading = readCommand(source.text, at, environment, app.systems, (script) => scriptFile(script, null, app));
    for (const { command, system, environment: inherited } of reading.candidates) {
      const line = command.words.map(({ value }) => (value.known ? value.value : '?')).join(' ');
      if (!system || !systems.includes(system) || found.has(line)) continue;
      found.set(line, { ...launch(name, system, inherited, true), command });
    }
  }
  const launches = [...found.values()];
  // One script alone is how that system is started: it keeps the name it has without a script.
  return launches.map((one) =>
    launches.filter(({ system }) => system === one.system).length === 1 ? { ...one, name: one.system } : one,
  );
}

function isShell({ text }: SourceFile): boolean {
  return /^#!.*\b(?:ba|da|a|z|k)?sh\b/.test(text);
}

/** One web server runs: of several that are installed the one that the image starts, else the one that is configured. */
function serverOf(app: DeployedApp): System | null {
  const servers = app.systems.filter(isServer);
  const installed = servers.filter(({ gem }) => isInstalled(app.versions, gem));
  if (passengerInCapfile(app.files.tree))
    return installed.find((server) => startedByImage('web', server, app) !== null) ?? null;
  const [first = null, second] = installed;
  if (!first) return servers.find((server) => isConfigured(server, app) && mayBeThere(server, app)) ?? null;
  if (!second) return first;
  const started = installed.find((server) => startedByImage('web', server, app) !== null);
  return started ?? installed.find((server) => isConfigured(server, app)) ?? first;
}

/** Source: lib/puma/configuration.rb@v8.0.2 (`config_files`): the file of its environment comes first. */
function isConfigured({ id }: System, app: DeployedApp): boolean {
  return app.files.exists(`config/${id}.rb`) || app.files.exists(`config/${id}/${app.railsEnv}.rb`);
}

/** What serves a web app that has no server in its bundle: said where a file shows that something does. */
function lostServer({ files, systems, uncounted }: DeployedApp): void {
  const [behind] = mentions(files.tree, /(?:^|\/)[^/]*nginx[^/]*\.conf[^/]*$/, /\bpassenger_enabled\s+on\b/);
  const configured = systems.find((system) => isServer(system) && files.exists(`config/${system.id}.rb`));
  const deployed = passengerInCapfile(files.tree);
  const path = deployed?.path ?? behind?.path ?? (configured && `config/${configured.id}.rb`);
  const source = path === undefined ? null : files.source(path);
  if (!source) return;
  const reason =
    deployed || behind
      ? `${source.path} runs it in Passenger`
      : `${source.path} is there, but Gemfile.lock lists no ${configured!.gem}: nothing says what serves it`;
  uncounted('web', reason, span(source, 0, 0));
}

/** What Gemfile.lock does not list, Bundler does not start. */
function mayBeThere({ gem }: System, { versions }: DeployedApp): boolean {
  return !versions.of(gem).known;
}

function isServer({ id, kind }: System): boolean {
  return id === 'puma' || kind === 'server';
}

function jobSystems(app: DeployedApp): readonly System[] {
  return app.systems.filter((system) => !isServer(system) && system.kind === undefined && has(app, system));
}

function has({ versions }: DeployedApp, { gem, renamed }: System): boolean {
  return isInstalled(versions, gem) || (renamed !== undefined && isInstalled(versions, renamed));
}

function launch(name: string, system: System, environment: Environment, declared: boolean): Launch {
  return { name, command: null, system: system.id, environment, declared, hosts: once(name) };
}
