import type { Application } from '../../launch/boot.ts';
import type { RecordedCall } from '../../launch/recorder.ts';
import { RubyArray, RubySymbol, type Value } from '../../ruby/values.ts';
import type { Assumption } from '../../value/origin.ts';
import { agree, assuming, combine, known, unknown, type Traced, UNDECIDED } from '../../value/traced.ts';
import type { PsychScalar } from '../../yaml/node.ts';
import { coerced, inspect, kernelInteger, plainValue, type Coerced } from '../coercion.ts';
import type { Raised } from '../raised.ts';

/** A set of queues with threads of its own. Before Sidekiq 7 there is only "default". */
export interface Capsule {
  readonly name: string;
  readonly concurrency: Traced<number>;
  readonly queues: Traced<string>;
}

/** What Sidekiq is set to before the application boots. */
export interface SidekiqState {
  /** `config[:concurrency]`: what a capsule gets that names no number. */
  readonly inherited: Traced<number>;
  readonly capsules: readonly Capsule[];
}

type Raise = (what: Raised, call: RecordedCall, assumes: readonly Assumption[]) => void;

/** What the application's Ruby makes of it, file by file. Source: lib/sidekiq/config.rb@v7.3.9, lib/sidekiq.rb@v6.5.12 */
export function configuredByRuby(
  before: SidekiqState,
  application: Application,
  hasCapsules: boolean,
  raise: Raise,
): SidekiqState {
  let state = before;
  for (const file of application.files) {
    const current = state;
    const ends = file.worlds.map((calls) => {
      const configuration = new Configuration(current, hasCapsules, raise);
      for (const call of calls) if (call.method === 'Sidekiq') configuration.sidekiq(call.below);
      return configuration.state;
    });
    if (ends.length > 0) state = joined(ends);
  }
  return state;
}

function joined(worlds: readonly SidekiqState[]): SidekiqState {
  if (worlds.length === 1) return worlds[0]!;
  const names = [...new Set(worlds.flatMap((world) => world.capsules.map((capsule) => capsule.name)))];
  return {
    inherited: agree(
      UNDECIDED,
      worlds.map((world) => world.inherited),
    ),
    capsules: names.map((name) => {
      const found = worlds.map((world) => world.capsules.find((capsule) => capsule.name === name));
      const there = found.filter((capsule) => capsule !== undefined);
      const concurrency = agree(
        UNDECIDED,
        there.map((capsule) => capsule.concurrency),
      );
      const queues = agree(
        UNDECIDED,
        there.map((capsule) => capsule.queues),
      );
      const every = there.length === found.length;
      return { name, concurrency: every ? concurrency : unknown(UNDECIDED, concurrency.origin), queues };
    }),
  };
}

/** Calls whose block, or whose answer, is the configuration. */
const CONFIGURES = new Set(['configure_server', 'configure_embed', 'default_configuration']);

class Configuration {
  readonly #hasCapsules: boolean;
  readonly #raise: Raise;
  #inherited: Traced<number>;
  readonly #capsules: Map<string, Capsule>;

  constructor(state: SidekiqState, hasCapsules: boolean, raise: Raise) {
    this.#hasCapsules = hasCapsules;
    this.#raise = raise;
    this.#inherited = state.inherited;
    this.#capsules = new Map(state.capsules.map((capsule) => [capsule.name, capsule]));
  }

  get state(): SidekiqState {
    return { inherited: this.#inherited, capsules: [...this.#capsules.values()] };
  }

  sidekiq(calls: readonly RecordedCall[]): void {
    for (const call of calls) {
      if (CONFIGURES.has(call.method)) this.#config(call.below);
      else this.#config([call]);
    }
  }

  #config(calls: readonly RecordedCall[]): void {
    for (const call of calls) {
      const value = call.args.at(-1);
      switch (call.method) {
        case 'concurrency=':
          if (value) this.#set('default', call, this.#coerced(call, value, kernelInteger));
          break;
        case '[]=':
          if (value && symbolName(call.args[0]) === 'concurrency') this.#option(call, value);
          break;
        case 'options':
        case 'config':
          this.#config(call.below);
          break;
        case 'queues=':
          if (value) this.#setQueues('default', value);
          break;
        case 'default_capsule':
          this.#capsule('default', call);
          break;
        case 'capsule': {
          const name = call.args[0] ? plainValue(call.args[0]) : null;
          this.#capsule(name?.known ? nameOf(name.value) : '?', call);
          break;
        }
        default:
      }
    }
  }

  /** Since 7.0 the option is only what later capsules inherit; before, it is the concurrency. */
  #option(call: RecordedCall, value: Value): void {
    const number = this.#coerced(call, value, usable);
    if (this.#hasCapsules) this.#inherited = number;
    else this.#set('default', call, number);
  }

  #capsule(name: string, call: RecordedCall): void {
    if (!this.#hasCapsules) return;
    if (!this.#capsules.has(name)) {
      const queues = known('default', { kind: 'code', at: call.at, from: [] } as const, call.assumes);
      const concurrency = assuming(this.#inherited, call.assumes);
      this.#capsules.set(name, { name, concurrency, queues });
    }
    for (const inner of call.below) {
      const value = inner.args.at(-1);
      if (!value) continue;
      if (inner.method === 'concurrency=') this.#set(name, inner, this.#coerced(inner, value, usable));
      if (inner.method === 'queues=') this.#setQueues(name, value);
    }
  }

  #set(name: string, call: RecordedCall, concurrency: Traced<number>): void {
    const capsule = this.#capsules.get(name);
    if (capsule) this.#capsules.set(name, { ...capsule, concurrency: assuming(concurrency, call.assumes) });
  }

  #setQueues(name: string, value: Value): void {
    const capsule = this.#capsules.get(name);
    if (capsule) this.#capsules.set(name, { ...capsule, queues: queueNames(value) });
  }

  #coerced(call: RecordedCall, value: Value, coerce: (value: PsychScalar) => Coerced<number>): Traced<number> {
    return coerced(plainValue(value), coerce, (what, assumes) => this.#raise(what, call, assumes));
  }
}

/** A number of threads as it is used: nothing converts it, and a string breaks the process when it starts. */
export function usable(value: PsychScalar): Coerced<number> {
  if (typeof value === 'bigint' && value > 0n) return { value: Number(value) };
  if (typeof value === 'string') return { error: 'TypeError', message: `concurrency: ${inspect(value)} is a string` };
  const shown = value === null ? '' : inspect(value);
  return { error: 'ArgumentError', message: `concurrency: ${shown} is not a valid value` };
}

function symbolName(key: Value | undefined): string | null {
  return key?.known && key.value instanceof RubySymbol ? key.value.name : null;
}

function nameOf(value: PsychScalar): string {
  if (typeof value === 'object' && value?.type === 'symbol') return value.name;
  return typeof value === 'string' ? value : inspect(value);
}

function queueNames(value: Value): Traced<string> {
  if (!value.known) return unknown(value.reason, value.origin);
  const items = value.value;
  if (!(items instanceof RubyArray)) return combine(null, [plainValue(value)], nameOf);
  const names = items.items.map((item) => plainValue(item));
  return combine(null, names, (...all) => all.map((one) => nameOf(one).split(',')[0]!).join(','));
}
