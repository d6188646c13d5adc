import type { Environment } from '../value/environment.ts';
import { agree, assuming, unknown, type Known, type Traced } from '../value/traced.ts';

/** `ENV[a] || ENV[b]`: the first that is set, an empty string included. */
export function firstSet(environment: Environment, variables: readonly string[]): Traced<string | null> {
  const [name, ...others] = variables;
  const state = environment.get(name!);
  if (others.length === 0) return state;
  return decidedBy(state, (value) =>
    value.value === null ? assuming(firstSet(environment, others), value.assumes) : value,
  );
}

/** Decides by what is known of a variable, or by each value it can have. */
export function decidedBy<T>(
  state: Traced<string | null>,
  decide: (value: Known<string | null>) => Traced<T>,
): Traced<T> {
  if (state.known) return decide(state);
  if (!state.candidates || state.candidates.length === 0) return unknown(state.reason, state.origin);
  return agree(state.reason, state.candidates.map(decide));
}
