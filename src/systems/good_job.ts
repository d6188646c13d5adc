import type { Application, Boot } from '../launch/boot.ts';
import { lastAssigned } from '../launch/said.ts';
import { agree, combine, known, unknown, UNDECIDED, type Known, type Traced } from '../value/traced.ts';
import { settled } from '../versions/versions.ts';
import { notStarting } from './boot_failure.ts';
import { plainValue } from './coercion.ts';
import { readGoodJobLine, startsGoodJob } from './good_job/command_line.ts';
import { GOOD_JOB_RULES, type GoodJobRules } from './good_job/rules.ts';
import { goodJobThreads, lockStrategy, poolsOf, queuePools, subprocesses, totalThreads } from './good_job/threads.ts';
import type { RaisedAt } from './raised.ts';
import { possibleRules, ruledDefault } from './rules.ts';
import type {
  Booted,
  BootedProcess,
  DatabaseClaim,
  DatabaseSelector,
  OutsideConnections,
  Settings,
  System,
} from './system.ts';

/** GoodJob as a process of its own: its capsule starts whatever the execution mode is. */
export const goodJob: System = {
  id: 'good_job',
  gem: 'good_job',
  inferred: 'bundle exec good_job start',
  recognises: startsGoodJob,
  boot(boot, command) {
    const application = boot.application();
    const line = readGoodJobLine(command);
    let raised: RaisedAt | null = null;
    const worlds = possibleRules(GOOD_JOB_RULES, boot.versions).map((rules) => {
      const threads = goodJobThreads({ boot, application, line, rules });
      raised ??= threads.raised;
      return { ...threads, rules };
    });
    if (raised) return doesNotStart(boot, raised);
    const join = <T>(values: readonly Traced<T>[]): Traced<T> => settled(agree(UNDECIDED, values), 'good_job');
    const queues = join(worlds.map((world) => world.queues));
    const maxThreads = join(worlds.map((world) => world.maxThreads));
    const forks = join(worlds.map(({ rules }) => subprocesses({ boot, application, line, rules }, queues)));
    const [{ rules }] = worlds as [(typeof worlds)[number]];
    const threads = join(worlds.map((world) => world.threads));
    const worker = (count: Traced<number>, jobs: Traced<number>): BootedProcess => ({
      role: 'worker',
      processesPerHost: count,
      threads: jobs,
      ...capsuleClaims(boot, application, jobs, rules),
    });
    const isCluster = !(forks.known && forks.value === 0);
    const pools = isCluster && queues.known && rules.value.cluster ? queuePools(queues.value) : [];
    const workers =
      pools.length > 1
        ? pools.map((pool) => worker(one(), totalThreads(onlyOf(queues, pool), maxThreads, rules.value)))
        : [worker(isCluster ? combine(null, [forks], (count) => Math.max(1, count)) : one(), threads)];
    return {
      processes: forks.known && forks.value > 0 ? [...workers, supervisor()] : workers,
      settings: {
        max_threads: maxThreads,
        queues,
        threads,
        ...(isCluster ? { subprocesses: forks } : {}),
        lock_strategy: join(worlds.map(({ rules: own }) => lockStrategy({ boot, application, line, rules: own }))),
        pools: poolSettings(queues, maxThreads, rules.value),
      },
    };
  },
};

/** One of the pools that the queues name, with their history. */
function onlyOf(queues: Traced<string>, pool: string): Traced<string> {
  return combine(null, [queues], () => pool);
}

/** It forks and watches, and runs no capsule. Source: lib/good_job/supervisor.rb@v4.23.1 */
function supervisor(): BootedProcess {
  const row = { gem: 'good_job', versions: 'GoodJob ≥ 4.20.0', source: 'lib/good_job/supervisor.rb@v4.23.1' };
  const threads = known(0, { kind: 'default', text: 'the supervisor runs no jobs', row } as const);
  return { role: 'supervisor', processesPerHost: one(), threads, claims: [] };
}

export interface CapsuleClaims {
  readonly claims: readonly DatabaseClaim[];
  readonly outside: readonly OutsideConnections[];
}

/**
 * What the threads of one capsule hold. A job keeps its connection to its end for an advisory lock; the listener's own
 * connection is taken out of the pool. Source: lib/good_job/capsule.rb, lib/good_job/notifier.rb (with_connection),
 * app/models/concerns/good_job/advisory_lockable.rb at v4.19.2
 */
export function capsuleClaims(
  boot: Boot,
  application: Application,
  threads: Traced<number>,
  rules: Known<GoodJobRules>,
): CapsuleClaims {
  const on = databaseOfJobs(boot, application);
  const threadsOf = "GoodJob's heartbeat and cron";
  const utility = ruledDefault(rules, rules.value.utilityThreads, threadsOf);
  const jobs: DatabaseClaim = { on: 'jobs', threadsOf: 'job threads', threads, held: 'job', counts: true };
  const own: DatabaseClaim = { on, threadsOf, threads: utility, held: 'brief', counts: false, part: 'utility' };
  const row = { gem: 'good_job', versions: 'every GoodJob', source: 'lib/good_job/notifier.rb@v4.19.2' };
  const listener = known(1, { kind: 'default', text: "GoodJob's listener has a connection of its own", row } as const);
  return {
    claims: (rules.value.utilityThreads > 0 ? [jobs, own] : [jobs]).map((claim) => ({ ...claim, system: 'good_job' })),
    outside: [{ on, connections: listener }],
  };
}

/** The entry that the class of GoodJob's own records connects to, where that class is found under its path. */
function databaseOfJobs(boot: Boot, application: Application): DatabaseSelector {
  const said = lastAssigned(application, 'GoodJob.active_record_parent_class');
  const name = said ? plainValue(said) : null;
  if (!name?.known || typeof name.value !== 'string') return 'first';
  const path = name.value
    .replaceAll('::', '/')
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase();
  const text = boot.source(`app/models/${path}.rb`)?.text ?? '';
  const entry =
    /\bconnects_to\b[\s\S]{0,1000}?\bwriting:\s*:(\w+)/.exec(text) ?? /\bestablish_connection[ (]+:(\w+)/.exec(text);
  return entry ? { entry: entry[1]! } : 'first';
}

function poolSettings(queues: Traced<string>, maxThreads: Traced<number>, rules: GoodJobRules): readonly Settings[] {
  if (!queues.known) return [];
  return poolsOf(queues.value, rules).map((pool) => ({
    queues: combine(null, [queues], () => (pool.queues === '' ? '*' : pool.queues)),
    threads: pool.threads === null ? maxThreads : combine(null, [queues], () => pool.threads ?? 0),
  }));
}

function one(): Traced<number> {
  const row = { gem: 'good_job', versions: 'every GoodJob', source: 'lib/good_job/cli.rb@v4.19.2' };
  return known(1, { kind: 'default', text: 'good_job is one process', row });
}

function doesNotStart(boot: Boot, raised: RaisedAt): Booted {
  const nothing = notStarting(boot, 'GoodJob', raised);
  const claims: readonly DatabaseClaim[] = [
    { on: 'jobs', threadsOf: 'job threads', threads: nothing, held: 'job', counts: true },
  ];
  return {
    processes: [{ role: 'worker', processesPerHost: one(), threads: unknown(nothing.reason, nothing.origin), claims }],
    settings: { max_threads: nothing, queues: nothing, threads: nothing },
  };
}
