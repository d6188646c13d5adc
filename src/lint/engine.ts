import type { NotedProblem } from '../launch/boot.ts';
import { appRoots, isApp } from '../launch/apps.ts';
import { dotenvOf } from '../launch/dotenv_gem.ts';
import { AppFiles } from '../launch/files.ts';
import type { Deployment } from '../launch/launch.ts';
import { Evaluations } from '../launch/evaluations.ts';
import { templateReader } from '../launch/templates.ts';
import { versionsOf } from '../launch/versions_of.ts';
import { codeFacts, type CodeFacts } from '../index/facts.ts';
import { onDeployedServers } from '../model/deployed_servers.ts';
import { onSameServers } from '../model/same_servers.ts';
import { serversOf } from '../model/servers.ts';
import type { Plan } from '../limits/plans.ts';
import { INFERRED, PLATFORMS } from '../platforms/index.ts';
import { unreadDeployments } from '../platforms/unread.ts';
import { runsInImage } from '../platforms/docker/runs_in_image.ts';
import { undeclared } from '../platforms/inferred.ts';
import type { DeployedApp } from '../platforms/platform.ts';
import { ExcludingTree } from '../repo/excluding.ts';
import { RememberingTree } from '../repo/remembering.ts';
import type { FileTree } from '../repo/tree.ts';
import { WORK_OF_A_RUN, type SharedWork } from '../ruby/host.ts';
import { loadRuby, type RubyGrammar, type RubyParser } from '../ruby/parse.ts';
import { SYSTEMS } from '../systems/index.ts';
import { sameSpan } from '../text/source.ts';
import type { Confidence } from '../value/origin.ts';
import type { Configuration } from './configuration.ts';
import { wordOf } from './app_word.ts';
import type { Baseline } from './baseline.ts';
import { bootAll, problemsOfTheApp } from './boots.ts';
import { ruleNames } from './ignore.ts';
import { judge, type AppWord } from './judge.ts';
import { limitsOf } from './limits.ts';
import { withMostLaunches } from './most_launches.ts';
import { proofsIn, WORK_OF_PROOFS } from './proofs.ts';
import type { LintResult, Project, Unresolved } from './result.ts';
import type { Rule } from './rule.ts';
import { uncountedNoted, withUncounted } from './uncounted.ts';
import { WhatIf } from './what_if.ts';

export interface EngineOptions {
  /** Null: what the configuration file says, else production. */
  readonly environment: string | null;
  /** Kinds of deployment to keep; empty for all. */
  readonly deployments: readonly string[];
  readonly set: readonly { readonly process: string | null; readonly key: string; readonly value: string }[];
  readonly cpus: number | null;
  readonly hosts: ReadonlyMap<string, number>;
  readonly maxConnections: readonly { readonly server: string | null; readonly value: number; readonly plan?: Plan }[];
  readonly assume: ReadonlyMap<string, string>;
  readonly only: readonly string[];
  readonly disable: readonly string[];
  readonly minConfidence: Confidence;
  /** Whether to prove what holds for every value of a variable; not where nothing is said. */
  readonly proves?: boolean;
}

