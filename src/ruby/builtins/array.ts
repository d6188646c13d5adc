import type { Answer, Call, Table } from '../call.ts';
import { equal, hashKey } from '../equality.ts';
import { stringOf } from '../eval/to-s.ts';
import { inspect } from '../inspect.ts';
import { LONGEST_ARRAY, TOO_MUCH_WORK } from '../machine.ts';
import { raise } from '../signals.ts';
import { RubyArray, RubyRange, type RubyValue, type Value } from '../values.ts';
import { typeName } from '../classes.ts';
import { handed, send } from '../dispatch.ts';
import { rangeBounds } from './string.ts';

/** `array[…]` in all its forms. */
export function slice(c: Call): Answer {
  const { items } = c;
  const key = c.arg(0);
  if (key instanceof RubyRange) {
    const bounds = rangeBounds(c, key, items.length);
    return bounds ? c.newArray(items.slice(bounds.start, bounds.start + bounds.length)) : null;
  }
  let start = c.small(0);
  if (start < 0) start += items.length;
  if (c.count === 1) return items[start] ?? null;
  const length = c.small(1);
  if (start < 0 || start > items.length || length < 0) return null;
  return c.newArray(items.slice(start, start + length));
}

function fetch(c: Call): Answer {
  const { items } = c;
  const index = c.small(0);
  const found = items[index < 0 ? index + items.length : index];
  if (found) return found;
  if (c.block) return c.yield(c.raw(0));
  if (c.count > 1) return c.raw(1);
  return raise('IndexError', `index ${index} outside of array bounds: ${-items.length}...${items.length}`);
}

function flatten(c: Call, items: readonly Value[], depth: number, result: Value[]): Value[] {
  if (result.length > LONGEST_ARRAY) return c.unknown(TOO_MUCH_WORK);
  for (const item of items) {
    const value = item.known ? item.value : null;
    if (value instanceof RubyArray && depth !== 0) {
      if (depth < -50) return c.unknown('an array that holds itself');
      flatten(c, c.itemsOf(value), depth - 1, result);
    } else result.push(item);
  }
  return result;
}

function join(c: Call, items: readonly Value[], separator: string, depth = 0): string {
  if (depth > 20) return raise('ArgumentError', 'recursive array join');
  return items
    .map((item) => {
      const value = c.see(item);
      if (value instanceof RubyArray) return join(c, c.itemsOf(value), separator, depth + 1);
      const text = c.textOf(value);
      if (text !== null) return text;
      const shown = c.see(stringOf(c.m, { known: true, value, origin: item.origin, assumes: [] }, c.at));
      return c.textOf(shown) ?? c.unknown('text this tool does not know');
    })
    .join(separator);
}

function keysOf(c: Call, items: readonly Value[]): string[] {
  return items.map((item) => hashKey(c, c.see(item)) ?? c.unknown('an item whose content is not known'));
}

function without(c: Call, others: readonly Value[]): RubyArray {
  const keys = new Set(keysOf(c, others));
  const own = keysOf(c, c.items);
  return c.newArray(c.items.filter((_, i) => !keys.has(own[i]!)));
}

function distinct(c: Call, items: readonly Value[]): RubyArray {
  const keys = keysOf(c, items);
  return c.newArray(items.filter((_, i) => keys.indexOf(keys[i]!) === i));
}

function last(c: Call): Answer {
  const { items } = c;
  if (c.count === 0) return items.at(-1) ?? null;
  const count = c.small(0);
  if (count < 0) return raise('ArgumentError', 'negative array size');
  return c.newArray(items.slice(Math.max(0, items.length - count)));
}

function dig(c: Call): Answer {
  return digInto(c, slice1(c, c.self.value, c.raw(0)), 1);
}

function slice1(c: Call, from: RubyValue, key: Value): Value {
  return send(c.m, { known: true, value: from, origin: c.self.origin, assumes: [] }, '[]', handed(key), c.at);
}

/** The rest of `dig`: nil ends it. */
export function digInto(c: Call, value: Value, from: number): Value {
  if (from >= c.count) return value;
  const found = c.see(value);
  if (found === null) return value;
  return send(c.m, value, 'dig', handed(...c.args.slice(from)), c.at);
}

function product(c: Call): Answer {
  let rows: Value[][] = c.items.map((item) => [item]);
  for (let i = 0; i < c.count; i++) {
    const others = c.list(i);
    if (rows.length * others.length > 10_000) return c.unknown(TOO_MUCH_WORK);
    rows = rows.flatMap((row) => others.map((other) => [...row, other]));
  }
  return c.newArray(rows.map((row) => c.make(c.newArray(row))));
}

