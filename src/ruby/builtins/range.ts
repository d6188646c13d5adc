import type { Call, Table } from '../call.ts';
import { compare, equal } from '../equality.ts';
import { inspect } from '../inspect.ts';
import { raise } from '../signals.ts';
import { type RubyRange, RubyString, type RubyValue } from '../values.ts';
import { rangeItems } from './elements.ts';
import { ENUMERABLE } from './enumerable.ts';
import { isNumeric } from './numeric.ts';
import { stringOf } from '../eval/to-s.ts';

function range(c: Call): RubyRange {
  return c.self.value as RubyRange;
}

/** `cover?`: between the ends, by order. */
function covers(c: Call, value: RubyValue): boolean {
  const begin = c.see(range(c).begin);
  const end = c.see(range(c).end);
  if (begin !== null) {
    const order = compare(c, begin, value);
    if (order === null || order > 0) return false;
  }
  if (end !== null) {
    const order = compare(c, value, end);
    if (order === null || (range(c).exclusive ? order >= 0 : order > 0)) return false;
  }
  return true;
}

function size(c: Call): bigint | number | null {
  const begin = c.see(range(c).begin);
  const end = c.see(range(c).end);
  if (typeof begin !== 'bigint') return isNumeric(begin) ? raise('TypeError', "can't iterate from Float") : null;
  if (end === null) return Infinity;
  if (typeof end !== 'bigint') return BigInt(rangeItems(c, range(c)).length);
  const count = end - begin + (range(c).exclusive ? 0n : 1n);
  return count < 0n ? 0n : count;
}

/** The first few, also of a range without an end. */
function firstOf(c: Call) {
  const begin = c.see(range(c).begin);
  if (typeof begin !== 'bigint' || c.see(range(c).end) !== null) return ENUMERABLE['first']!(c);
  const count = c.small(0);
  if (count < 0) return raise('ArgumentError', 'negative array size (or size too big)');
  if (count > 10_000) return c.unknown('a very long array');
  return c.newArray(Array.from({ length: count }, (_, i) => c.make(begin + BigInt(i))));
}

export const RANGE: Table = {
  '===': (c) => covers(c, c.arg(0)),
  'cover?': (c) => covers(c, c.arg(0)),
  'include?': (c) => {
    const value = c.arg(0);
    const begin = c.see(range(c).begin);
    const end = c.see(range(c).end);
    if (isNumeric(begin) || isNumeric(end) || !(value instanceof RubyString)) return covers(c, value);
    return ENUMERABLE['include?']!(c);
  },
  'member?': (c) => covers(c, c.arg(0)),
  begin: (c) => range(c).begin,
  end: (c) => range(c).end,
  first: (c) => (c.count === 0 ? range(c).begin : firstOf(c)),
  take: firstOf,
  last: (c) => {
    if (c.count === 0) return range(c).end;
    return c.newArray(rangeItems(c, range(c)).slice(-c.small(0)));
  },
  min: (c) => {
    if (c.block || c.count > 0) return ENUMERABLE['min']!(c);
    const begin = c.see(range(c).begin);
    const end = c.see(range(c).end);
    const order = compare(c, begin, end);
    if (end === null) return range(c).begin;
    return order === null || order > 0 || (order === 0 && range(c).exclusive) ? null : range(c).begin;
  },
  max: (c) => {
    if (c.block || c.count > 0) return ENUMERABLE['max']!(c);
    const begin = c.see(range(c).begin);
    const end = c.see(range(c).end);
    const order = compare(c, begin, end);
    if (end === null) return raise('RangeError', 'cannot get the maximum of endless range');
    if (order === null || order > 0 || (order === 0 && range(c).exclusive)) return null;
    if (!range(c).exclusive) return range(c).end;
    return typeof end === 'bigint' ? end - 1n : c.unknown('the maximum of an exclusive range');
  },
  size,
  count: (c) =>
    c.block || c.count > 0 ? ENUMERABLE['count']!(c) : (size(c) ?? BigInt(rangeItems(c, range(c)).length)),
  sum: (c) => ENUMERABLE['sum']!(c),
  'exclude_end?': (c) => range(c).exclusive,
  step: (c) => stepped(c),
  '%': (c) => stepped(c),
  '==': (c) => equal(c, c.self.value, c.arg(0)),
  to_s: (c) => {
    const parts = [range(c).begin, range(c).end].map((end) => {
      c.see(end);
      return end.known ? c.textOf(c.see(stringOf(c.m, end, c.at))) : '';
    });
    return parts.join(range(c).exclusive ? '...' : '..');
  },
  inspect: (c) => inspect(c, c.self.value),
};

function stepped(c: Call) {
  const by = c.count > 0 || c.method === '%' ? c.arg(0) : 1n;
  if (typeof by !== 'bigint' || by <= 0n) return c.unknown('a step this tool does not take');
  const items = rangeItems(c, range(c)).filter((_, i) => BigInt(i) % by === 0n);
  if (!c.block) return c.newArray(items);
  for (const item of items) c.yield(item);
  return c.self;
}
