import type { Answer, Call, Table } from '../call.ts';
import { equal, hashKey } from '../equality.ts';
import { handed, send } from '../dispatch.ts';
import { isTrue } from '../machine.ts';
import { raise } from '../signals.ts';
import { RubyArray, RubyHash, RubyRange, type RubyValue, type Value } from '../values.ts';
import { storeIn } from '../eval/literals.ts';
import { isNumeric, mustCompare } from './numeric.ts';
import { elements, rangeItems } from './elements.ts';

/** A test for `any?`, `count` and their kin: a block, a pattern, or truth itself. */
function tester(c: Call): (item: Value) => boolean {
  if (c.count > 0) {
    const pattern = c.raw(0);
    return (item) => isTrue(c.see(send(c.m, pattern, '===', handed(item), c.at)));
  }
  if (c.block) return (item) => c.isTrue(c.yield(item));
  return (item) => c.isTrue(item);
}

export function keep(c: Call, wanted: boolean): RubyArray {
  return c.newArray(elements(c).filter((item) => c.isTrue(c.yield(item)) === wanted));
}

/** The order of two items, by the block or by themselves. */
function sorter(c: Call): (a: Value, b: Value) => number {
  if (!c.block) return (a, b) => mustCompare(c, c.see(a), c.see(b));
  return (a, b) => {
    const result = c.see(c.yield(a, b));
    if (isNumeric(result)) return Number(result);
    return raise('ArgumentError', `comparison of Array with Array failed`);
  };
}

function sorted(c: Call, items: readonly Value[], by: (a: Value, b: Value) => number): Value[] {
  c.m.work(items.length * 4, c.at);
  const result = items.toSorted(by);
  result.forEach((item, i) => {
    const next = result[i + 1];
    if (next && by(item, next) === 0 && hashKey(c, c.see(item)) !== hashKey(c, c.see(next))) {
      c.unknown('the order of equals, which Ruby leaves open');
    }
  });
  return result;
}

function extreme(c: Call, sign: 1 | -1): Answer {
  const items = elements(c);
  const by = sorter(c);
  if (c.count > 0 && c.optional(0) !== null) {
    return c.newArray(sorted(c, items, (a, b) => sign * by(a, b)).slice(0, c.small(0)));
  }
  let best: Value | null = null;
  for (const item of items) if (best === null || sign * by(item, best) < 0) best = item;
  // A single item was never compared, and yet it must be known.
  if (best && items.length === 1) c.see(best);
  return chosen(best);
}

/** An item as the answer: it comes from all that were compared. */
function chosen(item: Value | null): Answer {
  if (item === null) return null;
  return item.known ? item.value : item;
}

function extremeBy(c: Call, sign: 1 | -1): Answer {
  if (c.count > 0) return c.unknown('the first of an order');
  let best: { item: Value; key: RubyValue } | null = null;
  for (const item of elements(c)) {
    const key = c.see(c.yield(item));
    if (best === null || sign * mustCompare(c, key, best.key) < 0) best = { item, key };
  }
  return chosen(best?.item ?? null);
}

function sum(c: Call): Answer {
  let total: Value = c.count > 0 ? c.raw(0) : c.make(0n);
  const items = elements(c).map((item) => (c.block ? c.yield(item) : item));
  const numbers = items.every((item) => item.known && isNumeric(item.value)) && total.known && isNumeric(total.value);
  const floats = numbers && [total, ...items].some((item) => item.known && typeof item.value === 'number');
  if (floats && items.length > 1) return kahan(c, [total, ...items]);
  for (const item of items) {
    c.see(item);
    total = send(c.m, total, '+', handed(item), c.at);
    c.see(total);
  }
  return chosen(total);
}

