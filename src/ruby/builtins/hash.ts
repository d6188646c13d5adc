import { allAssumptions } from '../../value/origin.ts';
import { assuming, known } from '../../value/traced.ts';
import type { Answer, Call, Table } from '../call.ts';
import { equal, hashKey } from '../equality.ts';
import { inspect } from '../inspect.ts';
import { raise } from '../signals.ts';
import {
  type HashEntry,
  type RubyArray,
  RubyHash,
  RubyProc,
  RubySymbol,
  type RubyValue,
  type Value,
} from '../values.ts';
import { storeIn } from '../eval/literals.ts';
import { typeName } from '../classes.ts';
import { digInto } from './array.ts';
import { ENUMERABLE } from './enumerable.ts';

function keyOf(c: Call, index: number): string {
  return hashKey(c, c.arg(index)) ?? c.unknown('a key whose content is not known');
}

function entry(c: Call, index = 0): HashEntry | undefined {
  c.entriesOf(c.hash);
  return c.hash.entries.get(keyOf(c, index));
}

/** The value of a key as it is in the hash, or what the hash says of keys it does not have. */
function read(c: Call): Answer {
  c.expect(1);
  return entry(c)?.value ?? missing(c);
}

function missing(c: Call): Answer {
  const { hash } = c;
  if (hash.defaultProc) return hash.defaultProc.call([c.self, c.raw(0)]);
  return hash.default ?? null;
}

function fetch(c: Call): Answer {
  c.expect(1, 2);
  const found = entry(c);
  if (found) return found.value;
  if (c.block) return c.yield(c.raw(0));
  if (c.count > 1) return c.raw(1);
  return raise('KeyError', `key not found: ${inspect(c, c.arg(0))}`);
}

function store(c: Call): Answer {
  c.expect(2);
  const key = c.arg(0);
  if (hashKey(c, key) === null) return c.unknown('a key whose content is not known');
  c.change(c.hash);
  storeIn(c.m, c.hash, c.raw(0), assuming(c.raw(1), c.m.path), c.at);
  return c.raw(1);
}

function copyOf(c: Call, hash = c.hash): RubyHash {
  const copy = new RubyHash();
  c.entriesOf(hash);
  for (const [id, one] of hash.entries) copy.entries.set(id, { ...one });
  copy.assumes = hash.assumes;
  return copy;
}

function hashArgument(c: Call, index: number): RubyHash {
  const value = c.arg(index);
  if (value instanceof RubyHash) return value;
  return raise('TypeError', `no implicit conversion of ${typeName(value)} into Hash`);
}

function mergeInto(c: Call, target: RubyHash): RubyHash {
  for (let i = 0; i < c.count; i++) {
    const other = hashArgument(c, i);
    target.assumes = allAssumptions(target.assumes, other.assumes);
    for (const one of c.entriesOf(other)) {
      const id = hashKey(c, c.see(one.key));
      const before = id === null ? undefined : target.entries.get(id);
      const value = before && c.block ? c.yield(one.key, before.value, one.value) : one.value;
      storeIn(c.m, target, one.key, value, c.at);
    }
  }
  return target;
}

function filtered(c: Call, keeps: (one: HashEntry) => boolean): RubyHash {
  const result = new RubyHash();
  for (const one of c.entries) if (keeps(one)) storeIn(c.m, result, one.key, one.value, c.at);
  result.assumes = c.hash.assumes;
  return result;
}

function replaceWith(c: Call, next: RubyHash): void {
  c.change(c.hash);
  c.hash.entries.clear();
  for (const [id, one] of next.entries) c.hash.entries.set(id, one);
}

function test(c: Call): (one: HashEntry) => boolean {
  return (one) => c.isTrue(c.yield(one.key, one.value));
}

function hasKey(c: Call): boolean {
  return entry(c) !== undefined;
}

function hasValue(c: Call): boolean {
  const wanted = c.arg(0);
  return c.entries.some((one) => equal(c, c.see(one.value), wanted));
}

function eachPair(c: Call): Answer {
  for (const one of c.entries) pair(c, one);
  return c.self;
}

/** Yields the pair as one array, which blocks of two parameters take apart. */
function pair(c: Call, one: HashEntry): Value {
  return c.yield(c.make(c.newArray([one.key, one.value])));
}