export interface App {
  /** Relative to the working directory, posix; "." for the directory itself. */
  readonly root: string;
  readonly tree: FileTree;
  readonly configuration: Configuration | null;
  readonly baseline?: Baseline | null;
  /** Whether the run reads every app that the configuration speaks of. */
  readonly coversConfiguration?: boolean;
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
 * @param rules the ones to run; `allRules` are those a configuration file may name
 * @throws BadCall for a process, server, deployment or rule that does not exist
 */
export async function analyse(
  apps: readonly App[],
  options: EngineOptions,
  rules: readonly Rule[],
  grammar: RubyGrammar,
  allRules: readonly Rule[] = rules,
): Promise<LintResult> {
  checkGems(options);
  const parser = await loadRuby(grammar);
  const work: SharedWork = { left: WORK_OF_A_RUN };
  const proving: SharedWork | null = options.proves ? { left: WORK_OF_PROOFS } : null;
  const projects: Project[] = [];
  const unresolved: Unresolved[] = [];
  const names = ruleNames(allRules);
  const words = new Map<string, AppWord>();
  for (const app of apps) {
    const files = new AppFiles(treeOf(app), app.root);
    const code = codeFacts(files, parser, (path) => isOfAnother(app, apps, path));
    const reading = await readApp(app, files, code, options, parser, { work, proving });
    projects.push(...reading.projects);
    unresolved.push(...reading.unresolved);
    words.set(app.root, await wordOf(app, files, names, parser));
  }
  const whole = isWhole(options, apps);
  checkNames(projects, options, whole ? apps : []);
  const least = options.minConfidence;
  const result = judge(projects, {
    rules,
    names,
    least,
    whole,
    of: (root) => words.get(root)!,
  });
  return { ...result, unresolved: [...unresolved, ...result.unresolved] };
}

/** Whether a path of one app lies in another one further down, which says itself what its code does. */
function isOfAnother(app: App, apps: readonly App[], path: string): boolean {
  const shown = app.root === '.' ? path : `${app.root}/${path}`;
  return apps.some((other) => other.root.length > app.root.length && shown.startsWith(`${other.root}/`));
}

/** The files of an app without those that its configuration excludes, for the time of one run. */
function treeOf({ root, tree, configuration }: App): FileTree {
  const exclude = configuration?.exclude;
  const own = exclude ? new ExcludingTree(tree, (path) => exclude(root === '.' ? path : `${root}/${path}`)) : tree;
  return new RememberingTree(own);
}

/** Whether a run takes production as it is: what a flag assumes for one run may silence what is otherwise found. */
function isWhole(options: EngineOptions, apps: readonly App[]): boolean {
  const { environment, deployments, set, cpus, hosts, maxConnections, assume } = options;
  const usual = apps.every(({ configuration }) => environment === (configuration?.environment ?? 'production'));
  const assumed = deployments.length + set.length + hosts.size + maxConnections.length + assume.size;
  return assumed === 0 && cpus === null && (environment === null || usual);
}

interface AppReading {
  readonly projects: readonly Project[];
  readonly unresolved: readonly Unresolved[];
}

async function readApp(
  app: App,
  files: AppFiles,
  code: CodeFacts,
  options: EngineOptions,
  parser: RubyParser,
  { work, proving }: { readonly work: SharedWork; readonly proving: SharedWork | null },
): Promise<AppReading> {
  checkEnvironment(app, options.environment ?? app.configuration?.environment ?? null);
  const whatIf = new WhatIf(options, app.configuration);
  const versions = versionsOf(files, parser, options.assume);
  const unresolved: Unresolved[] = [];
  const note: DeployedApp['unresolved'] = (what, reason, at) => {
    const isSaid = unresolved.some(
      (one) => one.what === what && one.reason === reason && one.at !== null && sameSpan(one.at, at),
    );
    if (!isSaid) unresolved.push({ what, reason, at });
  };
  const deployed: DeployedApp = {
    files,
    versions,
    railsEnv: whatIf.environment,
    systems: SYSTEMS,
    environmentOf: (process) => whatIf.environmentOf(process),
    template: templateReader(files, parser, work),
    unresolved: note,
    uncounted: uncountedNoted(note),
  };
  const deployments = await deploymentsOf(deployed, whatIf);
  const unread = unreadDeployments(deployed);
  for (const { what, path, at } of unread) {
    const isSaid = unresolved.some((one) => one.at?.file.path === at.file.path);
    if (!isSaid) deployed.unresolved(path, `${what}, which is not read: it may start and set something else`, at);
  }
  const evaluations = new Evaluations(parser);
  const projects = deployments.map((deployment) => {
    const dotenv = dotenvOf(files, versions, parser, runsInImage(deployment, files));
    const context = { whatIf, files, versions, parser, code, work, dotenv, evaluations };
    const boots = bootAll(deployment, context);
    const limits = limitsOf(deployment, files, whatIf);
    const booting = boots.flatMap((one) => one.processes);
    const processes = onSameServers(onDeployedServers(booting, limits.deployed));
    const { uncounted = [] } = deployment;
    const booted = boots.length > 0 ? boots.flatMap((one) => one.problems) : problemsOfTheApp(context);
    const problems = distinctProblems([...files.problems.map((one) => ({ ...one, process: null })), ...booted]);
    const proofs = proving ? proofsIn(deployment.launches, processes, context, proving) : null;
    return {
      root: app.root,
      deployment: deployment.kind,
      name: deployment.name,
      environment: whatIf.environment,
      versions: Object.fromEntries(REPORTED_GEMS.map((gem) => [gem, versions.text(gem)])),
      gems: versions,
      code,
      launches: boots.map((one) => one.booted),
      services: deployment.services ?? [],
      processes,
      uncounted,
      servers: serversOf(processes, { ...limits, uncounted }),
      problems,
      ...(unread.length > 0 ? { unread } : {}),
      ...(proofs ? { proofs } : {}),
    };
  });
  return { projects, unresolved };
}

async function deploymentsOf(app: DeployedApp, whatIf: WhatIf): Promise<readonly Deployment[]> {
  const found: Deployment[] = [];
  for (const entry of PLATFORMS) {
    if (entry.applies(app.files.tree, app.railsEnv)) found.push(...withUncounted(app, await entry.load()));
  }
  // A deployment of which nothing is understood is still how the app runs: nothing is inferred over it.
  const running = found.length > 0 ? found : withUncounted(app, await INFERRED.load());
  const all = running.length > 0 ? running : [{ kind: 'inferred', name: 'inferred', launches: [] } as const];
  const kinds = all.map(({ kind }) => kind);
  const wrong = whatIf.deployments.find((name) => !kinds.some((kind) => kind === name));
  if (wrong !== undefined && whatIf.asksForDeployments) {
    throw new BadCall(`no deployment is called \`${wrong}\``, wrong, kinds);
  }
  // A configuration of several apps names the deployments of each of them.
  const isMeant = (kind: string): boolean => whatIf.deployments.includes(kind);
  const asked = all
    .filter(({ kind }) => isMeant(kind) || !kinds.some(isMeant))
    .map((deployment) => ({
      ...deployment,
      launches: [...deployment.launches, ...undeclared(deployment, app)].map((launch) => whatIf.corrected(launch)),
    }));
  return withMostLaunches(asked, app.unresolved);
}

function distinctProblems(problems: readonly NotedProblem[]): readonly NotedProblem[] {
  const seen = new Map(problems.map((one) => [`${one.kind} ${one.at.file.path} ${one.at.start} ${one.message}`, one]));
  return [...seen.values()];
}

/** Gems of which a version decides anything. */
function checkGems({ assume }: EngineOptions): void {
  const gems = unique([...REPORTED_GEMS, ...SYSTEMS.map(({ gem }) => gem)]);
  const wrong = [...assume.keys()].find((gem) => !gems.includes(gem));
  if (wrong !== undefined) throw new BadCall(`no version of \`${wrong}\` decides anything here`, wrong, gems);
}

/** An environment that is asked for by name has a file of its own, where the app has such files. */
function checkEnvironment({ tree }: App, environment: string | null): void {
  if (environment === null) return;
  const names = tree.list().flatMap((path) => /^config\/environments\/([^/]+)\.rb$/.exec(path)?.[1] ?? []);
  if (names.length > 0 && !names.includes(environment)) {
    throw new BadCall(`no environment is called \`${environment}\``, environment, names);
  }
}

/**
 * What the user names has to exist, in any of the apps. A configuration may speak of more than a run looks at: it is
 * held to its names where the run reads all that it is for.
 */
function checkNames(projects: readonly Project[], options: EngineOptions, apps: readonly App[]): void {
  const covered = apps.flatMap((app) => (app.coversConfiguration === true && app.configuration) || []);
  const processes = unique(projects.flatMap((project) => project.launches.map(({ launch }) => launch.name)));
  const servers = unique(projects.flatMap((project) => project.servers.map(({ name }) => name)));
  const kinds = unique(projects.map(({ deployment }) => deployment));
  const named = [
    ...options.hosts.keys(),
    ...options.set.flatMap(({ process }) => process ?? []),
    ...covered.flatMap(({ hosts, env }) => [...hosts.keys(), ...env.flatMap(({ process }) => process ?? [])]),
  ];
  const limited = [...options.maxConnections, ...covered.flatMap(({ maxConnections }) => maxConnections)];
  const noProcess = named.find((name) => !processes.includes(name));
  if (noProcess !== undefined) throw new BadCall(`no process is called \`${noProcess}\``, noProcess, processes);
  const noServer = limited.flatMap(({ server }) => server ?? []).find((name) => !servers.includes(name));
  if (noServer !== undefined) throw new BadCall(`no server is called \`${noServer}\``, noServer, servers);
  const noKind = covered.flatMap(({ deployments }) => deployments).find((name) => !kinds.some((kind) => kind === name));
  if (noKind !== undefined) throw new BadCall(`no deployment is called \`${noKind}\``, noKind, kinds);
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}
