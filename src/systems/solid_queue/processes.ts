import { NOTHING_ASSUMED, type Assumption } from '../../value/origin.ts';
import { assuming, unknown, type Known, type Traced } from '../../value/traced.ts';
import type { PsychMapping, PsychNode, PsychScalar } from '../../yaml/node.ts';
import { coerced, inspect, type Coerced } from '../coercion.ts';
import type { RaisedAt } from '../raised.ts';
import { ruledDefault } from '../rules.ts';
import { entryOf, namesOf, scalarOf, type Entry } from '../yaml_keys.ts';
import type { SolidQueueRules } from './rules.ts';
import { inSection, isFalsy, type Section } from './section.ts';

/** One entry under `workers:`. */
export interface WorkerEntry {
  readonly queues: Traced<string>;
  readonly threads: Traced<number>;
  /** Jobs in flight at once on one thread, where it runs them as fibers; null for a worker of threads. */
  readonly fibers: Traced<number> | null;
  readonly processes: Traced<number>;
}

/** What one possible course of the configuration sets up. */
export interface Setup {
  readonly workers: readonly WorkerEntry[];
  readonly dispatchers: number;
  /** Whether `scheduler: dynamic_tasks_enabled: true` asks for a scheduler. */
  readonly dynamicTasks: Traced<boolean>;
  /** Why entries may be missing, or null. */
  readonly open: Traced<never> | null;
  readonly raised: RaisedAt | null;
}

type Raise = (error: string, message: string, node: PsychNode) => void;

/** Source: lib/solid_queue/configuration.rb, per row of SOLID_QUEUE_RULES */
export function setupFrom(section: Section, rules: Known<SolidQueueRules>, forks: boolean): Setup {
  let raised: RaisedAt | null = null;
  const raise: Raise = (error, message, node) => {
    raised ??= { error, message, origin: { kind: 'literal', at: node.at }, assumes: [] };
  };
  if (section.kind === 'raises') raise('NoMethodError', section.message, section.node);
  const reader = new SetupReader(rules, forks, raise);
  if (section.kind === 'open') {
    const open = unknown<never>(section.reason, section.origin);
    return { workers: [], dispatchers: 0, dynamicTasks: unknown(section.reason, section.origin), open, raised };
  }
  const says = (key: string) => inSection(section, key);
  const entries = rules.value.keys.map(says);
  const opened = entries.find((entry) => entry.kind === 'open');
  const empty = entries.every((entry) => entry.kind === 'absent');
  const assumes = entries.flatMap((entry) => (entry.kind === 'absent' ? entry.assumes : []));
  const whole = usesFallback(rules.value, section, empty);
  const workers = reader.workers(says('workers'), whole, assumes);
  const dispatchers = reader.dispatchers(says('dispatchers'), whole);
  return {
    workers,
    dispatchers,
    dynamicTasks: reader.dynamicTasks(says('scheduler')),
    open: opened?.kind === 'open' ? unknown(opened.reason, opened.origin) : null,
    raised,
  };
}

function usesFallback(rules: SolidQueueRules, section: Section, empty: boolean): boolean {
  return rules.fallback === 'for an empty section' ? section.kind === 'empty' : empty;
}

class SetupReader {
  readonly #rules: Known<SolidQueueRules>;
  readonly #forks: boolean;
  readonly #raise: Raise;

  constructor(rules: Known<SolidQueueRules>, forks: boolean, raise: Raise) {
    this.#rules = rules;
    this.#forks = forks;
    this.#raise = raise;
  }

