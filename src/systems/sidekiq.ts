import type { Boot } from '../launch/boot.ts';
import { Recorder } from '../launch/recorder.ts';
import { assumedBySkipping } from '../launch/said.ts';
import { wordNames } from '../launch/words.ts';
import { NOTHING_ASSUMED, type Assumption } from '../value/origin.ts';
import { agree, assuming, combine, known, unknown, type Known, type Traced, UNDECIDED } from '../value/traced.ts';
import { settled } from '../versions/versions.ts';
import type { PsychMapping } from '../yaml/node.ts';
import { keyText } from '../yaml/read.ts';
import { notStarting } from './boot_failure.ts';
import { coerced } from './coercion.ts';
import type { RaisedAt } from './raised.ts';
import { possibleRules, ruledDefault } from './rules.ts';
import { configuredByRuby, usable, type Capsule, type SidekiqState } from './sidekiq/capsules.ts';
import { readSidekiqLine, type SidekiqLine } from './sidekiq/command_line.ts';
import { resolveConcurrency } from './sidekiq/concurrency.ts';
import { readSidekiqFile, sidekiqEnvironment, type FileReading, type SidekiqFile } from './sidekiq/config_file.ts';
import { ignoredBySidekiq } from './sidekiq/ignored.ts';
import { SIDEKIQ_RULES, type SidekiqRules } from './sidekiq/rules.ts';
import { SidekiqModule } from './sidekiq/ruby.ts';
import type { Booted, System } from './system.ts';
import { entryOf, namesOf, scalarOf } from './yaml_keys.ts';

export { sidekiqClient } from './sidekiq/ruby.ts';

/** Sidekiq, alone or as a swarm of processes. */
export const sidekiq: System = {
  id: 'sidekiq',
  gem: 'sidekiq',
  inferred: 'bundle exec sidekiq',
  recognises: ([program]) => program === 'sidekiq' || program === 'sidekiqswarm',
  // Source: lib/sidekiq/job.rb@v7.3.9, lib/sidekiq/client.rb@v7.3.9
  usedDirectly: /\bSidekiq::(?:Worker|Job|Client)\b/,
  // A swarm forks, and its children load the application unless it was loaded before: Ent-Changes.md@v8.1.7 of sidekiq.
  loadsIn({ launch, environment }) {
    if (wordNames(launch.command?.words ?? [])[0] !== 'sidekiqswarm') return true;
    const preloads = environment.get('SIDEKIQ_PRELOAD_APP');
    return preloads.known && preloads.value === null;
  },
  boot(boot, command) {
    const line = readSidekiqLine(command);
    const start = boot.environment;
    const possible = possibleRules(SIDEKIQ_RULES, boot.versions);
    const worlds = possible.flatMap((rules) => {
      const file = readSidekiqFile(boot, line, start, rules.value);
      return statesOf(file, line, rules, start).map((state) => ({ ...state, rules }));
    });
    const starting = worlds.filter((world) => world.raised === null);
    const before = agreedConcurrency(starting.map((world) => world.state));
    boot.define(
      'Sidekiq',
      () => new SidekiqModule({ server: true, version: boot.versions.of('sidekiq'), concurrency: before }),
    );
    boot.define('Sidekiq::CLI', () => new Recorder('Sidekiq::CLI'));
    // The application sees the environment that Sidekiq settled on; sidekiq.yml was read before.
    const environment = join(possible.map((rules) => sidekiqEnvironment(line, start, rules.value)));
    for (const variable of ['RACK_ENV', 'RAILS_ENV']) boot.export(variable, environment);
    const application = boot.application();
    let raised = worlds.find((world) => world.raised !== null)?.raised ?? null;
    const states = starting.flatMap(({ state, rules }) => {
      let fails = false;
      const end = configuredByRuby(state, application, rules.value.capsules, (what, call, assumes) => {
        fails = true;
        raised ??= { ...what, origin: { kind: 'code', at: call.at, from: [] }, assumes };
      });
      return fails ? [] : [end];
    });
    const program = command?.words[0]?.value;
    const swarm = program?.known === true && program.value.endsWith('sidekiqswarm');
    const processes = swarm ? swarmSize(boot) : single();
    const skipped = assumedBySkipping(application, SIZES);
    if (states.length === 0) return doesNotStart(boot, raised, processes);
    const [only, ...more] = possible;
    const remarks = only && more.length === 0 ? ignoredBySidekiq(boot, line, only.value) : [];
    const running = bootedFrom(states, processes, skipped);
    return remarks.length > 0 ? { ...running, remarks } : running;
  },
};

