import type { Span } from '../text/source.ts';
import { known, unknown, type Traced } from './traced.ts';
import type { Origin } from './origin.ts';

/** What is known of one variable: the value that is set, a value nobody can see, or nothing set at all. */
export type VariableState = Traced<string | null>;

/**
 * The environment of one launch. Immutable: setting a variable gives another environment, so that possible worlds can
 * share their past.
 */
export class Environment {
  static readonly EMPTY = new Environment(new Map());
  readonly #variables: ReadonlyMap<string, VariableState>;

  private constructor(variables: ReadonlyMap<string, VariableState>) {
    this.#variables = variables;
  }

  /** Every variable that something says anything of, in the order in which it was first said. */
  get names(): readonly string[] {
    return [...this.#variables.keys()];
  }

  /**
   * The state of a variable as read at a place. Nothing said of it means unset: a known nil that assumes so.
   */
  get(name: string, at: Span | null = null): VariableState {
    const state = this.#variables.get(name);
    if (!state) return known(null, { kind: 'unset', variable: name, at }, [{ kind: 'unset', variable: name }]);
    const origin: Origin = { kind: 'env', variable: name, at, setBy: state.origin };
    if (state.known) return known(state.value, origin, state.assumes);
    return unknown(state.reason, origin, state.candidates);
  }

  /** Whether anything at all is said of the variable. */
  declares(name: string): boolean {
    return this.#variables.has(name);
  }

  /** The environment in which the variable has that state. */
  with(name: string, state: VariableState): Environment {
    const variables = new Map(this.#variables);
    variables.set(name, state);
    return new Environment(variables);
  }

  /** The raw state, for comparing and joining worlds. */
  stateOf(name: string): VariableState | undefined {
    return this.#variables.get(name);
  }
}