  workers(entry: Entry, fallsBack: boolean, assumes: readonly Assumption[]): readonly WorkerEntry[] {
    const items = this.#items(entry, 'workers', fallsBack);
    if (items) return items.map((item) => this.#worker(item));
    return [this.#defaultWorker(assumes)];
  }

  dispatchers(entry: Entry, fallsBack: boolean): number {
    return this.#items(entry, 'dispatchers', fallsBack)?.length ?? 1;
  }

  /** The entries of a kind; null where the defaults take their place. */
  #items(entry: Entry, kind: string, fallsBack: boolean): readonly PsychMapping[] | null {
    if (entry.kind === 'open') return [];
    const perKind = this.#rules.value.fallback === 'for each kind';
    if (entry.kind === 'absent') return fallsBack || perKind ? null : [];
    const { node } = entry;
    if (isFalsy(node)) {
      if (perKind) return null;
      // `Array(nil)` until 0.8; since then nil has no map.
      if (this.#rules.value.file === 'config/queue.yml') this.#raise('NoMethodError', `${kind} has no value`, node);
      return [];
    }
    if (node.kind !== 'sequence') {
      if (node.kind === 'mapping' || node.value.known) this.#raise('NoMethodError', `${kind} is no list`, node);
      return [];
    }
    return node.items.filter((item): item is PsychMapping => {
      if (item.kind === 'mapping') return true;
      this.#raise('NoMethodError', `an entry of ${kind} is no mapping`, item);
      return false;
    });
  }

  #worker(item: PsychMapping): WorkerEntry {
    const queues = entryOf(item, 'queues', 'either');
    const fibers = this.#fibers(item);
    return {
      fibers,
      queues:
        queues.kind === 'node'
          ? namesOf(queues.node)
          : assuming(this.#default('*', 'workers take every queue'), absent(queues)),
      threads: fibers
        ? this.#default(1, 'all fibers of a worker run on one thread')
        : this.#number(item, 'threads', this.#defaultThreads(), wholeThreads),
      processes: this.#forks
        ? this.#number(item, 'processes', this.#default(1, 'one process per entry'), wholeProcesses)
        : this.#default(1, 'in async mode every entry runs once'),
    };
  }

  /** Source: lib/solid_queue/configuration.rb@v1.7.2 (fiber_worker?, ensure_valid_worker_execution_options) */
  #fibers(item: PsychMapping): Traced<number> | null {
    if (!this.#rules.value.fibers) return null;
    const entry = entryOf(item, 'fibers', 'either');
    if (entry.kind === 'absent') return null;
    if (entry.kind === 'open')
      return entryOf(item, 'threads', 'either').kind === 'node' ? null : unknown(entry.reason, entry.origin);
    if (entryOf(item, 'threads', 'either').kind === 'node')
      this.#raise('SystemExit', 'Workers can specify either `threads` or `fibers`, but not both.', entry.node);
    return this.#number(item, 'fibers', this.#defaultThreads(), wholeFibers);
  }

  #defaultWorker(assumes: readonly Assumption[]): WorkerEntry {
    return {
      fibers: null,
      queues: assuming(this.#default('*', 'workers take every queue'), assumes),
      threads: assuming(this.#defaultThreads(), assumes),
      processes: assuming(this.#default(1, 'one process per entry'), assumes),
    };
  }

  dynamicTasks(scheduler: Entry): Traced<boolean> {
    const off = this.#default(false, 'dynamic tasks are off');
    if (this.#rules.value.scheduler !== 'with recurring or dynamic tasks') return off;
    if (scheduler.kind === 'open') return unknown(scheduler.reason, scheduler.origin);
    if (scheduler.kind === 'absent' || scheduler.node.kind !== 'mapping') return off;
    const enabled = entryOf(scheduler.node, 'dynamic_tasks_enabled', 'either');
    if (enabled.kind === 'open') return unknown(enabled.reason, enabled.origin);
    if (enabled.kind === 'absent') return assuming(off, enabled.assumes);
    return coerced(
      scalarOf(enabled.node),
      (value) => ({ value: value !== null && value !== false }),
      () => {},
    );
  }

  #number(
    item: PsychMapping,
    key: string,
    otherwise: Traced<number>,
    coerce: (value: PsychScalar) => Coerced<number>,
  ): Traced<number> {
    const entry = entryOf(item, key, 'either');
    if (entry.kind === 'open') return unknown(entry.reason, entry.origin);
    if (entry.kind === 'absent') return assuming(otherwise, entry.assumes);
    return coerced(scalarOf(entry.node), coerce, (what) => this.#raise(what.error, what.message, entry.node));
  }

  #defaultThreads(): Traced<number> {
    const { threads } = this.#rules.value;
    return this.#default(threads, `Solid Queue workers run ${threads} threads by default`);
  }

  #default<T>(value: T, text: string): Traced<T> {
    return ruledDefault(this.#rules, value, text);
  }
}

function absent(entry: Entry): readonly Assumption[] {
  return entry.kind === 'absent' ? entry.assumes : NOTHING_ASSUMED;
}

const wholeThreads = wholeNumber('threads');
const wholeFibers = wholeNumber('fibers');

/**
 * Nothing converts them: the gem compares and adds what the file says. A worker of 0 or less starts and never takes a
 * job. Source: lib/solid_queue/pool.rb@v1.7.2 (idle?); app/models/solid_queue/ready_execution.rb@v1.7.2 (select_and_lock)
 */
function wholeNumber(key: string): (value: PsychScalar) => Coerced<number> {
  return (value) => {
    if (typeof value === 'bigint') return { value: Math.max(0, Number(value)) };
    return { error: 'TypeError', message: `${key}: ${inspect(value)} is no Integer` };
  };
}

function wholeProcesses(value: PsychScalar): Coerced<number> {
  if (typeof value === 'bigint') return { value: Math.max(0, Number(value)) };
  return { error: 'NoMethodError', message: `undefined method 'times' for ${inspect(value)} (processes)` };
}
