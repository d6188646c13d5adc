import type { CodeFacts } from '../index/facts.ts';
import type { NotedProblem } from '../launch/boot.ts';
import type { LoadDotenv } from '../launch/dotenv.ts';
import type { Evaluations } from '../launch/evaluations.ts';
import type { AppFiles } from '../launch/files.ts';
import type { Deployment, Launch } from '../launch/launch.ts';
import { PaperBoot } from '../launch/paper_boot.ts';
import { usedDatabases } from '../launch/used_databases.ts';
import { processOf } from '../model/pools.ts';
import type { Process } from '../model/process.ts';
import type { SharedWork } from '../ruby/host.ts';
import type { RubyParser } from '../ruby/parse.ts';
import { withBackground } from '../systems/background.ts';
import { SYSTEMS } from '../systems/index.ts';
import type { Booted } from '../systems/system.ts';
import { known } from '../value/traced.ts';
import type { Versions } from '../versions/versions.ts';
import type { BootedLaunch } from './result.ts';
import type { WhatIf } from './what_if.ts';

export interface BootContext {
  readonly whatIf: WhatIf;
  readonly files: AppFiles;
  readonly versions: Versions;
  readonly parser: RubyParser;
  readonly work: SharedWork;
  readonly code: CodeFacts;
  readonly dotenv: LoadDotenv | null;
  readonly evaluations: Evaluations;
  /** Whether it only tries what would be: see `PaperBoot`. */
  readonly trial?: boolean;
}

export interface BootResult {
  readonly booted: BootedLaunch;
  readonly processes: readonly Process[];
  readonly problems: readonly NotedProblem[];
}

/** Boots every launch; a job system that another process starts does not run a second time under its own name. */
export function bootAll(deployment: Deployment, context: BootContext): readonly BootResult[] {
  const boots = deployment.launches.map((launch) => bootWhole(launch, context));
  const started = new Set([
    ...boots.flatMap(([, ...others]) => others.map(({ booted }) => booted.launch.system)),
    ...boots.flat().flatMap(({ processes }) => processes.flatMap(({ inside }) => inside.map(({ system }) => system))),
  ]);
  return boots
    .flat()
    .filter(
      ({ booted: { launch } }) =>
        !(started.has(launch.system) && launch.command === null && launch.name === launch.system),
    );
}

/** A launch with what it starts as processes of their own. */
export function bootWhole(launch: Launch, context: BootContext): readonly BootResult[] {
  const system = SYSTEMS.find((one) => one.id === launch.system)!;
  return bootLaunch(launch, context, (boot) => system.boot(boot, launch.command));
}

function bootLaunch(launch: Launch, context: BootContext, run: (boot: PaperBoot) => Booted): readonly BootResult[] {
  const { whatIf, code, ...given } = context;
  const boot = new PaperBoot({ ...given, launch, railsEnv: whatIf.environment, cpus: whatIf.cpus });
  const { processes, settings, starts, server = null, remarks = [] } = withBackground(boot, run(boot));
  boot.startWorkers(settings);
  const databases = usedDatabases(boot, boot.application(), boot.databases, code);
  const own: BootResult = {
    booted: {
      launch,
      read: boot.read,
      environment: boot.environment,
      databases: [...boot.databases, ...databases.others],
      missing: databases.missing,
      settings,
      server,
      remarks,
      noticed: boot.noticed,
    },
    processes: processes.map((process) => processOf(launch, process, databases)),
    problems: boot.problems,
  };
  const others = (starts ?? []).flatMap((started) => {
    const declared = launch.declared && started.certain;
    const inherited = { ...launch, command: null, declared, system: started.system, environment: boot.environment };
    return bootLaunch(inherited, context, (child) => started.boot(child));
  });
  return [own, ...others];
}

/** An app that nothing runs is still read: what is broken in it is broken for whoever runs it. */
export function problemsOfTheApp({
  whatIf,
  files,
  versions,
  parser,
  work,
  evaluations,
}: BootContext): readonly NotedProblem[] {
  const hosts = known(1, { kind: 'assumed', text: 'one process' } as const);
  const environment = whatIf.environmentOf('');
  const launch: Launch = { name: '', command: null, system: 'puma', environment, declared: false, hosts };
  const boot = new PaperBoot({
    launch,
    railsEnv: whatIf.environment,
    versions,
    files,
    parser,
    cpus: whatIf.cpus,
    work,
    evaluations,
  });
  boot.application();
  return boot.problems;
}