export const ARRAY: Table = {
  '[]': slice,
  slice,
  at: (c) => c.items.at(c.small(0)) ?? null,
  fetch,
  dig,
  values_at: (c) =>
    c.args.some((_, i) => c.arg(i) instanceof RubyRange)
      ? c.unknown('parts of an array')
      : c.newArray(c.args.map((_, i) => c.items.at(c.small(i)) ?? c.make(null))),
  length: (c) => BigInt(c.items.length),
  size: (c) => BigInt(c.items.length),
  'empty?': (c) => c.items.length === 0,
  last,
  '==': (c) => equal(c, c.self.value, c.arg(0)),
  '+': (c) => {
    const other = c.arg(0);
    if (!(other instanceof RubyArray))
      return raise('TypeError', `no implicit conversion of ${typeName(other)} into Array`);
    return c.newArray([...c.items, ...c.itemsOf(other)]);
  },
  '-': (c) => without(c, c.list(0)),
  difference: (c) =>
    without(
      c,
      c.args.flatMap((_, i) => c.list(i)),
    ),
  '*': (c) => {
    const by = c.arg(0);
    const separator = c.textOf(by);
    if (separator !== null) return join(c, c.items, separator);
    const times = c.small(0);
    if (times < 0) return raise('ArgumentError', 'argument must be non-negative');
    if (c.items.length * times > LONGEST_ARRAY) return c.unknown(TOO_MUCH_WORK);
    return c.newArray(Array.from({ length: times }, () => c.items).flat());
  },
  '&': (c) => {
    const keys = new Set(keysOf(c, c.list(0)));
    const own = keysOf(c, c.items);
    return distinct(
      c,
      c.items.filter((_, i) => keys.has(own[i]!)),
    );
  },
  intersection: (c) => {
    let items: readonly Value[] = c.items;
    for (let i = 0; i < c.count; i++) {
      const keys = new Set(keysOf(c, c.list(i)));
      items = items.filter((item) => keys.has(hashKey(c, c.see(item))!));
    }
    return distinct(c, items);
  },
  'intersect?': (c) => {
    const keys = new Set(keysOf(c, c.list(0)));
    return keysOf(c, c.items).some((key) => keys.has(key));
  },
  '|': (c) => distinct(c, [...c.items, ...c.list(0)]),
  union: (c) => distinct(c, [...c.items, ...c.args.flatMap((_, i) => c.list(i))]),
  compact: (c) => c.newArray(c.items.filter((item) => c.see(item) !== null)),
  flatten: (c) => c.newArray(flatten(c, c.items, c.count > 0 && c.arg(0) !== null ? c.small(0) : -1, [])),
  reverse: (c) => c.newArray(c.items.toReversed()),
  rotate: (c) => {
    const { items } = c;
    const by = c.count > 0 ? c.small(0) : 1;
    if (items.length === 0) return c.newArray([]);
    const at = ((by % items.length) + items.length) % items.length;
    return c.newArray([...items.slice(at), ...items.slice(0, at)]);
  },
  join: (c) => {
    // Ruby does not look at the separator of an empty array.
    const separator = c.count > 0 && c.items.length > 0 && c.arg(0) !== null ? c.str(0) : '';
    return join(c, c.items, separator);
  },
  to_s: (c) => inspect(c, c.self.value),
  inspect: (c) => inspect(c, c.self.value),
  to_a: (c) => c.self,
  to_ary: (c) => c.self,
  index: (c) => indexOf(c, c.items.entries()),
  rindex: (c) => indexOf(c, [...c.items.entries()].toReversed()),
  transpose: (c) => {
    const rows = c.items.map((item) => {
      const row = c.see(item);
      return row instanceof RubyArray
        ? c.itemsOf(row)
        : raise('TypeError', `no implicit conversion of ${typeName(row)} into Array`);
    });
    const width = rows[0]?.length ?? 0;
    if (rows.some((row) => row.length !== width)) return raise('IndexError', 'element size differs');
    return c.newArray(Array.from({ length: width }, (_, i) => c.make(c.newArray(rows.map((row) => row[i]!)))));
  },
  assoc: (c) =>
    c.items.find((item) => {
      const pair = c.see(item);
      return pair instanceof RubyArray && pair.items[0] !== undefined && equal(c, c.see(pair.items[0]), c.arg(0));
    }) ?? null,
  product,
  combination: (c) => c.unknown('combinations'),
  permutation: (c) => c.unknown('permutations'),
  sample: (c) => c.unknown('chance'),
  shuffle: (c) => c.unknown('chance'),
  pack: (c) => c.unknown('packed bytes'),
  bsearch: (c) => c.unknown('a binary search'),
  hash: (c) => c.unknown('an identity that every run decides anew'),
  each_with_index: (c) => {
    // The array may grow while it is walked.
    for (let i = 0; i < c.array.items.length; i++) c.yield(c.array.items[i]!, c.makeInt(i));
    return c.self;
  },
};

function indexOf(c: Call, entries: Iterable<[number, Value]>): Answer {
  const wanted = c.count > 0 ? c.arg(0) : null;
  for (const [i, item] of entries) {
    const hit = c.count > 0 ? equal(c, c.see(item), wanted) : c.isTrue(c.yield(item));
    if (hit) return BigInt(i);
  }
  return null;
}
