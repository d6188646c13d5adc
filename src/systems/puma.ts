import type { Boot } from '../launch/boot.ts';
import { wordNames } from '../launch/words.ts';
import type { Command } from '../launch/launch.ts';
import { NO_OPTIONS } from '../launch/options.ts';
import { NOTHING_ASSUMED } from '../value/origin.ts';
import { mentioned } from '../index/mention.ts';
import { isSameRead } from '../value/history.ts';
import { agree, assuming, combine, type Known, type Traced, UNDECIDED } from '../value/traced.ts';
import { settled } from '../versions/versions.ts';
import { notStarting } from './boot_failure.ts';
import { NO_COMMAND_LINE, programOf, readCommandLine, type CommandLine } from './puma/command_line.ts';
import { chooseFiles, readFile, type FileChoice, type FileWorld } from './puma/config_files.ts';
import { pumaDefaults } from './puma/defaults.ts';
import type { RaisedAt } from './raised.ts';
import { resolvePuma, settingsAssuming, type PumaSettings } from './puma/resolve.ts';
import { serverOf } from './puma/server.ts';
import { PUMA_RULES, type PumaRules } from './puma/rules.ts';
import { possibleRules } from './rules.ts';
import { listenForEmbeddedSidekiq, withEmbeddedSidekiq } from './puma/sidekiq_embed.ts';
import { withSolidQueue } from './puma/solid_queue_plugin.ts';
import type { Booted, DatabaseClaim, Settings, System } from './system.ts';

/** Puma, alone or inside `rails server`, `rackup` and `hanami server`. */
export const puma: System = {
  id: 'puma',
  gem: 'puma',
  inferred: 'bundle exec puma',
  recognises: (words) => programOf(words) !== null,
  boot(boot, command) {
    listenForEmbeddedSidekiq(boot);
    const start = boot.environment;
    const files = new Map<string, readonly FileWorld[]>();
    const lines = possibleRules(PUMA_RULES, boot.versions).map((rules) => ({ rules, line: lineOf(command, rules) }));
    // Puma's own executable reads its configuration before the app, everything else after it.
    const loadsFirst = lines[0]?.line.starter !== 'puma';
    if (loadsFirst) {
      exportEnvironment(boot, lines[0]!.line);
      boot.application();
    }
    const worlds = lines.flatMap(({ rules, line }) => {
      const choice = chooseFiles(boot, line, loadsFirst ? boot.environment : start, rules.value);
      const environment = loadsFirst ? boot.environment : start;
      return pumaWorlds({ boot, rules, line, choice, files, environment });
    });
    const booted = bootedFrom(boot, worlds);
    if (!loadsFirst) {
      exportEnvironment(boot, lines[0]?.line ?? null);
      boot.application();
    }
    // Plugins start last, in the environment that everything before them left.
    const starting = worlds.filter(({ raised }) => raised === null);
    const server = serverOf(lines[0]?.line.starter ?? null, starting, [...files.values()].flat());
    return { ...withSolidQueue(boot, withEmbeddedSidekiq(boot, booted, worlds), worlds), server };
  },
};

function lineOf(command: Command | null, rules: Known<PumaRules>): CommandLine {
  if (command) return readCommandLine(command, wordNames(command.words), rules.value);
  return { starter: 'puma', ...NO_COMMAND_LINE, read: NO_OPTIONS };
}

/**
 * What `-e` changes for the application: Puma and rackup set RACK_ENV; `rails server` sets RAILS_ENV where it is unset.
 * Source: lib/puma/launcher.rb@v8.0.2, lib/rackup/server.rb@v2.2.1,
 * railties/lib/rails/commands/server/server_command.rb@v8.1.3.1 (set_environment)
 */
function exportEnvironment(boot: Boot, line: CommandLine | null): void {
  if (!line?.environment || line.starter === 'hanami') return;
  if (line.starter !== 'rails') boot.export('RACK_ENV', line.environment);
  else {
    const state = boot.environment.get('RAILS_ENV');
    if (state.known && state.value === null) boot.export('RAILS_ENV', line.environment);
  }
}

interface Reading {
  readonly boot: Boot;
  readonly rules: Known<PumaRules>;
  readonly line: CommandLine;
  readonly choice: FileChoice;
  /** What was read before, by path: rules differ, the file does not. */
  readonly files: Map<string, readonly FileWorld[]>;
  readonly environment: Boot['environment'];
}

const NOTHING_SAID: FileWorld = { calls: [], skipped: [], possible: [], open: null, stopped: null, fails: false };

/** As many as one file can have: several files together are not followed further. */
const MOST_COURSES = 8;
const TOO_MANY: FileWorld = {
  ...NOTHING_SAID,
  open: {
    reason: 'its files have more possible courses than can be followed',
    origin: { kind: 'assumed', text: 'any' },
  },
};

