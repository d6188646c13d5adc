import type { Span } from '../text/source.ts';
import { allAssumptions, type Assumption, type Origin } from '../value/origin.ts';
import type { Environment, VariableState } from '../value/environment.ts';
import { known, unknown } from '../value/traced.ts';
import type { Machine } from './machine.ts';
import { RubyString, type RubyValue, type Value } from './values.ts';

/** The state of a variable as read at a place; notes that it was read. */
export function readState(m: Machine, name: string, at: Span, from: Environment = m.environment): VariableState {
  m.reads.add(name);
  const state = from.stateOf(name);
  // A variable that a skipped branch would have set is still unset, whatever else that assumes.
  if (state?.known && state.value === null && state.origin.kind === 'unset') {
    return known(null, { kind: 'unset', variable: name, at }, state.assumes);
  }
  return from.get(name, at);
}

/** What `ENV[name]` answers: a value nobody can see is a string nevertheless. */
export function readVariable(m: Machine, name: string, at: Span, from: Environment = m.environment): Value {
  const state = readState(m, name, at, from);
  if (state.known) {
    if (state.value === null) return known(null, state.origin, state.assumes);
    return known(frozen(state.value, state.origin, state.assumes), state.origin, state.assumes);
  }
  const { reason, origin, candidates } = state;
  if (candidates?.some((one) => one.value === null)) {
    const values = candidates.map((one) =>
      known(one.value === null ? null : frozen(one.value, one.origin, one.assumes), one.origin, one.assumes),
    );
    return unknown<RubyValue>(reason, origin, values);
  }
  const texts = candidates?.map((one) => known(one.value ?? '', one.origin, one.assumes)) ?? null;
  const string = new RubyString(unknown(reason, origin, texts));
  string.frozen = true;
  return known(string, origin, candidates ? allAssumptions(...candidates.map((one) => one.assumes)) : []);
}

function frozen(text: string, origin: Origin, assumes: readonly Assumption[]): RubyString {
  const string = new RubyString(known(text, origin, assumes));
  string.frozen = true;
  return string;
}

/** What one variable costs, in steps. */
const WRITE = 8;

export function writeVariable(m: Machine, name: string, state: VariableState, at: Span): void {
  m.work(WRITE, at);
  m.allocate(name.length + 16, at);
  m.environment = m.environment.with(name, state);
}

/** `ENV[name] = value`: what is set, or null for an error of type. Under the conditions around it. */
export function setVariable(m: Machine, name: string, value: Value, at: Span): boolean {
  const origin: Origin = { kind: 'code', at, from: [value.origin] };
  if (!value.known) {
    writeVariable(m, name, unknown(value.reason, origin), at);
    return true;
  }
  const assumes = allAssumptions(value.assumes, m.path);
  if (value.value === null) {
    writeVariable(m, name, known(null, origin, assumes), at);
    return true;
  }
  if (!(value.value instanceof RubyString)) return false;
  const { content } = value.value;
  writeVariable(
    m,
    name,
    content.known
      ? known(content.value, origin, allAssumptions(assumes, content.assumes))
      : unknown(content.reason, origin),
    at,
  );
  return true;
}
