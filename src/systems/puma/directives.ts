import type { PossibleCall } from '../../ruby/host.ts';
import type { Value } from '../../ruby/values.ts';
import { allAssumptions, NOTHING_ASSUMED, type Assumption, type Origin } from '../../value/origin.ts';
import { assuming, known, type Traced } from '../../value/traced.ts';
import { span, type Span } from '../../text/source.ts';
import type { PsychScalar } from '../../yaml/node.ts';
import { coerced, inspect, kernelInteger, plainValue, type Coerced } from '../coercion.ts';
import type { Raised, RaisedAt } from '../raised.ts';
import type { FileWorld } from './config_files.ts';
import type { ServerHook } from '../system.ts';
import { HOOKS, type PumaCall } from './file.ts';
import type { PumaRules, Workers } from './rules.ts';

/** One level of Puma's options: its command line, its file, or its defaults. Absent: that level says nothing. */
export interface PumaOptions {
  minThreads?: Traced<number>;
  maxThreads?: Traced<number>;
  workers?: Traced<Workers>;
  preloadApp?: Traced<boolean>;
  pruneBundler?: Traced<boolean>;
  forkWorker?: Traced<boolean>;
  ioThreads?: Traced<number>;
  solidQueueMode?: Traced<string>;
}

export type PumaOption = keyof PumaOptions;

/** What the directives of one world say. */
export interface Directives {
  readonly options: PumaOptions;
  /** What it assumes that an option is not set here, or not set again. */
  readonly skipped: ReadonlyMap<PumaOption, readonly Assumption[]>;
  /** Options that may be set here, or set again. */
  readonly possible: ReadonlyMap<PumaOption, PossibleCall>;
  readonly hooks: readonly ServerHook[];
  readonly plugins: readonly string[];
  /** Where the plugin of Solid Queue is loaded; null where it is not. */
  readonly solidQueueAt: Span | null;
  /** What the conditions around the plugins assume. */
  readonly pluginsAssume: readonly Assumption[];
  /** The first directive that raises. */
  readonly raised: RaisedAt | null;
}

const SETS: Readonly<Record<string, readonly PumaOption[]>> = {
  threads: ['minThreads', 'maxThreads'],
  workers: ['workers'],
  'preload_app!': ['preloadApp'],
  prune_bundler: ['pruneBundler'],
  fork_worker: ['forkWorker'],
  max_io_threads: ['ioThreads'],
  solid_queue_mode: ['solidQueueMode'],
};

/** Reads the directives of a file as one version of Puma does. Source: lib/puma/dsl.rb@v8.0.2 and its earlier forms. */
export function readDirectives(
  { calls, skipped, possible }: FileWorld,
  rules: PumaRules,
  mode: 'single' | 'cluster' | null,
): Directives {
  const reader = new DirectiveReader(rules);
  const heard = calls.filter((call) => call.mode === 'always' || (rules.modeBlocks && call.mode === mode));
  for (const call of heard) reader.read(call);
  return {
    options: reader.options,
    skipped: skippedOptions(heard, skipped),
    possible: possibleOptions(heard, possible),
    hooks: heard.filter((call) => HOOKS.has(call.method)).map(hookOf),
    plugins: reader.plugins,
    solidQueueAt: reader.solidQueueAt,
    pluginsAssume: allAssumptions(...heard.filter(({ method }) => method === 'plugin').map(({ assumes }) => assumes)),
    raised: reader.raised,
  };
}

function hookOf({ method, at, assumes, body }: PumaCall): ServerHook {
  // A directive has no receiver: its name stands first.
  return { name: method, nameAt: span(at.file, at.start, at.start + method.length), at, assumes, certain: true, body };
}

class DirectiveReader {
  readonly options: PumaOptions = {};
  readonly plugins: string[] = [];
  solidQueueAt: Span | null = null;
  raised: RaisedAt | null = null;
  readonly #rules: PumaRules;

  constructor(rules: PumaRules) {
    this.#rules = rules;
  }

