import type { BootProblem } from '../launch/boot.ts';
import { appRoots, isApp } from '../launch/apps.ts';
import { AppFiles } from '../launch/files.ts';
import type { Deployment, Launch } from '../launch/launch.ts';
import { PaperBoot } from '../launch/paper_boot.ts';
import { usedDatabases } from '../launch/used_databases.ts';
import { versionsOf } from '../launch/versions_of.ts';
import { connectedDatabases } from '../index/connections.ts';
import { processOf } from '../model/pools.ts';
import type { Process } from '../model/process.ts';
import { serversOf } from '../model/servers.ts';
import { INFERRED, PLATFORMS } from '../platforms/index.ts';
import { undeclared } from '../platforms/inferred.ts';
import type { DeployedApp } from '../platforms/platform.ts';
import type { FileTree } from '../repo/tree.ts';
import { loadRuby, type RubyGrammar, type RubyParser } from '../ruby/parse.ts';
import { systems } from '../systems/index.ts';
import { Environment } from '../value/environment.ts';
import type { Confidence, Origin } from '../value/origin.ts';
import { known } from '../value/traced.ts';
import type { Versions } from '../versions/versions.ts';
import { judge } from './judge.ts';
import type { BootedLaunch, LintResult, Project, Unresolved } from './result.ts';
import type { Rule } from './rule.ts';

export interface EngineOptions {
  readonly environment: string;
  /** Kinds of deployment to keep; empty for all. */
  readonly deployments: readonly string[];
  readonly set: readonly { readonly process: string | null; readonly key: string; readonly value: string }[];
  readonly cpus: number | null;
  readonly hosts: ReadonlyMap<string, number>;
  readonly maxConnections: readonly { readonly server: string | null; readonly value: number }[];
  readonly assume: ReadonlyMap<string, string>;
  readonly only: readonly string[];
  readonly disable: readonly string[];
  readonly minConfidence: Confidence;
}

export interface App {
  /** Relative to the working directory, posix; "." for the directory itself. */
  readonly root: string;
  readonly tree: FileTree;
}

/** A call that cannot be answered: the message says what to type instead. */
export class BadCall extends Error {
  /** What could have been meant, for a suggestion. */
  readonly choices: readonly string[];
  readonly given: string;
  constructor(message: string, given: string, choices: readonly string[]) {
    super(message);
    this.name = 'BadCall';
    this.given = given;
    this.choices = choices;
  }
}

export { appRoots, isApp };

/** Gems whose versions every report names, in that order. */
const REPORTED_GEMS = ['rails', 'puma', 'sidekiq', 'solid_queue', 'good_job', 'sequel', 'hanami'];

/**
 * Reads the apps, boots every launch of every deployment on paper, and runs the rules over what comes out.
 * @throws BadCall for a process, server or deployment that does not exist
 */
export async function analyse(
  apps: readonly App[],
  options: EngineOptions,
  rules: readonly Rule[],
  grammar: RubyGrammar,
): Promise<LintResult> {
  const parser = await loadRuby(grammar);
  const projects: Project[] = [];
  const unresolved: Unresolved[] = [];
  for (const app of apps) {
    const reading = await readApp(app, options, parser);
    projects.push(...reading.projects);
    unresolved.push(...reading.unresolved);
  }
  checkNames(projects, options);
  const result = judge(projects, rules, options.minConfidence);
  return { ...result, unresolved: [...unresolved, ...result.unresolved] };
}

interface AppReading {
  readonly projects: readonly Project[];
  readonly unresolved: readonly Unresolved[];
}

async function readApp(app: App, options: EngineOptions, parser: RubyParser): Promise<AppReading> {
  const files = new AppFiles(app.tree, app.root);
  const versions = versionsOf(files, parser, options.assume);
  const unresolved: Unresolved[] = [];
  const deployed: DeployedApp = {
    files,
    versions,
    railsEnv: options.environment,
    systems,
    environmentOf: (process) => environmentOf(process, options),
    unresolved: (what, reason, at) => unresolved.push({ what, reason, at }),
  };
  const deployments = await deploymentsOf(deployed, options);
  const connected = connectedDatabases(files, parser);
  const projects = deployments.map((deployment) => {
    const boots = deployment.launches.map((launch) => bootLaunch(launch, { options, files, versions, parser, connected }));
    const processes = boots.flatMap((one) => one.processes);
    const limits = {
      maxConnections: options.maxConnections.map(({ server, value }) => ({
        server,
        limit: known(value, { kind: 'flag', text: '--max-connections' } as const),
      })),
    };
    const problems = distinctProblems([...files.problems, ...boots.flatMap((one) => one.problems)]);
    return {
      root: app.root,
      deployment: deployment.kind,
      environment: options.environment,
      versions: Object.fromEntries(REPORTED_GEMS.map((gem) => [gem, versions.text(gem)])),
      launches: boots.map((one) => one.booted),
      processes,
      servers: serversOf(processes, limits),
      problems,
    };
  });
  for (const { kind, message, at } of projects.flatMap((project) => project.problems)) {
    if (kind === 'boot-failure') unresolved.push({ what: `the boot of ${at.file.path}`, reason: message, at });
  }
  return { projects, unresolved };
}

