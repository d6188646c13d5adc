import { allAssumptions, NOTHING_ASSUMED, type Assumption } from '../../value/origin.ts';
import { assuming, combine, known, unknown, type Known, type Traced } from '../../value/traced.ts';
import type { Span } from '../../text/source.ts';
import { ruledDefault } from '../rules.ts';
import type { ServerHook } from '../system.ts';
import type { CommandLine } from './command_line.ts';
import type { FileWorld } from './config_files.ts';
import type { PumaDefaults } from './defaults.ts';
import type { RaisedAt } from '../raised.ts';
import { readDirectives, type Directives, type PumaOption, type PumaOptions } from './directives.ts';
import type { PumaRules, Workers } from './rules.ts';

/** What one possible Puma is set to. */
export interface PumaSettings {
  readonly minThreads: Traced<number>;
  readonly maxThreads: Traced<number>;
  readonly workers: Traced<number>;
  readonly preloadApp: Traced<boolean>;
  /** Whether the other workers are forked from the first; null where nothing says so. */
  readonly forkWorker: Traced<boolean> | null;
  readonly ioThreads: Traced<number>;
  readonly solidQueueMode: Traced<string> | null;
  readonly hooks: readonly ServerHook[];
  readonly plugins: readonly string[];
  readonly solidQueueAt: Span | null;
  /** What the conditions around the plugins assume. */
  readonly pluginsAssume: readonly Assumption[];
  /** Puma raises before it serves anything. */
  readonly raised: RaisedAt | null;
}

export interface PumaInput {
  readonly files: readonly FileWorld[];
  readonly line: CommandLine;
  readonly defaults: PumaDefaults;
  readonly rules: Known<PumaRules>;
  /** Processors, when the user said. */
  readonly cpus: number | null;
}

/**
 * Command line over file over variables over built-in values, option by option.
 * Source: lib/puma/configuration.rb@v8.0.2 (UserFileDefaultOptions)
 */
export function resolvePuma(input: PumaInput): PumaSettings {
  const before = resolveIn(input, null);
  if (!input.rules.value.modeBlocks || !before.workers.known) return before;
  return resolveIn(input, before.workers.value > 0 ? 'cluster' : 'single');
}

/** The same settings, read from files that rest on something. */
export function settingsAssuming(settings: PumaSettings, assumes: readonly Assumption[]): PumaSettings {
  const { forkWorker, hooks, pluginsAssume, raised, solidQueueMode } = settings;
  return {
    ...settings,
    minThreads: assuming(settings.minThreads, assumes),
    maxThreads: assuming(settings.maxThreads, assumes),
    workers: assuming(settings.workers, assumes),
    preloadApp: assuming(settings.preloadApp, assumes),
    forkWorker: forkWorker && assuming(forkWorker, assumes),
    ioThreads: assuming(settings.ioThreads, assumes),
    solidQueueMode: solidQueueMode && assuming(solidQueueMode, assumes),
    hooks: hooks.map((hook) => ({ ...hook, assumes: allAssumptions(hook.assumes, assumes) })),
    pluginsAssume: allAssumptions(pluginsAssume, assumes),
    raised: raised && { ...raised, assumes: allAssumptions(raised.assumes, assumes) },
  };
}

function resolveIn(input: PumaInput, mode: 'single' | 'cluster' | null): PumaSettings {
  const { files, line, defaults, rules, cpus } = input;
  const directives = files.map((file) => readDirectives(file, rules.value, mode));
  const levels = new Levels(line, directives, files);
  const workers = counted(
    levels.pick('workers', () => defaults.workers),
    cpus,
  );
  const prune = levels.pick('pruneBundler', () => ruledDefault(rules, false, 'Puma keeps Bundler by default'));
  return {
    minThreads: levels.pick('minThreads', () => defaults.minThreads),
    maxThreads: levels.pick('maxThreads', () => defaults.maxThreads),
    workers,
    preloadApp: levels.pick('preloadApp', () => preloadDefault(input, workers, prune)),
    ioThreads: levels.pick('ioThreads', () => ruledDefault(rules, 0, 'Puma has no extra threads for marked requests')),
    forkWorker: levels.given('forkWorker'),
    solidQueueMode: levels.given('solidQueueMode'),
    hooks: directives.flatMap((one) => one.hooks),
    plugins: [...line.plugins, ...directives.flatMap((one) => one.plugins)],
    solidQueueAt: directives.find((one) => one.solidQueueAt)?.solidQueueAt ?? null,
    pluginsAssume: allAssumptions(...directives.map((one) => one.pluginsAssume)),
    raised: line.raised ?? directives.find((one) => one.raised)?.raised ?? null,
  };
}