  read(call: PumaCall): void {
    const first = call.args[0];
    switch (call.method) {
      case 'threads':
        return this.#threads(call);
      case 'workers': {
        if (!first) return this.#raise(call, { error: 'ArgumentError', message: 'workers needs a number' });
        this.options.workers = this.#coerced(call, first, this.#rules.workers);
        return;
      }
      case 'preload_app!':
        this.options.preloadApp = this.#truth(call, first);
        return;
      case 'prune_bundler':
        this.options.pruneBundler = this.#truth(call, first);
        return;
      case 'fork_worker':
        this.options.forkWorker = this.#yes(call);
        return;
      case 'max_io_threads':
        if (!this.#rules.ioThreads) return this.#undefined(call);
        if (first) this.options.ioThreads = this.#coerced(call, first, notNegative);
        return;
      case 'single':
      case 'cluster':
        if (!this.#rules.modeBlocks) this.#undefined(call);
        return;
      case 'solid_queue_mode':
        if (first) this.options.solidQueueMode = this.#coerced(call, first, nameOf);
        return;
      case 'plugin': {
        const name = first ? plainValue(first) : null;
        const text = name?.known ? nameOf(name.value) : null;
        if (text && 'value' in text) this.plugins.push(text.value);
        if (text && 'value' in text && text.value === 'solid_queue') this.solidQueueAt ??= call.at;
        return;
      }
      default:
    }
  }

  #threads(call: PumaCall): void {
    const [first, second] = call.args;
    if (!first || (!second && !this.#rules.oneThreadsArgument)) {
      const message = `wrong number of arguments (given ${call.args.length}, expected 2)`;
      return this.#raise(call, { error: 'ArgumentError', message });
    }
    const min = this.#coerced(call, first, kernelInteger);
    const max = second ? this.#coerced(call, second, kernelInteger) : min;
    const wrong = wrongThreads(min, max);
    if (wrong) this.#raise(call, wrong, [min, max]);
    this.options.minThreads = min;
    this.options.maxThreads = max;
  }

  #coerced<T>(call: PumaCall, value: Value, coerce: (value: PsychScalar) => Coerced<T>): Traced<T> {
    const result = coerced(plainValue(value), coerce, (what, assumes) => {
      this.raised ??= { ...what, origin: atCall(call), assumes: allAssumptions(call.assumes, assumes) };
    });
    return assuming(result, call.assumes);
  }

  #truth(call: PumaCall, value: Value | undefined): Traced<boolean> {
    if (!value) return this.#yes(call);
    return this.#coerced(call, value, (plain) => ({ value: plain !== null && plain !== false }));
  }

  #yes(call: PumaCall): Traced<boolean> {
    return known(true, { kind: 'literal', at: call.at }, call.assumes);
  }

  #undefined(call: PumaCall): void {
    this.#raise(call, { error: 'NoMethodError', message: `undefined method '${call.method}' for Puma::DSL` });
  }

  #raise(call: PumaCall, what: Raised, because: readonly Traced<unknown>[] = []): void {
    const assumes = allAssumptions(call.assumes, ...because.map((one) => (one.known ? one.assumes : NOTHING_ASSUMED)));
    this.raised ??= { ...what, origin: atCall(call), assumes };
  }
}

function atCall(call: PumaCall): Origin {
  return { kind: 'code', at: call.at, from: [] };
}

/** The checks of the directive and of `-t`; variables are not checked. */
export function wrongThreads(min: Traced<number>, max: Traced<number>): Raised | null {
  if (!min.known || !max.known) return null;
  if (min.value > max.value) {
    const message = `The minimum (${min.value}) number of threads must be less than or equal to the max (${max.value})`;
    return { error: 'RuntimeError', message };
  }
  if (max.value >= 1) return null;
  return { error: 'RuntimeError', message: `The maximum number of threads (${max.value}) must be greater than 0` };
}

function notNegative(value: PsychScalar): Coerced<number> {
  const number = kernelInteger(value);
  if (!('value' in number) || number.value >= 0) return number;
  return {
    error: 'RuntimeError',
    message: `The maximum number of IO threads (${number.value}) must be a positive number`,
  };
}

function nameOf(value: PsychScalar): Coerced<string> {
  if (typeof value === 'string') return { value };
  if (typeof value === 'object' && value?.type === 'symbol') return { value: value.name };
  return { value: inspect(value) };
}

function skippedOptions(
  calls: readonly PumaCall[],
  skipped: FileWorld['skipped'],
): ReadonlyMap<PumaOption, readonly Assumption[]> {
  const result = new Map<PumaOption, readonly Assumption[]>();
  for (const skip of skipped) {
    if (isOverruled(skip, calls)) continue;
    for (const option of SETS[skip.method] ?? [])
      result.set(option, allAssumptions(result.get(option) ?? NOTHING_ASSUMED, skip.assumes));
  }
  return result;
}

function possibleOptions(
  calls: readonly PumaCall[],
  possible: FileWorld['possible'],
): ReadonlyMap<PumaOption, PossibleCall> {
  const result = new Map<PumaOption, PossibleCall>();
  for (const call of possible) {
    if (isOverruled(call, calls)) continue;
    for (const option of SETS[call.method] ?? []) result.set(option, call);
  }
  return result;
}

/** A call on something else, or one after which the same directive is certainly called again. */
function isOverruled(call: Omit<PossibleCall, 'reason'>, calls: readonly PumaCall[]): boolean {
  if (call.receiver !== null && call.receiver !== 'self') return true;
  const { method, at } = call;
  return calls.some((later) => later.method === method && later.at.file === at.file && later.at.start > at.start);
}
