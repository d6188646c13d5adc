import { combine, unknown, type Traced } from '../../value/traced.ts';
import type { PsychScalar } from '../../yaml/node.ts';
import { inspect, kernelInteger, type Coerced } from '../coercion.ts';
import type { System } from '../system.ts';
import { entryOf, scalarOf } from '../yaml_keys.ts';
import { passengerfile } from './passengerfile.ts';
import { configFile, lastSaid } from './ruby_file.ts';
import { valued, type Reading } from './reading.ts';
import { alone, simpleSystem, type Counts, type SimpleRow } from './row.ts';

const UNICORN = 'lib/unicorn/configurator.rb@v6.1.0';
const PITCHFORK = 'lib/pitchfork/configurator.rb@v0.18.1';
const FORKING = { role: 'web', kind: 'server' } as const;

/** `Integer === n or raise`, and not below 1. Source: lib/unicorn/configurator.rb@v6.1.0 (set_int) */
function positiveInteger(value: PsychScalar): Coerced<number> {
  if (typeof value !== 'bigint') {
    return { error: 'ArgumentError', message: `not an integer: worker_processes=${inspect(value)}` };
  }
  return value < 1n
    ? { error: 'ArgumentError', message: `too low (< 1): worker_processes=${value}` }
    : { value: Number(value) };
}

/** One request at a time in every worker; its file says how many there are. */
function workers(reading: Reading, usual: string | null): Counts {
  const { boot } = reading;
  const file = configFile(boot, reading.option('config'), usual);
  const fallback = reading.fallback(1, `${boot.launch.system} runs one worker by default`);
  const processes =
    file === null || typeof file === 'string'
      ? reading.number([file === null ? null : lastSaid(boot, file, 'worker_processes')], fallback, positiveInteger)
      : file;
  const threads = reading.fallback(1, 'a worker serves one request at a time');
  return { processes, threads, settings: { workers: processes, threads } };
}

/** Whether the master loads the application before it forks. Source: lib/unicorn/configurator.rb@v6.1.0 (preload_app) */
function preload(reading: Reading, usual: string | null): Traced<boolean> {
  const { boot } = reading;
  const file = configFile(boot, reading.option('config'), usual);
  if (file !== null && typeof file !== 'string') return file;
  const said = file === null ? null : lastSaid(boot, file, 'preload_app');
  const otherwise = reading.fallback(0, 'Unicorn loads the application in its workers by default');
  return said ? combine(null, [said], (value) => value === true) : combine(null, [otherwise], () => false);
}

const ROWS: readonly SimpleRow[] = [
  {
    ...FORKING,
    id: 'unicorn',
    title: 'Unicorn',
    gem: 'unicorn',
    source: UNICORN,
    inferred: 'bundle exec unicorn -c config/unicorn.rb',
    options: valued('config', 'config-file', 'c'),
    recognises: ([program]) => program === 'unicorn' || program === 'unicorn_rails',
    // Without -c it reads no file; a server that nothing starts is started with its usual one.
    counts: (reading) => {
      const usual = reading.boot.launch.command === null ? 'config/unicorn.rb' : null;
      const counts = workers(reading, usual);
      return { ...counts, settings: { ...counts.settings, preload_app: preload(reading, usual) } };
    },
  },
  {
    ...FORKING,
    id: 'pitchfork',
    title: 'Pitchfork',
    gem: 'pitchfork',
    source: PITCHFORK,
    inferred: 'bundle exec pitchfork -c config/pitchfork.rb',
    options: valued('config', 'config-file', 'c'),
    recognises: ([program]) => program === 'pitchfork',
    // From 0.17.0 on it finds its file by itself.
    counts: (reading) => workers(reading, 'config/pitchfork.rb'),
  },
  {
    ...FORKING,
    id: 'passenger',
    title: 'Passenger',
    gem: 'passenger',
    source: 'src/ruby_supportlib/phusion_passenger/constants.rb@release-6.0.23',
    inferred: 'bundle exec passenger start',
    options: ['max-pool-size', 'concurrency-model', 'thread-count'].flatMap((name) => valued(name, name)),
    recognises: ([program, command]) => program === 'passenger' && command === 'start',
    counts: passenger,
  },
  {
    ...FORKING,
    id: 'falcon',
    title: 'Falcon',
    gem: 'falcon',
    source: 'lib/falcon/command/serve.rb@v0.55.6',
    inferred: 'bundle exec falcon serve',
    options: [
      ...valued('count', 'count', 'n'),
      { key: 'threaded', long: 'threaded', takes: 'nothing' },
      { key: 'hybrid', long: 'hybrid', takes: 'nothing' },
      ...valued('forks', 'forks'),
    ],
    recognises: ([program, command]) =>
      program === 'falcon-host' || (program === 'falcon' && (command === 'serve' || command === 'host')),
    counts: falcon,
  },
];

/** Threads are Passenger Enterprise's: without it, `concurrency_model thread` is refused. */
function passenger(reading: Reading): Counts {
  const file = passengerfile(reading.boot);
  const written = (key: string): Traced<PsychScalar> | null => {
    const entry = file && entryOf(file, key, 'string');
    return entry?.kind === 'node' ? scalarOf(entry.node) : null;
  };
  const said = (name: string): readonly (Traced<PsychScalar> | null)[] => {
    const key = name.replaceAll('-', '_');
    return [reading.option(name), written(key), reading.variable(`PASSENGER_${key.toUpperCase()}`)];
  };
  const processes = reading.number(
    said('max-pool-size'),
    reading.fallback(6, 'Passenger runs at most six processes by default'),
    kernelInteger,
  );
  const model = said('concurrency-model').find((one) => one !== null && !(one.known && one.value === null));
  const single = reading.fallback(1, 'a process of Passenger serves one request at a time');
  const threaded = model?.known === true && model.value === 'thread';
  const threads = threaded ? reading.number(said('thread-count'), single, kernelInteger) : single;
  return { processes, threads, settings: { max_pool_size: processes, threads } };
}

/** A fiber for every request, in as many processes as there are processors. */
function falcon(reading: Reading): Counts {
  const { boot } = reading;
  const threads = unknown<number>('Falcon serves every request in a fiber, and nothing bounds how many', {
    kind: 'assumed',
    text: 'as many fibers as there are requests',
  });
  const hosted = boot.launch.command?.words.some(({ value }) => value.known && /(?:^|[-/])host$/.test(value.value));
  const file = hosted && boot.files.kind('falcon.rb') === 'file' ? 'falcon.rb' : null;
  const counted = file ? lastSaid(boot, file, 'service.count', { service: { block: 'instance_eval' } }) : null;
  const processors: Traced<number> =
    boot.cpus === null
      ? unknown('Falcon runs one process per processor: say --cpus', { kind: 'assumed', text: 'the processors' })
      : reading.fallback(boot.cpus, 'Falcon runs one process per processor');
  const said = [
    reading.option('forks') ?? reading.option('count'),
    counted,
    reading.variable('ASYNC_CONTAINER_PROCESSOR_COUNT'),
  ];
  const silent = said.every((source) => source === null || (source.known && source.value === null));
  const count = silent
    ? processors
    : reading.number(said, reading.fallback(1, 'Falcon runs one process'), kernelInteger);
  const processes = reading.option('threaded') ? alone('falcon serve --threaded is one process') : count;
  return { processes, threads, settings: { count, threads } };
}

export const SIMPLE_SERVERS: readonly System[] = ROWS.map(simpleSystem);