/** Ruby adds floats with the compensation of Kahan and Babuška. */
function kahan(c: Call, items: readonly Value[]): number {
  let total = 0;
  let compensation = 0;
  for (const item of items) {
    const value = Number(c.see(item));
    if (!Number.isFinite(value)) return items.reduce((all, one) => all + Number(c.see(one)), 0);
    const next = total + value;
    compensation += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + compensation;
}

function inject(c: Call): Answer {
  const items = elements(c);
  let rest = items;
  let operator: string | null = null;
  let memo: Value | undefined;
  if (!c.block && c.count === 0 && items.length < 2) return c.unknown('nothing to combine with');
  if (c.block) memo = c.args[0];
  else if (c.count === 1) operator = c.name(0);
  else {
    memo = c.raw(0);
    operator = c.name(1);
  }
  if (memo === undefined) {
    memo = items[0];
    rest = items.slice(1);
  }
  if (memo === undefined) return null;
  for (const item of rest)
    memo = operator === null ? c.yield(memo, item) : send(c.m, memo, operator, handed(item), c.at);
  return memo;
}

function groups(c: Call): RubyHash {
  const hash = new RubyHash();
  for (const item of elements(c)) {
    const key = c.yield(item);
    const id = hashKey(c, c.see(key)) ?? c.unknown('a group whose key is not known');
    const existing = hash.entries.get(id)?.value;
    if (existing?.known && existing.value instanceof RubyArray) existing.value.items.push(item);
    else storeIn(c.m, hash, key, c.make(c.newArray([item])), c.at);
  }
  return hash;
}

function slices(c: Call, step: (size: number) => number, whole: boolean): Value[] {
  const size = c.small(0);
  if (size <= 0) return raise('ArgumentError', whole ? 'invalid size' : 'invalid slice size');
  const items = elements(c);
  const result: Value[] = [];
  const end = whole ? items.length - size + 1 : items.length;
  for (let i = 0; i < end; i += step(size)) result.push(c.make(c.newArray(items.slice(i, i + size))));
  return result;
}

function eachOf(c: Call, parts: readonly Value[]): Answer {
  if (!c.block) return c.newArray([...parts]);
  for (const part of parts) c.yield(part);
  return c.self;
}

function find(c: Call): Answer {
  for (const item of elements(c)) if (c.isTrue(c.yield(item))) return item;
  return null;
}

export function unique(c: Call, items: readonly Value[]): Value[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const id = hashKey(c, c.see(c.block ? c.yield(item) : item)) ?? c.unknown('an item whose content is not known');
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}

function includes(c: Call): boolean {
  const wanted = c.arg(0);
  let open: Value | null = null;
  for (const item of elements(c)) {
    if (!item.known) open = item;
    else if (equal(c, item.value, wanted)) return true;
  }
  if (open) c.see(open);
  for (const item of elements(c)) c.see(item);
  return false;
}

function firstOf(c: Call): Answer {
  const items = elements(c);
  if (c.count === 0) return items[0] ?? null;
  const count = c.small(0);
  if (count < 0) return raise('ArgumentError', 'negative array size (or size too big)');
  return c.newArray(items.slice(0, count));
}

function withIndex(c: Call): Answer {
  elements(c).forEach((item, i) => c.yield(item, c.makeInt(i)));
  return c.self;
}

function pairOf(c: Call, item: Value): readonly Value[] {
  const pair = c.see(item);
  return pair instanceof RubyArray ? c.itemsOf(pair) : [item];
}

function toHash(c: Call): Answer {
  const hash = new RubyHash();
  for (const item of elements(c)) {
    const pair = c.see(c.block ? c.yield(...(c.self.value instanceof RubyHash ? pairOf(c, item) : [item])) : item);
    if (!(pair instanceof RubyArray)) return raise('TypeError', 'wrong element type (expected array)');
    const [key, value] = c.itemsOf(pair);
    if (!key || !value || pair.items.length !== 2) return raise('ArgumentError', 'wrong array length (expected 2)');
    storeIn(c.m, hash, key, value, c.at);
  }
  return hash;
}

function indexOf(c: Call): Answer {
  const items = elements(c);
  const wanted = c.count > 0 ? c.arg(0) : null;
  for (const [i, item] of items.entries()) {
    const hit = c.count > 0 ? equal(c, c.see(item), wanted) : c.isTrue(c.yield(item));
    if (hit) return BigInt(i);
  }
  return null;
}

function map(c: Call): Answer {
  return c.newArray(elements(c).map((item) => c.yield(item)));
}

function flatMap(c: Call): Answer {
  const result: Value[] = [];
  for (const item of elements(c)) {
    const value = c.yield(item);
    const inner = c.see(value);
    if (inner instanceof RubyArray) result.push(...c.itemsOf(inner));
    else result.push(value);
  }
  return c.newArray(result);
}

function boundary(c: Call, taking: boolean): Answer {
  const items = elements(c);
  let end = items.findIndex((item) => !c.isTrue(c.yield(item)));
  if (end === -1) end = items.length;
  return c.newArray(taking ? items.slice(0, end) : items.slice(end));
}

/** What arrays, ranges and, through pairs, hashes have in common. */
export const ENUMERABLE: Table = {
  each: (c) => {
    if (c.self.value instanceof RubyRange && c.see(c.self.value.end) === null) {
      const from = c.see(c.self.value.begin);
      if (typeof from !== 'bigint') return c.unknown('a range without an end');
      for (let i = from; ; i++) c.yield(c.make(i));
    }
    for (const item of elements(c)) c.yield(item);
    return c.self;
  },
  each_entry: (c) => {
    for (const item of elements(c)) c.yield(item);
    return c.self;
  },
  each_with_index: withIndex,
  each_with_object: (c) => {
    for (const item of elements(c)) c.yield(item, c.raw(0));
    return c.raw(0);
  },
  reverse_each: (c) => {
    for (const item of elements(c).toReversed()) c.yield(item);
    return c.self;
  },
  map,
  collect: map,
  flat_map: flatMap,
  collect_concat: flatMap,
  filter_map: (c) =>
    c.newArray(
      elements(c)
        .map((item) => c.yield(item))
        .filter((item) => c.isTrue(item)),
    ),
  select: (c) => keep(c, true),
  filter: (c) => keep(c, true),
  find_all: (c) => keep(c, true),
  reject: (c) => keep(c, false),
  partition: (c) => {
    const items = elements(c);
    const hits = items.map((item) => c.isTrue(c.yield(item)));
    const part = (wanted: boolean): Value => c.make(c.newArray(items.filter((_, i) => hits[i] === wanted)));
    return c.newArray([part(true), part(false)]);
  },
  find,
  detect: find,
  find_index: indexOf,
  inject,
  reduce: inject,
  sum,
  count: (c) => {
    if (c.count === 0 && !c.block) return BigInt(elements(c).length);
    if (c.count > 0) {
      const wanted = c.arg(0);
      return BigInt(elements(c).filter((item) => equal(c, c.see(item), wanted)).length);
    }
    return BigInt(elements(c).filter((item) => c.isTrue(c.yield(item))).length);
  },
  tally: (c) => {
    if (c.count > 0) return c.unknown('a tally that is added to another');
    const hash = new RubyHash();
    for (const item of elements(c)) {
      const id = hashKey(c, c.see(item)) ?? c.unknown('an item whose content is not known');
      const before = hash.entries.get(id)?.value;
      storeIn(
        c.m,
        hash,
        item,
        c.make(before?.known && typeof before.value === 'bigint' ? before.value + 1n : 1n),
        c.at,
      );
    }
    return hash;
  },
  'any?': (c) => elements(c).some(tester(c)),
  'all?': (c) => elements(c).every(tester(c)),
  'none?': (c) => !elements(c).some(tester(c)),
  'one?': (c) => elements(c).filter(tester(c)).length === 1,
  'include?': includes,
  'member?': includes,
  first: firstOf,
  take: (c) => {
    const count = c.small(0);
    if (count < 0) return raise('ArgumentError', 'attempt to take negative size');
    return c.newArray(elements(c).slice(0, count));
  },
  drop: (c) => {
    const count = c.small(0);
    if (count < 0) return raise('ArgumentError', 'attempt to drop negative size');
    return c.newArray(elements(c).slice(count));
  },
  take_while: (c) => boundary(c, true),
  drop_while: (c) => boundary(c, false),
  min: (c) => extreme(c, 1),
  max: (c) => extreme(c, -1),
  minmax: (c) => {
    const items = elements(c);
    const by = sorter(c);
    let [low] = items;
    let high = low;
    for (const item of items.slice(1)) {
      if (by(item, low!) < 0) low = item;
      if (by(item, high!) > 0) high = item;
    }
    return c.newArray([low ?? c.make(null), high ?? c.make(null)]);
  },
  min_by: (c) => extremeBy(c, 1),
  max_by: (c) => extremeBy(c, -1),
  sort: (c) => c.newArray(sorted(c, elements(c), sorter(c))),
  sort_by: (c) => {
    const items = elements(c);
    const keys = new Map(items.map((item) => [item, c.see(c.yield(item))]));
    return c.newArray(sorted(c, items, (a, b) => mustCompare(c, keys.get(a) ?? null, keys.get(b) ?? null)));
  },
  group_by: groups,
  each_slice: (c) =>
    eachOf(
      c,
      slices(c, (size) => size, false),
    ),
  each_cons: (c) =>
    eachOf(
      c,
      slices(c, () => 1, true),
    ),
  to_a: (c) => c.newArray([...elements(c)]),
  entries: (c) => c.newArray([...elements(c)]),
  to_h: toHash,
  to_set: (c) => c.unknown('a set'),
  uniq: (c) => c.newArray(unique(c, elements(c))),
  zip: (c) => {
    const others = c.args.map((_, i) => {
      const value = c.arg(i);
      if (value instanceof RubyHash) return c.unknown('pairs of a hash');
      return value instanceof RubyRange ? rangeItems(c, value) : c.list(i);
    });
    return c.newArray(
      elements(c).map((item, i) => c.make(c.newArray([item, ...others.map((other) => other[i] ?? c.make(null))]))),
    );
  },
  cycle: (c) => {
    const times = c.count > 0 ? c.arg(0) : null;
    const items = elements(c);
    if (items.length === 0) return null;
    const rounds = typeof times === 'bigint' ? Number(times) : Infinity;
    for (let i = 0; i < rounds; i++) for (const item of items) c.yield(item);
    return null;
  },
  lazy: (c) => c.unknown('a lazy enumerator'),
  chunk_while: (c) => c.unknown('an enumerator'),
  slice_when: (c) => c.unknown('an enumerator'),
  each_index: (c) => {
    elements(c).forEach((_, i) => c.yield(c.makeInt(i)));
    return c.self;
  },
};