class Levels {
  readonly #line: CommandLine;
  readonly #directives: readonly Directives[];
  readonly #files: readonly FileWorld[];

  constructor(line: CommandLine, directives: readonly Directives[], files: readonly FileWorld[]) {
    this.#line = line;
    this.#directives = directives;
    this.#files = files;
  }

  pick<K extends PumaOption, T extends Required<PumaOptions>[K]>(option: K, otherwise: () => T): T {
    const user = this.#line.options[option];
    if (user) return user as T;
    const { open } = this.#line.read;
    if (open) return unknown(open.reason, open.origin) as T;
    const file = this.#file(option);
    const value = file.value ?? otherwise();
    return assuming(value as Traced<unknown>, allAssumptions(file.assumes, this.#line.read.assumes)) as T;
  }

  given<K extends PumaOption>(option: K): NonNullable<PumaOptions[K]> | null {
    return this.#line.options[option] ?? (this.#file(option).value as NonNullable<PumaOptions[K]> | null);
  }

  /** The last file that sets it, and what it assumes that no later line does. */
  #file(option: PumaOption): { value: Traced<unknown> | null; assumes: readonly Assumption[] } {
    let value: Traced<unknown> | null = null;
    let assumes = NOTHING_ASSUMED;
    for (const [index, directives] of this.#directives.entries()) {
      const set = directives.options[option];
      const { open, stopped } = this.#files[index]!;
      const possible = directives.possible.get(option);
      if (stopped) value = unknown(stopped.reason, stopped.origin);
      else if (possible) value = unknown(possible.reason, { kind: 'code', at: possible.at, from: [] });
      else if (set) {
        value = set;
        assumes = NOTHING_ASSUMED;
      } else if (open) value = unknown(open.reason, open.origin);
      assumes = allAssumptions(assumes, directives.skipped.get(option) ?? NOTHING_ASSUMED);
    }
    return { value, assumes };
  }
}

/** `auto` is a number of processors, rounded down. */
function counted(workers: Traced<Workers>, cpus: number | null): Traced<number> {
  const processors = () => (cpus === null ? null : Math.floor(cpus));
  if (workers.known) {
    if (workers.value !== 'processors') return known(workers.value, workers.origin, workers.assumes);
    const count = processors();
    if (count === null) return unknown('the number of processors is not known: --cpus says it', workers.origin);
    return known(count, { kind: 'flag', text: `--cpus ${cpus}` }, workers.assumes);
  }
  const candidates = workers.candidates?.flatMap((one) => {
    const value = one.value === 'processors' ? processors() : one.value;
    return value === null ? [] : [known(value, one.origin, one.assumes)];
  });
  const all = candidates && candidates.length === workers.candidates?.length;
  return unknown(workers.reason, workers.origin, all ? candidates : null);
}

function preloadDefault(
  { rules, defaults, cpus }: PumaInput,
  workers: Traced<number>,
  prune: Traced<boolean>,
): Traced<boolean> {
  switch (rules.value.preload) {
    case 'never':
      return ruledDefault(rules, false, 'Puma preloads only when told to');
    case 'WEB_CONCURRENCY > 1':
      // Decided before the command line and puma.rb are read: only the variable counts.
      return combine(
        null,
        [
          ruledDefault(rules, true, 'Puma preloads where WEB_CONCURRENCY is more than 1'),
          counted(defaults.workers, cpus),
        ],
        (_, count) => count > 1,
      );
    case 'workers > 1':
      return combine(
        null,
        [ruledDefault(rules, true, 'Puma preloads where there is more than one worker'), workers, prune],
        (_, count, pruned) => count > 1 && !pruned,
      );
  }
}