/** Only the keys a block answers change; `convert` makes the new key. */
function withKeys(c: Call, convert: (key: Value) => Value): RubyHash {
  const result = new RubyHash();
  for (const one of c.entries) storeIn(c.m, result, convert(one.key), one.value, c.at);
  result.assumes = c.hash.assumes;
  return result;
}

function transformKeys(c: Call): RubyHash {
  const mapping = c.count > 0 ? hashArgument(c, 0) : null;
  return withKeys(c, (key) => {
    const mapped = mapping?.entries.get(hashKey(c, c.see(key)) ?? '')?.value;
    if (mapped) return mapped;
    return mapping && !c.block ? key : c.yield(key);
  });
}

function transformValues(c: Call): RubyHash {
  const result = new RubyHash();
  for (const [id, one] of copyOf(c).entries) result.entries.set(id, { key: one.key, value: c.yield(one.value) });
  result.assumes = c.hash.assumes;
  return result;
}

export function symbolKey(c: Call, key: Value): Value {
  const text = c.textOf(c.see(key));
  return text === null ? key : known(RubySymbol.of(text), key.origin, key.known ? key.assumes : []);
}

export function stringKey(c: Call, key: Value): Value {
  const value = c.see(key);
  if (value instanceof RubySymbol) return c.make(value.name);
  return key;
}

function removeEntry(c: Call): Answer {
  const id = keyOf(c, 0);
  const found = c.hash.entries.get(id);
  c.entriesOf(c.hash);
  c.change(c.hash);
  c.hash.entries.delete(id);
  if (found) return found.value;
  return c.block ? c.yield(c.raw(0)) : null;
}

function toPairs(c: Call): RubyArray {
  return c.newArray(c.entries.map((one) => c.make(c.newArray([one.key, one.value]))));
}

function map(c: Call): RubyArray {
  return c.newArray(c.entries.map((one) => pair(c, one)));
}

/** `a <= b`: every pair of one is in the other. */
function isSubset(c: Call, small: RubyHash, large: RubyHash): boolean {
  return c.entriesOf(small).every((one) => {
    const found = large.entries.get(hashKey(c, c.see(one.key)) ?? '');
    return found !== undefined && equal(c, c.see(one.value), c.see(found.value));
  });
}

