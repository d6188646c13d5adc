import { wordNames } from '../../launch/words.ts';
import type { Command } from '../../launch/launch.ts';
import { lastOption, NO_OPTIONS, readOptions, type OptionShape, type ReadOptions } from '../../launch/options.ts';
import type { Traced } from '../../value/traced.ts';

/** Source: lib/solid_queue/cli.rb@v1.7.2; Thor takes dashes for underscores */
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
  { key: 'only', long: 'only_recurring', takes: 'maybe' },
  { key: 'only', long: 'only-recurring', takes: 'maybe' },
  { key: 'no-only', long: 'no-only-recurring', takes: 'nothing' },
  { key: 'no-only', long: 'no-only_recurring', takes: 'nothing' },
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
  readonly onlyRecurring: boolean | null;
  readonly read: ReadOptions;
}

/** What every way of starting leaves unsaid. */
export const NOTHING_SAID = {
  only: null,
  config: null,
  recurring: null,
  mode: null,
  skipsRecurring: null,
  onlyRecurring: null,
} as const;

const TASK = /^solid_queue:(start|work|dispatch)$/;

/** Whether the words start Solid Queue; the first without its folder. */
export function startsSolidQueue(names: readonly string[]): boolean {
  const [program, subcommand] = names;
  if (program === 'jobs') return subcommand === undefined || subcommand === 'start' || /^-|^$/.test(subcommand);
  return (program === 'rake' || program === 'rails') && names.some((name) => TASK.test(name));
}

export function readSolidQueueLine(command: Command | null): SolidQueueLine {
  const names = command ? wordNames(command.words) : ['jobs'];
  if (names[0] !== 'jobs') {
    const task = names.map((name) => TASK.exec(name)?.[1]).find((one) => one !== undefined);
    const only = task === 'work' ? 'workers' : task === 'dispatch' ? 'dispatchers' : null;
    return { ...NOTHING_SAID, starter: 'rake', only, read: NO_OPTIONS };
  }
  const read = readOptions(command, 1, OPTIONS);
  return {
    starter: 'bin/jobs',
    only: null,
    config: lastOption(read, 'config'),
    recurring: lastOption(read, 'recurring'),
    mode: lastOption(read, 'mode'),
    skipsRecurring: flag(read, 'skip'),
    onlyRecurring: flag(read, 'only'),
    read,
  };
}

/** `--skip-recurring`, `--skip-recurring=false`, `--no-skip-recurring`: the last one counts. */
function flag(read: ReadOptions, key: string): boolean | null {
  const last = read.options.findLast((option) => option.key === key || option.key === `no-${key}`);
  return last ? last.key === key && !(last.value?.known && last.value.value === 'false') : null;
}
