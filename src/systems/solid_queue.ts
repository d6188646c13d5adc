import type { Boot } from '../launch/boot.ts';
import { NO_OPTIONS } from '../launch/options.ts';
import { wordNames } from '../launch/words.ts';
import type { Origin } from '../value/origin.ts';
import { agree, assuming, combine, known, unknown, type Known, type Traced, UNDECIDED } from '../value/traced.ts';
import { settled } from '../versions/versions.ts';
import { notStarting } from './boot_failure.ts';
import { queriesBorrow } from './leases.ts';
import type { RaisedAt } from './raised.ts';
import { possibleRules, ruledDefault } from './rules.ts';
import { NOTHING_SAID, readSolidQueueLine, startsSolidQueue, type SolidQueueLine } from './solid_queue/command_line.ts';
import { fibersRefused } from './solid_queue/fibers.ts';
import { fromVariable, hasRecurringTasks, readSections } from './solid_queue/files.ts';
import { ignoredBySolidQueue } from './solid_queue/ignored.ts';
import { setupFrom, type Setup, type WorkerEntry } from './solid_queue/processes.ts';
import type { Section } from './solid_queue/section.ts';
import { SOLID_QUEUE_RULES, type SolidQueueRules } from './solid_queue/rules.ts';
import { forkedProcesses, oneProcess, type Running } from './solid_queue/running.ts';
import type { Booted, System } from './system.ts';

/** Solid Queue's supervisor and everything it starts. */
export const solidQueue: System = {
  id: 'solid_queue',
  gem: 'solid_queue',
  inferred: 'bin/jobs',
  recognises: startsSolidQueue,
  // The supervisor forks its workers; Puma has loaded the application before its plugin forks.
  // Source: lib/solid_queue/supervisor.rb@v1.5.1, lib/puma/plugin/solid_queue.rb@v1.5.1
  loadsIn({ launch: { command } }, process, all) {
    if (command !== null && !startsSolidQueue(wordNames(command.words))) return false;
    return all.length === 1 || process.role === 'supervisor';
  },
  boot(boot, command) {
    boot.application();
    const line = readSolidQueueLine(command);
    return bootedFrom(boot, line, (rules) => modeOf(boot, line, rules));
  },
};

/**
 * The Solid Queue that Puma's plugin starts: a launch of its own under the name of its host. The plugin passes the mode
 * itself, so only `solid_queue_mode` in puma.rb decides it (null: not said, it forks). Source: lib/puma/plugin/solid_queue.rb@v1.5.0
 */
export function bootSolidQueueInPuma(boot: Boot, pluginMode: Traced<string> | null): Booted {
  boot.application();
  const line: SolidQueueLine = { ...NOTHING_SAID, starter: 'puma', read: NO_OPTIONS };
  return bootedFrom(boot, line, (rules) => {
    const fork = ruledDefault(rules, 'fork', 'the plugin forks a supervisor by default');
    if (!rules.value.asyncInPuma || !pluginMode) return fork;
    return combine(null, [pluginMode], (mode) => (mode === 'async' ? 'async' : 'fork'));
  });
}

function modeOf(boot: Boot, line: SolidQueueLine, rules: Known<SolidQueueRules>): Traced<string> {
  const fork: Traced<string> = ruledDefault(rules, 'fork', 'Solid Queue forks by default');
  // Before 1.3 there is neither the option nor the variable.
  if (rules.value.modeVariable === 'nobody') return fork;
  if (line.mode) return combine(null, [line.mode], (mode) => mode ?? 'fork');
  const variable = fromVariable(boot, 'SOLID_QUEUE_SUPERVISOR_MODE', rules.value.modeVariable, line.starter);
  if (!variable) return assuming(fork, line.read.assumes);
  return combine(null, [variable], (mode) => mode ?? 'fork');
}

/** What the possible versions and courses say of one thing. */
function join<T>(worlds: readonly Traced<T>[]): Traced<T> {
  return settled(agree(UNDECIDED, worlds), 'solid_queue');
}

interface Course {
  readonly mode: Traced<string>;
  readonly setup: Setup;
  readonly scheduler: Traced<boolean>;
}

function bootedFrom(
  boot: Boot,
  line: SolidQueueLine,
  modeFor: (rules: Known<SolidQueueRules>) => Traced<string>,
): Booted {
  let raised: RaisedAt | null = null;
  const courses: Course[] = [];
  for (const rules of possibleRules(SOLID_QUEUE_RULES, boot.versions)) {
    const mode = modeFor(rules);
    const forks = !mode.known || mode.value === 'fork';
    const reading = readSections(boot, line, rules.value);
    raised ??= reading.raised;
    for (const section of reading.sections) {
      const setup = setupFrom(section, rules, forks);
      const refused = setup.raised ?? fibersRefused(boot, boot.application(), setup.workers);
      raised ??= refused;
      if (refused) continue;
      const scheduler = schedulerOf(boot, line, rules, setup);
      const course = { mode, setup: onlyRecurring(boot, line, rules) ? schedulerAlone(setup) : setup, scheduler };
      if (rules.value.exitsWithNothing && isNothing(course)) raised ??= nothingConfigured(section, mode);
      else courses.push(course);
    }
  }
  if (courses.length === 0) return doesNotStart(boot, raised);
  const running: Running = { ...joined(courses, line), queriesBorrow: queriesBorrow(boot) };
  const mode = join(courses.map((course) => course.mode));
  const forks = !mode.known || mode.value === 'fork';
  const open = courses.find((course) => course.setup.open)?.setup.open ?? null;
  const processes = open ? unknownWorker(open) : forks ? forkedProcesses(running) : oneProcess(running);
  const [only, ...more] = possibleRules(SOLID_QUEUE_RULES, boot.versions);
  const remarks = only && more.length === 0 ? ignoredBySolidQueue(boot, line, only.value, forks) : [];
  return {
    processes,
    ...(remarks.length > 0 ? { remarks } : {}),
    settings: {
      workers: running.workers.map(({ queues, threads, fibers, processes: count }) => ({
        queues,
        threads,
        ...(fibers ? { fibers } : {}),
        processes: count,
      })),
      dispatchers: Array.from({ length: running.dispatchers }, () => ({})),
      scheduler: running.scheduler,
      mode,
    },
  };
}

