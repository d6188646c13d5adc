import { assuming, combine, unknown, type Traced } from '../../value/traced.ts';
import { lookup, settled, type VersionTable } from '../../versions/versions.ts';
import type { PsychMapping, PsychScalar } from '../../yaml/node.ts';
import { keyText } from '../../yaml/read.ts';
import { kernelInteger } from '../coercion.ts';
import { withoutOptions } from '../rules.ts';
import type { System } from '../system.ts';
import { anycable } from './anycable.ts';
import { karafka } from './karafka.ts';
import { runsTask, valued, type Reading } from './reading.ts';
import { alone, simpleSystem, type Counts, type SimpleRow } from './row.ts';
import { shoryuken } from './shoryuken.ts';
import { sneakers } from './sneakers.ts';

const WORKER = { role: 'worker' } as const;

const ROWS: readonly SimpleRow[] = [
  {
    ...WORKER,
    id: 'delayed_job',
    title: 'Delayed Job',
    gem: 'delayed_job',
    source: 'lib/delayed/command.rb@v4.1.13',
    inferred: 'bundle exec rake jobs:work',
    options: [...valued('number', 'number-of-workers', 'n'), ...valued('pool', 'pool')],
    recognises: (names) =>
      (names[0] === 'delayed_job' && !names.some((word) => /^(?:stop|status|zap)$/.test(word))) ||
      runsTask(names, /^jobs:work$/),
    counts: delayedJob,
  },
  {
    ...WORKER,
    id: 'resque',
    title: 'Resque',
    gem: 'resque',
    source: 'lib/resque/tasks.rb@v3.0.0',
    inferred: 'bundle exec rake resque:work',
    options: valued('config', 'config', 'c'),
    recognises: (names) =>
      names[0] === 'resque-pool' ||
      (names[0] === 'resque' && names.includes('work')) ||
      runsTask(names, /^resque:(?:work|workers|pool)$/),
    counts: resque,
  },
  {
    ...WORKER,
    id: 'que',
    title: 'Que',
    gem: 'que',
    source: 'lib/que/command_line_interface.rb@v2.4.1',
    inferred: 'bundle exec que',
    options: [...valued('count', 'worker-count', 'w'), ...valued('priorities', 'worker-priorities', 'p')],
    recognises: (names) => names[0] === 'que' || runsTask(names, /^que:work$/),
    counts: que,
  },
  {
    ...WORKER,
    id: 'shoryuken',
    title: 'Shoryuken',
    gem: 'shoryuken',
    source: 'lib/shoryuken/options.rb@v7.0.3',
    inferred: 'bundle exec shoryuken -R -C config/shoryuken.yml',
    options: [
      ...valued('concurrency', 'concurrency', 'c'),
      ...valued('config', 'config', 'C'),
      ...valued('queue', 'queues', 'q'),
    ],
    recognises: ([program, command]) =>
      program === 'shoryuken' && (command === undefined || command.startsWith('-') || command === 'start'),
    counts: shoryuken,
  },
  {
    ...WORKER,
    id: 'karafka',
    title: 'Karafka',
    gem: 'karafka',
    source: 'lib/karafka/setup/config.rb@v2.6.0',
    inferred: 'bundle exec karafka server',
    options: [],
    recognises: ([program, command]) => program === 'karafka' && /^(?:s|server|swarm)$/.test(command ?? ''),
    counts: karafka,
  },
  {
    ...WORKER,
    id: 'sneakers',
    title: 'Sneakers',
    gem: 'sneakers',
    // From 3.0 on, with the same modules, command and defaults. Source: ChangeLog.md, kicks.gemspec of ruby-amqp/kicks
    renamed: 'kicks',
    source: 'lib/sneakers/configuration.rb@v2.11.0',
    inferred: 'bundle exec rake sneakers:run',
    options: [],
    recognises: (names) => (names[0] === 'sneakers' && names[1] === 'work') || runsTask(names, /^sneakers:run$/),
    counts: sneakers,
  },
  {
    id: 'anycable',
    title: 'AnyCable',
    role: 'cable',
    kind: 'cable',
    gem: 'anycable',
    source: 'lib/anycable/grpc/config.rb@v1.6.4',
    inferred: 'bundle exec anycable',
    options: valued('pool', 'rpc-pool-size'),
    recognises: ([program]) => program === 'anycable',
    counts: anycable,
  },
];

/**
 * Every worker is a process and runs one job at a time; with any `--pool` the `-n` is ignored. With `run` the first one
 * stays in the foreground, and none is started after it.
 * Source: lib/delayed/command.rb@v4.1.13 (daemonize), lib/daemons/application.rb@v1.4.1 of daemons (start_proc)
 */
