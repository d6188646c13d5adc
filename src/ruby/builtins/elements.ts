import type { Call } from '../call.ts';
import { LONGEST_ARRAY, TOO_MUCH_WORK } from '../machine.ts';
import { raise } from '../signals.ts';
import { RubyArray, RubyHash, RubyRange, type Value } from '../values.ts';
import { isNumeric } from './numeric.ts';
import { successor } from './string.ts';

/** What a collection yields, one after the other. */
export function elements(c: Call): Value[] {
  const { value } = c.self;
  if (value instanceof RubyArray) return c.itemsOf(value);
  if (value instanceof RubyRange) return rangeItems(c, value);
  if (value instanceof RubyHash) {
    return c.entriesOf(value).map((entry) => c.make(c.newArray([entry.key, entry.value])));
  }
  return c.unknown('a collection this tool does not know');
}

export function rangeItems(c: Call, range: RubyRange): Value[] {
  const from = c.see(range.begin);
  const to = c.see(range.end);
  if (typeof from === 'bigint' && (typeof to === 'bigint' || typeof to === 'number')) {
    const last = typeof to === 'bigint' ? to : BigInt(Math.floor(Math.max(-1e15, Math.min(1e15, to))));
    const end =
      range.exclusive && (typeof to === 'bigint' || last === BigInt(Math.trunc(to))) && Number(last) === Number(to)
        ? last - 1n
        : last;
    if (end - from > BigInt(LONGEST_ARRAY)) return c.unknown(TOO_MUCH_WORK);
    c.m.work(Number(end - from > 0n ? end - from : 0n) >> 2, c.at);
    const items: Value[] = [];
    for (let i = from; i <= end; i++) items.push(c.make(i));
    return items;
  }
  if (isNumeric(from)) {
    if (typeof from === 'number') return raise('TypeError', "can't iterate from Float");
    return c.unknown('a range without an end');
  }
  const first = c.textOf(from);
  const last = c.textOf(to);
  if (first === null || last === null)
    return raise('TypeError', `can't iterate from ${from === null ? 'NilClass' : 'this'}`);
  const items: Value[] = [];
  let at = first;
  for (let i = 0; i < 10_000 && at.length <= last.length; i++) {
    if (at === last && range.exclusive) return items;
    items.push(c.make(at));
    if (at === last) return items;
    at = successor(at) ?? c.unknown('the successor of a string');
  }
  return at.length > last.length ? items : c.unknown(TOO_MUCH_WORK);
}