export const HASH: Table = {
  ...ENUMERABLE,
  '<=': (c) => isSubset(c, c.hash, hashArgument(c, 0)),
  '>=': (c) => isSubset(c, hashArgument(c, 0), c.hash),
  '<': (c) => isSubset(c, c.hash, hashArgument(c, 0)) && c.hash.entries.size < hashArgument(c, 0).entries.size,
  '>': (c) => isSubset(c, hashArgument(c, 0), c.hash) && c.hash.entries.size > hashArgument(c, 0).entries.size,
  '[]': read,
  fetch,
  dig: (c) => {
    const first = entry(c)?.value ?? missing(c);
    const value: Value = typeof first === 'object' && first !== null && 'known' in first ? first : c.make(first);
    return digInto(c, value, 1);
  },
  '[]=': store,
  store,
  'key?': hasKey,
  'has_key?': hasKey,
  'include?': hasKey,
  'member?': hasKey,
  'value?': hasValue,
  'has_value?': hasValue,
  key: (c) => {
    const wanted = c.arg(0);
    return c.entries.find((one) => equal(c, c.see(one.value), wanted))?.key ?? null;
  },
  keys: (c) => c.newArray(c.entries.map((one) => one.key)),
  values: (c) => c.newArray(c.entries.map((one) => one.value)),
  values_at: (c) => c.newArray(c.args.map((_, i) => entry(c, i)?.value ?? c.make(null))),
  fetch_values: (c) =>
    c.newArray(
      c.args.map(
        (arg, i) =>
          entry(c, i)?.value ?? (c.block ? c.yield(arg) : raise('KeyError', `key not found: ${inspect(c, c.arg(i))}`)),
      ),
    ),
  length: (c) => BigInt(c.entries.length),
  size: (c) => BigInt(c.entries.length),
  'empty?': (c) => c.entries.length === 0,
  '==': (c) => equal(c, c.self.value, c.arg(0)),
  each: eachPair,
  each_pair: eachPair,
  each_key: (c) => {
    for (const one of c.entries) c.yield(one.key);
    return c.self;
  },
  each_value: (c) => {
    for (const one of c.entries) c.yield(one.value);
    return c.self;
  },
  map,
  collect: map,
  select: (c) => filtered(c, test(c)),
  filter: (c) => filtered(c, test(c)),
  reject: (c) => filtered(c, (one) => !test(c)(one)),
  'select!': (c) => edit(c, (one) => test(c)(one)),
  'filter!': (c) => edit(c, (one) => test(c)(one)),
  keep_if: (c) => edit(c, (one) => test(c)(one)),
  'reject!': (c) => edit(c, (one) => !test(c)(one)),
  delete_if: (c) => edit(c, (one) => !test(c)(one)),
  merge: (c) => mergeInto(c, copyOf(c)),
  'merge!': merged,
  update: merged,
  replace: (c) => {
    replaceWith(c, copyOf(c, hashArgument(c, 0)));
    c.hash.blur = null;
    return c.self;
  },
  slice: (c) => {
    const keys = c.args.map((_, i) => keyOf(c, i));
    const result = new RubyHash();
    for (const key of keys) {
      const found = copyOf(c).entries.get(key);
      if (found) result.entries.set(key, found);
    }
    return result;
  },
  except: (c) => {
    const keys = new Set(c.args.map((_, i) => keyOf(c, i)));
    return filtered(c, (one) => !keys.has(hashKey(c, c.see(one.key))!));
  },
  delete: removeEntry,
  clear: (c) => {
    c.change(c.hash);
    c.hash.entries.clear();
    c.hash.blur = null;
    return c.self;
  },
  shift: (c) => {
    const first = c.entries[0];
    c.change(c.hash);
    if (!first) return null;
    c.hash.entries.delete(hashKey(c, c.see(first.key))!);
    return c.newArray([first.key, first.value]);
  },
  compact: (c) => filtered(c, (one) => c.see(one.value) !== null),
  'compact!': (c) => edit(c, (one) => c.see(one.value) !== null),
  invert: (c) => {
    const result = new RubyHash();
    for (const one of c.entries) storeIn(c.m, result, one.value, one.key, c.at);
    return result;
  },
  transform_keys: transformKeys,
  'transform_keys!': (c) => {
    replaceWith(c, transformKeys(c));
    return c.self;
  },
  transform_values: transformValues,
  'transform_values!': (c) => {
    replaceWith(c, transformValues(c));
    return c.self;
  },
  to_a: toPairs,
  to_h: (c) => (c.block ? ENUMERABLE['to_h']!(c) : copyOf(c)),
  to_hash: (c) => c.self,
  to_proc: (c) => c.unknown('a hash as a function'),
  to_s: (c) => inspect(c, c.self.value),
  inspect: (c) => inspect(c, c.self.value),
  'any?': (c) => (c.block ? c.entries.some((one) => c.isTrue(pair(c, one))) : c.entries.length > 0),
  'all?': (c) => c.entries.every((one) => c.isTrue(pair(c, one))),
  'none?': (c) => (c.block ? !c.entries.some((one) => c.isTrue(pair(c, one))) : c.entries.length === 0),
  count: (c) => BigInt(c.block ? c.entries.filter((one) => c.isTrue(pair(c, one))).length : c.entries.length),
  find: findPair,
  detect: findPair,
  default: (c) => c.hash.default ?? null,
  'default=': (c) => {
    c.hash.default = c.raw(0);
    return c.raw(0);
  },
  group_by: ENUMERABLE['group_by']!,
  filter_map: ENUMERABLE['filter_map']!,
  compare_by_identity: (c) => c.unknown('a hash by identity'),
};

function findPair(c: Call): Answer {
  const found = c.entries.find((one) => c.isTrue(pair(c, one)));
  return found ? c.newArray([found.key, found.value]) : null;
}

function edit(c: Call, keep: (one: HashEntry) => boolean): Answer {
  const before = c.hash.entries.size;
  replaceWith(c, filtered(c, keep));
  return c.method.endsWith('!') && c.hash.entries.size === before ? null : c.self;
}

function merged(c: Call): Answer {
  c.change(c.hash);
  mergeInto(c, c.hash);
  return c.self;
}

/** `Hash.new(0)`, `Hash.new { |hash, key| … }` */
export function newHash(c: Call): RubyValue {
  const hash = new RubyHash();
  if (c.count > 0) hash.default = c.raw(0);
  if (c.block instanceof RubyProc) hash.defaultProc = c.block;
  return hash;
}
