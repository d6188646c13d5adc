import { wordNames } from '../../launch/words.ts';
import type { Command } from '../../launch/launch.ts';
import { lastOption, NO_OPTIONS, readOptions, type OptionShape, type ReadOptions } from '../../launch/options.ts';
import type { Traced } from '../../value/traced.ts';

/** Source: lib/solid_queue/cli.rb@v1.5.0; Thor takes dashes for underscores */
const OPTIONS: readonly OptionShape[] = [
  { key: 'config', short: 'c', long: 'config_file', takes: 'value' },
  { key: 'config', long: 'config-file', takes: 'value' },
  { key: 'mode', long: 'mode', takes: 'value' },
  { key: 'recurring', long: 'recurring_schedule_file', takes: 'value' },
  { key: 'recurring', long: 'recurring-schedule-file', takes: 'value' },
  { key: 'skip', long: 'skip_recurring', takes: 'maybe' },
  { key: 'skip', long: 'skip-recurring', takes: 'maybe' },
  { key: 'no-skip', long: 'no-skip-recurring', takes: 'nothing' },
  { key: 'no-skip', long: 'no-skip_recurring', takes: 'nothing' },
];

/** What starts the supervisor: `bin/jobs` has options of its own, rake and Puma only variables. */
export type Starter = 'bin/jobs' | 'rake' | 'puma';

export interface SolidQueueLine {
  readonly starter: Starter;
  /** Before 0.4 rake could start only the workers, or only the dispatchers. */
  readonly only: 'workers' | 'dispatchers' | null;
  readonly config: Traced<string | null> | null;
  readonly recurring: Traced<string | null> | null;
  readonly mode: Traced<string | null> | null;
  readonly skipsRecurring: boolean | null;
  readonly read: ReadOptions;
}

const TASK = /^solid_queue:(start|work|dispatch)$/;

/** Whether the words start Solid Queue; the first without its folder. */
export function startsSolidQueue(names: readonly string[]): boolean {
  const [program, subcommand] = names;
  if (program === 'jobs') return subcommand === undefined || subcommand === 'start' || /^-|^$/.test(subcommand);
  return (program === 'rake' || program === 'rails') && names.some((name) => TASK.test(name));
}

export function readSolidQueueLine(command: Command | null): SolidQueueLine {
  const names = command ? wordNames(command.words) : ['jobs'];
  const nothing = { only: null, config: null, recurring: null, mode: null, skipsRecurring: null } as const;
  if (names[0] !== 'jobs') {
    const task = names.map((name) => TASK.exec(name)?.[1]).find((one) => one !== undefined);
    const only = task === 'work' ? 'workers' : task === 'dispatch' ? 'dispatchers' : null;
    return { ...nothing, starter: 'rake', only, read: NO_OPTIONS };
  }
  const read = readOptions(command, 1, OPTIONS);
  const skip = read.options.findLast((option) => option.key === 'skip' || option.key === 'no-skip');
  return {
    starter: 'bin/jobs',
    only: null,
    config: lastOption(read, 'config'),
    recurring: lastOption(read, 'recurring'),
    mode: lastOption(read, 'mode'),
    skipsRecurring: skip ? skip.key === 'skip' && !(skip.value?.known && skip.value.value === 'false') : null,
    read,
  };
}