/** What the possible versions and courses say of one thing. */
function join<T>(worlds: readonly Traced<T>[]): Traced<T> {
  return settled(agree(UNDECIDED, worlds), 'sidekiq');
}

interface WorldState {
  readonly state: SidekiqState;
  readonly raised: RaisedAt | null;
}

function statesOf(
  file: FileReading,
  line: SidekiqLine,
  rules: Known<SidekiqRules>,
  start: Boot['environment'],
): readonly WorldState[] {
  switch (file.kind) {
    case 'broken':
      return [];
    case 'raises': {
      const raised = { error: 'ArgumentError', message: file.message, origin: file.origin, assumes: NOTHING_ASSUMED };
      return [{ state: { inherited: unknown(file.message, file.origin), capsules: [] }, raised }];
    }
    case 'open': {
      const { reason, origin } = file;
      const open: SidekiqFile = { entry: () => ({ kind: 'open', reason, origin }), assumes: NOTHING_ASSUMED };
      return [stateOf(open, line, rules, start)];
    }
    case 'read':
      return file.worlds.map((world) => stateOf(world, line, rules, start));
  }
}

function stateOf(
  file: SidekiqFile,
  line: SidekiqLine,
  rules: Known<SidekiqRules>,
  start: Boot['environment'],
): WorldState {
  const { assumes } = file;
  const resolved = resolveConcurrency(line, file.entry('concurrency'), start, rules);
  const concurrency = line.concurrency ? resolved.value : assuming(resolved.value, assumes);
  const capsules = new Map<string, Capsule>([
    ['default', { name: 'default', concurrency, queues: queuesOf(file, line, rules) }],
  ]);
  const written = rules.value.capsules ? file.entry('capsules') : null;
  let broken: RaisedAt | null = resolved.raised && {
    ...resolved.raised,
    assumes: [...resolved.raised.assumes, ...assumes],
  };
  if (written?.kind === 'node' && written.node.kind === 'mapping') {
    for (const capsule of writtenCapsules(written.node, (what) => (broken ??= what)))
      capsules.set(capsule.name, { ...capsule, concurrency: assuming(capsule.concurrency, assumes) });
  }
  return { state: { inherited: concurrency, capsules: [...capsules.values()] }, raised: broken };
}

/** Every capsule of sidekiq.yml says its own concurrency and queues; one named "default" replaces the default one. */
function writtenCapsules(mapping: PsychMapping, raise: (what: RaisedAt) => void): readonly Capsule[] {
  return mapping.entries.map((entry) => {
    const name = keyText(entry.key);
    const node = entry.value;
    const at = entry.keyAt;
    const nothing = known(null, { kind: 'literal', at } as const);
    const concurrency = node.kind === 'mapping' ? entryOf(node, 'concurrency', 'string, else symbol') : null;
    const queues = node.kind === 'mapping' ? entryOf(node, 'queues', 'string, else symbol') : null;
    const value =
      concurrency?.kind === 'open'
        ? unknown<number>(concurrency.reason, concurrency.origin)
        : coerced(concurrency?.kind === 'node' ? scalarOf(concurrency.node) : nothing, usable, (what, assumes) =>
            raise({ error: 'TypeError', message: `capsule ${name}: ${what.message}`, origin: nothing.origin, assumes }),
          );
    return {
      name,
      concurrency: value,
      queues: queues?.kind === 'node' ? namesOf(queues.node) : known('', nothing.origin),
    };
  });
}

