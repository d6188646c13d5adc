import type { Span } from '../text/source.ts';
import { known, unknown, type Traced } from './traced.ts';
import type { Origin } from './origin.ts';

/** What is known of one variable: the value that is set, a value nobody can see, or nothing set at all. */
export type VariableState = Traced<string | null>;

type Layer = ReadonlyMap<string, VariableState>;

interface Unseen {
  readonly reason: string;
  readonly origin: Origin;
}

/** Is told which variables are asked for. */
export interface Watch {
  one(name: string): void;
  /** Somebody asked which variables there are. */
  all(): void;
}

/**
 * The environment of one launch. Immutable: setting a variable gives another environment, so that possible worlds can
 * share their past. It is a few layers, the oldest first and each larger than the next, of which a later one wins:
 * a layer that has grown as large as the one under it is merged with it, so that setting n variables one by one copies
 * n log n of them in all.
 */
export class Environment {
  static readonly EMPTY = new Environment([], null);
  readonly #layers: readonly Layer[];
  /** What may set any variable nothing is said of, or null. */
  readonly #open: Unseen | null;
  readonly #watch: Watch | null;

  private constructor(layers: readonly Layer[], open: Unseen | null, watch: Watch | null = null) {
    this.#layers = layers;
    this.#open = open;
    this.#watch = watch;
  }

  /** The same variables; every question after one is told to the watch, and null ends that. */
  watched(watch: Watch | null): Environment {
    return new Environment(this.#layers, this.#open, watch);
  }

  /** What may set any variable nothing is said of: the same object wherever it is the same thing. */
  get unseen(): object | null {
    return this.#open;
  }

  /** Every variable that something says anything of, in the order in which it was first said. */
  get names(): readonly string[] {
    this.#watch?.all();
    const [only, ...later] = this.#layers;
    if (!only || later.length === 0) return only ? [...only.keys()] : [];
    return [...new Set(this.#layers.flatMap((layer) => [...layer.keys()]))];
  }

  /**
   * The state of a variable as read at a place. Nothing said of it means unset: a known nil that assumes so, unless
   * there is something unseen that may set any variable.
   */
  get(name: string, at: Span | null = null): VariableState {
    const state = this.stateOf(name);
    if (!state && this.#open) {
      return unknown(this.#open.reason, { kind: 'env', variable: name, at, setBy: this.#open.origin });
    }
    if (!state) return known(null, { kind: 'unset', variable: name, at }, [{ kind: 'unset', variable: name }]);
    const origin: Origin = { kind: 'env', variable: name, at, setBy: state.origin };
    if (state.known) return known(state.value, origin, state.assumes);
    return unknown(state.reason, origin, state.candidates);
  }

  /** Whether anything at all is said of the variable. */
  declares(name: string): boolean {
    this.#watch?.one(name);
    return this.#layers.some((layer) => layer.has(name));
  }

  /**
   * The environment after something that nobody can see (a file that is not in the repository, a group of secrets) set
   * whatever it sets: of every variable but those kept, nothing is known any more.
   */
  opened(reason: string, origin: Origin, keeps: (name: string) => boolean): Environment {
    let kept = new Environment([], { reason, origin }, this.#watch);
    for (const name of this.names) if (keeps(name)) kept = kept.with(name, this.stateOf(name)!);
    return kept;
  }

  /** The environment in which the variable has that state. */
  with(name: string, state: VariableState): Environment {
    const layers = [...this.#layers];
    let top: Layer = new Map([[name, state]]);
    while (layers.length > 0 && layers.at(-1)!.size <= top.size) {
      const merged = new Map(layers.pop());
      for (const [one, its] of top) merged.set(one, its);
      top = merged;
    }
    layers.push(top);
    return new Environment(layers, this.#open, this.#watch);
  }

  /** The raw state, for comparing and joining worlds. */
  stateOf(name: string): VariableState | undefined {
    this.#watch?.one(name);
    for (let at = this.#layers.length - 1; at >= 0; at--) {
      const state = this.#layers[at]!.get(name);
      if (state) return state;
    }
    return undefined;
  }
}