function isNothing({ setup, scheduler }: Course): boolean {
  const none = setup.workers.every(({ processes }) => processes.known && processes.value === 0);
  return none && setup.dispatchers === 0 && !setup.open && scheduler.known && !scheduler.value;
}

function nothingConfigured(section: Section, mode: Traced<string>): RaisedAt {
  const origin: Origin = section.kind === 'mapping' ? { kind: 'literal', at: section.mapping.at } : mode.origin;
  return { error: 'SystemExit', message: 'No processes configured', origin, assumes: [] };
}

function schedulerOf(boot: Boot, line: SolidQueueLine, rules: Known<SolidQueueRules>, setup: Setup): Traced<boolean> {
  if (rules.value.scheduler === 'none') return ruledDefault(rules, false, 'dispatchers run recurring tasks');
  const skips = skipsRecurring(boot, line, rules);
  if (skips.known && skips.value) return combine(null, [skips], () => false);
  const tasks = hasRecurringTasks(boot, line, rules.value);
  const runs =
    tasks.known && tasks.value ? tasks : combine(null, [tasks, setup.dynamicTasks], (some, dynamic) => some || dynamic);
  return skips.known ? assuming(runs, skips.assumes) : combine(null, [skips, runs], (skip, run) => !skip && run);
}

/** What ActiveModel::Type::Boolean takes for false. Source: activemodel/lib/active_model/type/boolean.rb@v8.0.2 */
const FALSE_VALUES = new Set(['', '0', 'f', 'F', 'false', 'FALSE', 'off', 'OFF']);

function skipsRecurring(boot: Boot, line: SolidQueueLine, rules: Known<SolidQueueRules>): Traced<boolean> {
  const off: Traced<boolean> = ruledDefault(rules, false, 'recurring tasks are not skipped');
  if (line.skipsRecurring !== null) return known(line.skipsRecurring, { kind: 'flag', text: '--skip-recurring' });
  const variable = fromVariable(boot, 'SOLID_QUEUE_SKIP_RECURRING', rules.value.skipRecurringVariable, line.starter);
  if (!variable) return assuming(off, line.read.assumes);
  return combine(null, [variable], (value) => value !== null && !FALSE_VALUES.has(value));
}

/** `--only-recurring`: neither workers nor dispatchers. Source: lib/solid_queue/configuration.rb@v1.5.1 */
function onlyRecurring(boot: Boot, line: SolidQueueLine, rules: Known<SolidQueueRules>): boolean {
  const readBy = rules.value.onlyRecurringVariable;
  if (readBy === 'nobody') return false;
  if (line.onlyRecurring !== null) return line.onlyRecurring;
  const variable = fromVariable(boot, 'SOLID_QUEUE_ONLY_RECURRING', readBy, line.starter);
  return variable?.known === true && variable.value !== null && !FALSE_VALUES.has(variable.value);
}

function schedulerAlone(setup: Setup): Setup {
  return { ...setup, workers: [], dispatchers: 0 };
}

function joined(courses: readonly Course[], line: SolidQueueLine): Omit<Running, 'queriesBorrow'> {
  const setups = courses.map((course) => course.setup);
  const most = Math.max(...setups.map((setup) => setup.workers.length));
  const workers = Array.from({ length: most }, (_, index) => joinedWorker(setups.map((setup) => setup.workers[index])));
  return {
    workers: line.only === 'dispatchers' ? [] : workers,
    dispatchers: line.only === 'workers' ? 0 : Math.max(...setups.map((setup) => setup.dispatchers)),
    scheduler: join(courses.map((course) => course.scheduler)),
    dynamicTasks: join(setups.map((setup) => setup.dynamicTasks)),
  };
}

function joinedWorker(entries: readonly (WorkerEntry | undefined)[]): WorkerEntry {
  const there = entries.filter((entry) => entry !== undefined);
  const processes = join(there.map((entry) => entry.processes));
  const fibers = there.flatMap((entry) => entry.fibers ?? []);
  return {
    queues: join(there.map((entry) => entry.queues)),
    fibers: fibers.length === 0 ? null : everywhere(fibers, entries, join(fibers)),
    threads: everywhere(there, entries, join(there.map((entry) => entry.threads))),
    processes: everywhere(there, entries, processes),
  };
}

/** An entry that only some courses have may not be there at all. */
function everywhere<T>(there: readonly unknown[], all: readonly unknown[], value: Traced<T>): Traced<T> {
  return there.length === all.length ? value : unknown(UNDECIDED, value.origin);
}

function unknownWorker(nothing: Traced<never>): Booted['processes'] {
  const entry: WorkerEntry = { queues: nothing, threads: nothing, fibers: null, processes: nothing };
  const off = known(false, { kind: 'assumed', text: 'not known' } as const);
  return forkedProcesses({ workers: [entry], dispatchers: 0, scheduler: off, dynamicTasks: off, queriesBorrow: off });
}

function doesNotStart(boot: Boot, raised: RaisedAt | null): Booted {
  const nothing = notStarting(boot, 'Solid Queue', raised);
  return {
    processes: unknownWorker(nothing).slice(0, 1),
    settings: { workers: [], dispatchers: [], scheduler: nothing, mode: nothing },
  };
}