/** One Puma for every course its files can take. */
function pumaWorlds({ boot, rules, line, choice, files, environment }: Reading): readonly PumaSettings[] {
  let raised: RaisedAt | null = choice.raised;
  const defaults = pumaDefaults(environment, rules, (what, because) => {
    raised ??= { ...what, origin: because.origin, assumes: because.known ? because.assumes : NOTHING_ASSUMED };
  });
  let worlds: readonly (readonly FileWorld[])[] = [[]];
  for (const path of choice.paths) {
    const read = files.get(path) ?? readFile(boot, path) ?? [];
    files.set(path, read);
    const courses = read.filter((world) => !world.fails);
    // Where every course raises, that has been noted as the reason why the process does not start.
    const followed = worlds.length * courses.length > MOST_COURSES ? [TOO_MANY] : courses;
    worlds = worlds.flatMap((before) => followed.map((course) => [...before, course]));
  }
  return worlds.map((course) => {
    const opened = choice.open ? [...course, { ...NOTHING_SAID, open: choice.open }] : course;
    const resolved = resolvePuma({ files: opened, line, defaults, rules, cpus: boot.cpus });
    const settings = choice.assumes.length > 0 ? settingsAssuming(resolved, choice.assumes) : resolved;
    return raised ? { ...settings, raised } : settings;
  });
}

function bootedFrom(boot: Boot, worlds: readonly PumaSettings[]): Booted {
  const starting = worlds.filter((world) => world.raised === null);
  const raised = worlds.find((world) => world.raised !== null)?.raised ?? null;
  if (starting.length === 0) return doesNotStart(boot, raised);
  const join = <T>(pick: (world: PumaSettings) => Traced<T>) => settled(agree(UNDECIDED, starting.map(pick)), 'puma');
  const workers = join((world) => world.workers);
  const min = join((world) => world.minThreads);
  const max = join((world) => world.maxThreads);
  const ioThreads = join((world) => world.ioThreads);
  const forkWorker = starting.map((world) => world.forkWorker).find((one) => one !== null) ?? null;
  const mode = starting.map((world) => world.solidQueueMode).find((one) => one !== null) ?? null;
  const threads = requestThreads(min, max);
  const settings: Settings = {
    threads_min: min,
    threads_max: max,
    workers,
    preload_app: join((world) => world.preloadApp),
    ...(forkWorker ? { fork_worker: forkWorker } : {}),
    ...(ioThreads.known && ioThreads.value === 0 ? {} : { max_io_threads: ioThreads }),
    hooks: distinct(starting.flatMap((world) => world.hooks.map(({ name }) => name))),
    plugins: distinct(starting.flatMap((world) => world.plugins)),
    ...(mode ? { solid_queue_mode: mode } : {}),
  };
  const processesPerHost = combine(null, [workers], (count) => Math.max(1, count));
  return {
    processes: [{ role: 'web', processesPerHost, threads, claims: claims(threads, reachedIfMarked(boot, ioThreads)) }],
    settings,
  };
}

/** Variables are not checked: MIN_THREADS=9 alone makes Puma run up to nine threads. */
function requestThreads(min: Traced<number>, max: Traced<number>): Traced<number> {
  if (!max.known && isSameRead(min.origin, max.origin)) return max;
  if (!min.known || !max.known) return combine(null, [max, min], Math.max);
  return min.value > max.value ? min : max;
}

function claims(threads: Traced<number>, ioThreads: Traced<number>): readonly DatabaseClaim[] {
  const requests: DatabaseClaim = { on: 'every', threadsOf: 'request threads', threads, held: 'request', counts: true };
  if (ioThreads.known && ioThreads.value === 0) return [requests];
  // Only requests that the app marks as waiting get one of these.
  const marked = { on: 'every', threadsOf: 'threads of marked requests', threads: ioThreads, held: 'request' } as const;
  return [requests, { ...marked, counts: false, part: 'io' }];
}

/** Source: lib/puma/response.rb, lib/puma/thread_pool.rb@v8.0.2 (can_spawn_processor?) */
function reachedIfMarked(boot: Boot, ioThreads: Traced<number>): Traced<number> {
  if (ioThreads.known && ioThreads.value === 0) return ioThreads;
  const marks = mentioned(boot.files, /^(?:app|lib|config)\/.+\.rb$|^config\.ru$/, /\bmark_as_io_bound\b/);
  return marks ? ioThreads : assuming(ioThreads, [{ kind: 'reachable', text: 'requests are marked as I/O bound' }]);
}

function doesNotStart(boot: Boot, raised: RaisedAt | null): Booted {
  const nothing = notStarting(boot, 'Puma', raised);
  const settings = { threads_min: nothing, threads_max: nothing, workers: nothing, preload_app: nothing };
  return {
    processes: [
      { role: 'web', processesPerHost: nothing, threads: nothing, claims: claims(nothing, nothing).slice(0, 1) },
    ],
    settings: { ...settings, hooks: [], plugins: [] },
  };
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
