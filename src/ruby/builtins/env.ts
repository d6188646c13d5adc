import { allAssumptions } from '../../value/origin.ts';
import { known, unknown } from '../../value/traced.ts';
import type { Call, Table } from '../call.ts';
import { typeName } from '../classes.ts';
import { readVariable, setVariable } from '../environment.ts';
import { fallbackOrigin } from '../eval/control.ts';
import { storeIn } from '../eval/literals.ts';
import { noticeRead, numberInBlock, numberOf, standsForText } from '../eval/notice.ts';
import { stillUnknown, textValue, unknownAt } from '../machine.ts';
import { raise } from '../signals.ts';
import { RubyEnv, RubyHash, RubyString, type RubyValue, type Value } from '../values.ts';

function environmentOf(c: Call) {
  return (c.self.value as RubyEnv).snapshot ?? c.m.environment;
}

function read(c: Call, name: string): Value {
  return readVariable(c.m, name, c.at, environmentOf(c));
}

/** A key: ENV itself takes only strings. */
function key(c: Call, index = 0): string {
  return c.str(index);
}

function fetch(c: Call): Value {
  c.expect(1, 2);
  const name = key(c);
  const value = read(c, name);
  noticeRead(c.m, name, c.at, c.block ? numberInBlock(c.block) : c.count > 1 ? numberOf(c.raw(1)) : null);
  const present = presence(value);
  if (present === true) return value;
  if (c.block) {
    const assumes = value.known ? value.assumes : [];
    const fallback = c.m.under(assumes, () => c.yield(textValue(c.at, name)));
    return either(value, taken(c, value, fallback));
  }
  if (c.count > 1) return either(value, taken(c, value, c.raw(1)));
  if (!value.known) return either(value, null);
  return unknownAt(c.at, `${name} must be set; nothing in the repository sets it`, [value]);
}

/** The fallback where the variable is unset; where nobody can tell, what the variable can be, or the fallback. */
function either(value: Value, fallback: Value | null): Value {
  if (value.known) return fallback ?? value;
  const set = value.candidates?.filter((one) => one.value !== null);
  if (!set) return unknown(value.reason, value.origin);
  // Without a fallback an unset variable raises: a process that runs has it.
  if (fallback && !fallback.known) return unknown(value.reason, value.origin);
  return unknown(value.reason, value.origin, fallback?.known ? [...set, fallback] : set);
}

/** The fallback, whose history says which variable is unset and which assumes so. */
function taken(c: Call, missing: Value, fallback: Value): Value {
  const origin = fallbackOrigin(c.at, missing.origin, fallback.origin);
  standsForText(origin);
  if (!fallback.known) return unknown(fallback.reason, origin, fallback.candidates);
  return known(fallback.value, origin, allAssumptions(missing.known ? missing.assumes : [], fallback.assumes));
}

/** Whether a variable is set; null where that is not known. */
function presence(value: Value): boolean | null {
  if (value.known) return value.value !== null;
  return null;
}

function isSet(c: Call): Value {
  const value = read(c, key(c));
  if (!value.known) return stillUnknown(c.at, value);
  return known(value.value !== null, { kind: 'computed', at: c.at, from: [value.origin] }, value.assumes);
}

function write(c: Call): Value {
  c.expect(2);
  const name = key(c);
  const value = c.raw(1);
  if (!setVariable(c.m, name, value, c.at)) {
    raise('TypeError', `no implicit conversion of ${typeName(c.see(value))} into String`);
  }
  return value;
}

function update(c: Call): Value {
  for (const arg of c.args) {
    if (!arg.known || !(arg.value instanceof RubyHash))
      return unknownAt(c.at, 'nobody knows what is put into ENV', [arg]);
    for (const entry of c.entriesOf(arg.value)) {
      const name = c.asStr(c.see(entry.key));
      if (!setVariable(c.m, name, entry.value, c.at)) {
        raise('TypeError', `no implicit conversion of ${typeName(c.see(entry.value))} into String`);
      }
    }
  }
  return c.self;
}

function pick(c: Call, names: readonly RubyValue[]): RubyHash {
  const hash = new RubyHash();
  for (const one of names) {
    const name = c.asStr(one);
    const value = read(c, name);
    if (!value.known) throw new Error('unreachable');
    if (value.value === null) hash.assumes = [...hash.assumes, ...value.assumes];
    else storeIn(c.m, hash, textValue(c.at, name), value, c.at);
  }
  return hash;
}

export const ENV_METHODS: Table = {
  '[]': (c) => {
    c.expect(1);
    const arg = c.arg(0);
    // A copy made by `to_h` is an ordinary hash with string keys.
    if (!(arg instanceof RubyString) && (c.self.value as RubyEnv).snapshot) return null;
    return read(c, c.asStr(arg));
  },
  fetch,
  dig: (c) => read(c, key(c)),
  'key?': isSet,
  'has_key?': isSet,
  'include?': isSet,
  'member?': isSet,
  values_at: (c) => c.newArray(c.args.map((_, i) => read(c, key(c, i)))),
  slice: (c) =>
    pick(
      c,
      c.args.map((arg) => c.see(arg)),
    ),
  '[]=': write,
  store: write,
  delete: (c) => {
    const name = key(c);
    const value = read(c, name);
    setVariable(c.m, name, known(null, { kind: 'literal', at: c.at }), c.at);
    return value;
  },
  update,
  'merge!': update,
  to_h: (c) => (c.block ? c.unknown('all of ENV is not known') : new RubyEnv(environmentOf(c))),
  to_hash: (c) => new RubyEnv(environmentOf(c)),
  dup: (c) => new RubyEnv(environmentOf(c)),
  clone: (c) => new RubyEnv(environmentOf(c)),
  with_indifferent_access: (c) => new RubyEnv(environmentOf(c)),
  to_s: () => 'ENV',
  inspect: (c) => c.unknown('all of ENV is not known'),
  'nil?': () => false,
};

/** Everything else would need to know all variables of the process. */
for (const name of 'keys values each each_pair map select filter reject any? all? find to_a size length count empty? replace clear key invert filter_map find_all partition sort_by except delete_if keep_if each_with_object reduce inject merge transform_values transform_keys sort group_by sum min_by max_by'.split(
  ' ',
)) {
  (ENV_METHODS as Record<string, Table[string]>)[name] = (c) => c.unknown('all of ENV is not known');
}