async function deploymentsOf(app: DeployedApp, options: EngineOptions): Promise<readonly Deployment[]> {
  const found: Deployment[] = [];
  for (const entry of PLATFORMS) {
    if (entry.applies(app.files.tree, app.railsEnv)) found.push(...(await entry.load()).read(app));
  }
  const declared = found.filter((deployment) => deployment.launches.length > 0);
  const all = declared.length > 0 ? declared : (await INFERRED.load()).read(app);
  return all
    .map((deployment) => ({ ...deployment, launches: [...deployment.launches, ...undeclared(deployment, app)] }))
    .filter(({ kind }) => options.deployments.length === 0 || options.deployments.includes(kind))
    .map((deployment) => ({ ...deployment, launches: deployment.launches.map((launch) => withHosts(launch, options)) }));
}

function withHosts(launch: Launch, options: EngineOptions): Launch {
  const hosts = options.hosts.get(launch.name);
  return hosts === undefined ? launch : { ...launch, hosts: known(hosts, { kind: 'flag', text: `--hosts ${launch.name}=${hosts}` }) };
}

/** What every process has before its platform says anything; what the user sets for it is set last, by `withFlags`. */
function environmentOf(process: string, options: EngineOptions): Environment {
  const flag: Origin = { kind: 'flag', text: `--env ${options.environment}` };
  let environment = Environment.EMPTY;
  for (const name of ['RAILS_ENV', 'RACK_ENV', 'HANAMI_ENV']) {
    environment = environment.with(name, known<string | null>(options.environment, flag));
  }
  return withFlags(environment, process, options);
}

/** The user's own word on a variable beats every file's. */
function withFlags(environment: Environment, process: string, options: EngineOptions): Environment {
  let result = environment;
  for (const { process: only, key, value } of options.set) {
    if (only !== null && only !== process) continue;
    const text = `--set ${only === null ? '' : `${only}:`}${key}=${value}`;
    result = result.with(key, known<string | null>(value, { kind: 'flag', text }));
  }
  return result;
}

interface BootContext {
  readonly options: EngineOptions;
  readonly files: AppFiles;
  readonly versions: Versions;
  readonly parser: RubyParser;
  readonly connected: readonly string[];
}

interface BootResult {
  readonly booted: BootedLaunch;
  readonly processes: readonly Process[];
  readonly problems: readonly BootProblem[];
}

function bootLaunch(declared: Launch, { options, files, versions, parser, connected }: BootContext): BootResult {
  const launch = { ...declared, environment: withFlags(declared.environment, declared.name, options) };
  const system = systems.find((one) => one.id === launch.system)!;
  const boot = new PaperBoot({ launch, railsEnv: options.environment, versions, files, parser, cpus: options.cpus });
  const { processes, settings } = system.boot(boot, launch.command);
  const application = boot.application();
  const databases = usedDatabases(boot, application, boot.databases, connected);
  return {
    booted: { launch, read: boot.read, environment: boot.environment, databases: boot.databases, settings },
    processes: processes.map((process) => processOf(launch, process, databases)),
    problems: boot.problems,
  };
}

function distinctProblems(problems: readonly BootProblem[]): readonly BootProblem[] {
  const seen = new Map(problems.map((one) => [`${one.kind} ${one.at.file.path} ${one.at.start} ${one.message}`, one]));
  return [...seen.values()];
}

function checkNames(projects: readonly Project[], options: EngineOptions): void {
  const processes = [...new Set(projects.flatMap((project) => project.launches.map(({ launch }) => launch.name)))];
  const asked = [...options.hosts.keys(), ...options.set.flatMap(({ process }) => process ?? [])];
  for (const name of asked) {
    if (!processes.includes(name)) throw new BadCall(`no process is called \`${name}\``, name, processes);
  }
  const servers = [...new Set(projects.flatMap((project) => project.servers.map(({ name }) => name)))];
  for (const { server } of options.maxConnections) {
    if (server !== null && !servers.includes(server)) throw new BadCall(`no server is called \`${server}\``, server, servers);
  }
  const kinds = [...new Set(projects.map((project) => project.deployment))];
  for (const deployment of options.deployments) {
    if (!kinds.some((kind) => kind === deployment)) {
      throw new BadCall(`no deployment is called \`${deployment}\``, deployment, kinds);
    }
  }
}
