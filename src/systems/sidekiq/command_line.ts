import type { Command } from '../../launch/launch.ts';
import { lastOption, readOptions, type OptionShape, type ReadOptions } from '../../launch/options.ts';
import type { Traced } from '../../value/traced.ts';

/** Source: lib/sidekiq/cli.rb@v7.3.9, and the options that older versions had */
const OPTIONS: readonly OptionShape[] = [
  { key: 'concurrency', short: 'c', long: 'concurrency', takes: 'value' },
  { key: 'daemon', short: 'd', long: 'daemon', takes: 'nothing' },
  { key: 'environment', short: 'e', long: 'environment', takes: 'value' },
  { key: 'tag', short: 'g', long: 'tag', takes: 'value' },
  { key: 'index', short: 'i', long: 'index', takes: 'value' },
  { key: 'queue', short: 'q', long: 'queue', takes: 'value' },
  { key: 'require', short: 'r', long: 'require', takes: 'value' },
  { key: 'timeout', short: 't', long: 'timeout', takes: 'value' },
  { key: 'verbose', short: 'v', long: 'verbose', takes: 'nothing' },
  { key: 'config', short: 'C', long: 'config', takes: 'value' },
  { key: 'logfile', short: 'L', long: 'logfile', takes: 'value' },
  { key: 'pidfile', short: 'P', long: 'pidfile', takes: 'value' },
];

export interface SidekiqLine {
  readonly concurrency: Traced<string | null> | null;
  readonly config: Traced<string | null> | null;
  readonly require: Traced<string | null> | null;
  readonly environment: Traced<string | null> | null;
  readonly queues: readonly Traced<string>[];
  readonly read: ReadOptions;
  /** Whether there is a command line at all. */
  readonly isStarted: boolean;
}

export function readSidekiqLine(command: Command | null): SidekiqLine {
  const read = readOptions(command, 1, OPTIONS);
  return {
    concurrency: lastOption(read, 'concurrency'),
    config: lastOption(read, 'config'),
    require: lastOption(read, 'require'),
    environment: lastOption(read, 'environment'),
    queues: read.options.flatMap((option) => (option.key === 'queue' && option.value ? [option.value] : [])),
    read,
    isStarted: command !== null,
  };
}