function delayedJob(reading: Reading): Counts {
  const threads = reading.fallback(1, 'a worker of Delayed Job runs one job at a time');
  const words = reading.line.rest.map(({ value }) => (value.known ? value.value : ''));
  if (words.find((word) => DAEMON_COMMAND.test(word)) === 'run') {
    const first = reading.fallback(1, 'delayed_job run starts one worker, in the foreground');
    return { processes: first, threads, settings: { workers: first, threads } };
  }
  const pools = reading.line.options.filter(({ key }) => key === 'pool').flatMap(({ value }) => value ?? []);
  const single = reading.fallback(1, 'Delayed Job starts one worker by default');
  const processes =
    pools.length > 0
      ? combine(null, pools, (...all) => (all as readonly string[]).reduce((sum, pool) => sum + sizeOfPool(pool), 0))
      : reading.number([reading.option('number')], single);
  return { processes, threads, settings: { workers: processes, threads } };
}

/** What Daemons is told to do: the first of these. Source: lib/daemons/controller.rb@v1.4.1 of daemons (COMMANDS) */
const DAEMON_COMMAND = /^(?:start|stop|restart|run|zap|reload|status)$/;

/** `--pool=mail,reports:2`; one where no number is said. */
function sizeOfPool(pool: string): number {
  const [, count] = pool.split(':');
  return count === undefined ? 1 : Number.parseInt(count, 10) || 1;
}

/** A worker forks a child for every job, which holds the connection; `resque:workers` and resque-pool start several. */
function resque(reading: Reading): Counts {
  const threads = reading.fallback(1, 'a worker of Resque runs one job at a time');
  const names = (reading.boot.launch.command?.words ?? []).map(({ value }) => (value.known ? value.value : ''));
  const single = reading.fallback(1, 'resque:work is one worker');
  const isPool = names.some((name) => /(?:^|\/)resque-pool$|^resque:pool$/.test(name));
  const several = names.includes('resque:workers');
  const processes = isPool
    ? resquePool(reading)
    : several
      ? reading.number([reading.variable('COUNT')], single)
      : single;
  return { processes, threads, settings: { workers: processes, threads } };
}

/** The sum over the queues of resque-pool.yml. Source: lib/resque/pool.rb@v0.7.1 (load_config, environment) */
function resquePool(reading: Reading): Traced<number> {
  const { boot } = reading;
  const named = reading.option('config');
  const paths = named?.known && named.value !== null ? [named.value] : ['resque-pool.yml', 'config/resque-pool.yml'];
  const path = paths.find((one) => boot.files.kind(one) === 'file');
  const nowhere = 'no file of the repository says how many workers resque-pool starts';
  const worlds = path === undefined ? [] : (boot.yaml(path, null) ?? []);
  const [world, ...others] = worlds;
  const root = world?.document.root;
  if (root?.kind !== 'mapping' || others.length > 0) return unknown(nowhere, { kind: 'assumed', text: nowhere });
  const section = root.entries.find(({ key }) => keyText(key) === boot.railsEnv)?.value;
  const counts = new Map([...queuesIn(root), ...(section?.kind === 'mapping' ? queuesIn(section) : [])]);
  if (root.open !== null || counts.size === 0) {
    return unknown(root.open ?? nowhere, { kind: 'literal', at: root.at });
  }
  return combine(null, [...counts.values()], (...all) =>
    (all as readonly PsychScalar[]).reduce<number>((sum, count) => sum + Number(count), 0),
  );
}

function queuesIn(mapping: PsychMapping): readonly (readonly [string, Traced<PsychScalar>])[] {
  return mapping.entries.flatMap(({ key, value }) =>
    value.kind === 'scalar' ? [[keyText(key), value.value] as const] : [],
  );
}

/** Workers by default: four up to 0.14, six from 1.0 on. */
export const QUE_WORKERS: VersionTable<number> = {
  gem: 'que',
  rows: [
    { since: '0', value: 4, source: 'bin/que@v0.14.3' },
    { since: '1.0.0', value: 6, source: 'lib/que/command_line_interface.rb@v2.4.1' },
  ],
};

/** The locker keeps a connection of its own, beside the pool of the workers. Source: lib/que/locker.rb@v2.4.1 */
function que(reading: Reading): Counts {
  const byVersion = settled(lookup(QUE_WORKERS, reading.boot.versions, 'Que starts so many workers by default'), 'que');
  const usual = reading.boot.launch.command ? byVersion : assuming(byVersion, [withoutOptions('Que')]);
  const listed = reading.option('priorities');
  const count = reading.option('count') ?? reading.variable('QUE_WORKER_COUNT');
  const silent = count.known && count.value === null;
  const threads = !silent
    ? reading.number([count], reading.fallback(6, 'Que runs six workers by default'), kernelInteger)
    : listed
      ? combine(null, [listed], (text) => (text ?? '').split(',').length)
      : usual;
  const locker = reading.fallback(1, "Que's locker has a connection of its own");
  return {
    processes: alone('que is one process'),
    threads,
    outside: [{ on: 'first', connections: locker }],
    settings: { worker_count: threads },
  };
}

export const SIMPLE_JOBS: readonly System[] = ROWS.map(simpleSystem);