function queuesOf(file: SidekiqFile, line: SidekiqLine, rules: Known<SidekiqRules>): Traced<string> {
  if (line.queues.length > 0) return combine(null, line.queues, (...names) => names.map(queueName).join(','));
  const entry = file.entry('queues');
  if (entry.kind === 'node') return namesOf(entry.node);
  if (entry.kind === 'open') return unknown(entry.reason, entry.origin);
  return assuming(ruledDefault(rules, 'default', 'Sidekiq works on the queue "default"'), entry.assumes);
}

function queueName(text: string): string {
  return text.split(',')[0]!;
}

function agreedConcurrency(states: readonly SidekiqState[]): Traced<number> {
  if (states.length === 0)
    return unknown('Sidekiq does not start', { kind: 'assumed', text: 'Sidekiq does not start' });
  return join(states.map((state) => state.inherited));
}

function single(): Traced<number> {
  const row = { gem: 'sidekiq', versions: 'every Sidekiq', source: 'lib/sidekiq/cli.rb@v7.3.9' };
  return known(1, { kind: 'default', text: 'sidekiq is one process', row });
}

/**
 * Sidekiq Enterprise: one process per processor, or what SIDEKIQ_COUNT says, fractions rounded down.
 * Source: https://github.com/sidekiq/sidekiq/wiki/Ent-Multi-Process, Ent-Changes.md@v8.1.7
 */
function swarmSize(boot: Boot): Traced<number> {
  const count = boot.environment.get('SIDEKIQ_COUNT');
  if (count.known && count.value === null) {
    if (boot.cpus !== null) return assuming(known(boot.cpus, { kind: 'flag', text: '--cpus' }), count.assumes);
    const reason = 'sidekiqswarm starts one process per processor unless SIDEKIQ_COUNT says how many: say --cpus';
    return unknown(reason, count.origin);
  }
  return combine(null, [count], (text) => Math.max(1, Math.floor(Number.parseFloat(text ?? '1') || 1)));
}

/** What Ruby calls to size Sidekiq. */
const SIZES = new Set(['concurrency=', 'capsule']);

function bootedFrom(
  states: readonly SidekiqState[],
  processesPerHost: Traced<number>,
  skipped: readonly Assumption[],
): Booted {
  const names = [...new Set(states.flatMap((state) => state.capsules.map((capsule) => capsule.name)))];
  const capsules = names.map((name): Capsule => {
    const found = states.flatMap((state) => state.capsules.filter((capsule) => capsule.name === name));
    const concurrency = join(found.map((capsule) => capsule.concurrency));
    const queues = join(found.map((capsule) => capsule.queues));
    return {
      name,
      concurrency:
        found.length === states.length ? assuming(concurrency, skipped) : unknown(UNDECIDED, concurrency.origin),
      queues,
    };
  });
  const [only] = capsules;
  const threads =
    capsules.length === 1
      ? only!.concurrency
      : combine(
          null,
          capsules.map((capsule) => capsule.concurrency),
          (...all) => (all as readonly number[]).reduce((sum, one) => sum + one, 0),
        );
  return booted(threads, processesPerHost, capsules);
}

function doesNotStart(boot: Boot, raised: RaisedAt | null, processesPerHost: Traced<number>): Booted {
  return booted(notStarting(boot, 'Sidekiq', raised), processesPerHost, []);
}

function booted(threads: Traced<number>, processesPerHost: Traced<number>, capsules: readonly Capsule[]): Booted {
  return {
    processes: [
      {
        role: 'worker',
        processesPerHost,
        threads,
        claims: [{ on: 'jobs', threadsOf: 'job threads', threads, held: 'job', counts: true }],
      },
    ],
    settings: {
      concurrency: threads,
      capsules: capsules.map(({ name, concurrency, queues }) => ({ name, concurrency, queues })),
    },
  };
}
