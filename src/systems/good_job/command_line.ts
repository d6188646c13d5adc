import type { Command } from '../../launch/launch.ts';
import { lastOption, readOptions, type OptionShape, type ReadOptions } from '../../launch/options.ts';
import { wordNames } from '../../launch/words.ts';
import type { Traced } from '../../value/traced.ts';

/** Source: lib/good_job/cli.rb@v4.23.1; Thor takes dashes for underscores */
const OPTIONS: readonly OptionShape[] = [
  ...[
    'threads',
    'max_threads',
    'subprocesses',
    'queues',
    'poll_interval',
    'max_cache',
    'shutdown_timeout',
    'idle_timeout',
  ].flatMap(valued),
  ...['pidfile', 'probe_port', 'probe_handler', 'queue_select_limit'].flatMap(valued),
  ...['enable_cron', 'daemonize'].flatMap((key): OptionShape[] => [
    { key, long: key, takes: 'maybe' },
    { key, long: key.replaceAll('_', '-'), takes: 'maybe' },
    { key: `no_${key}`, long: `no-${key.replaceAll('_', '-')}`, takes: 'nothing' },
  ]),
];

function valued(key: string): OptionShape[] {
  return [
    { key, long: key, takes: 'value' },
    { key, long: key.replaceAll('_', '-'), takes: 'value' },
  ];
}

/** What `good_job start` is told on its command line; absent options are null. */
export interface GoodJobLine {
  readonly threads: Traced<string | null> | null;
  readonly maxThreads: Traced<string | null> | null;
  readonly subprocesses: Traced<string | null> | null;
  readonly queues: Traced<string | null> | null;
  readonly read: ReadOptions;
}

/** Whether the words start GoodJob's own process: `start` is the default task. */
export function startsGoodJob(names: readonly string[]): boolean {
  const [program, task] = names;
  return program === 'good_job' && (task === undefined || task === 'start' || task === '' || task.startsWith('-'));
}

export function readGoodJobLine(command: Command | null): GoodJobLine {
  const task = command ? wordNames(command.words)[1] : undefined;
  const read = readOptions(command, task === 'start' ? 2 : 1, OPTIONS);
  return {
    threads: lastOption(read, 'threads'),
    maxThreads: lastOption(read, 'max_threads'),
    subprocesses: lastOption(read, 'subprocesses'),
    queues: lastOption(read, 'queues'),
    read,
  };
}
