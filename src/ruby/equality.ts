import { className } from './classes.ts';
import { TOO_MUCH_WORK } from './machine.ts';
import { NotKnown, Stopped } from './signals.ts';
import type { Call } from './call.ts';
import {
  RubyArray,
  RubyClass,
  RubyHash,
  RubyObject,
  RubyProc,
  RubyRange,
  RubyRegexp,
  RubyString,
  RubySymbol,
  type RubyValue,
  type Value,
} from './values.ts';

const identities = new WeakMap<object, number>();
let next = 0;

const DEEPEST_KEY = 200;

/**
 * What makes two keys of a hash the same (`eql?`). Null: something in it is not known. An array that holds another
 * twice is written out twice, so every part of it is work.
 */
export function hashKey(place: Pick<Call, 'm' | 'at'>, value: RubyValue, depth = 0): string | null {
  place.m.work(1, place.at);
  if (value === null) return 'n';
  if (value === true) return 't';
  if (value === false) return 'f';
  if (typeof value === 'bigint') return `i${value}`;
  if (typeof value === 'number') return `d${Object.is(value, -0) ? '-0' : value}`;
  if (value instanceof RubyString) return value.content.known ? `s${value.content.value}` : null;
  if (value instanceof RubySymbol) return `y${value.name}`;
  if (value instanceof RubyArray) {
    if (value.blur) return null;
    if (depth > DEEPEST_KEY) throw new Stopped(TOO_MUCH_WORK, place.at);
    const keys = value.items.map((item) => (item.known ? hashKey(place, item.value, depth + 1) : null));
    return keys.includes(null) ? null : charged(place, `a[${keys.map((key) => `${key!.length}:${key}`).join(',')}]`);
  }
  if (value instanceof RubyHash) {
    if (value.blur) return null;
    if (depth > DEEPEST_KEY) throw new Stopped(TOO_MUCH_WORK, place.at);
    const pairs = [...value.entries].map(([key, entry]) => [
      key,
      entry.value.known ? hashKey(place, entry.value.value, depth + 1) : null,
    ]);
    if (pairs.some((pair) => pair[1] === null)) return null;
    // The order of keys does not matter.
    const texts = pairs.map(([key, one]) => `${key!.length}:${key}=${one!.length}:${one}`);
    return charged(place, `h{${texts.toSorted().join(',')}}`);
  }
  const object: object = value;
  let id = identities.get(object);
  if (id === undefined) identities.set(object, (id = next++));
  return `o${id}`;
}

function charged({ m, at }: Pick<Call, 'm' | 'at'>, key: string): string {
  m.allocate(key.length, at);
  return key;
}

/** `a == b`; looks only at what it needs, and ends the builtin where that is not known. */
export function equal(c: Call, a: RubyValue, b: RubyValue, depth = 0): boolean {
  if (a === b && !(typeof a === 'number' && Number.isNaN(a))) return true;
  if (depth > 50) return c.unknown('a structure this tool does not compare');
  if (typeof a === 'bigint' || typeof a === 'number') {
    // BigInt and number compare exactly across the two.
    // oxlint-disable-next-line eqeqeq
    return (typeof b === 'bigint' || typeof b === 'number') && a == b;
  }
  if (a instanceof RubyString) return b instanceof RubyString && c.textOf(a) === c.textOf(b);
  if (a instanceof RubySymbol) return b instanceof RubySymbol && a.name === b.name;
  if (a instanceof RubyArray) {
    if (!(b instanceof RubyArray)) return false;
    const left = c.itemsOf(a);
    const right = c.itemsOf(b);
    return left.length === right.length && left.every((one, i) => equal(c, c.see(one), c.see(right[i]!), depth + 1));
  }
  if (a instanceof RubyHash) {
    if (!(b instanceof RubyHash)) return false;
    const right = b;
    const left = c.entriesOf(a);
    if (left.length !== c.entriesOf(right).length) return false;
    return left.every((one) => {
      const other = right.entries.get(hashKey(c, c.see(one.key)) ?? '');
      return other !== undefined && equal(c, c.see(one.value), c.see(other.value), depth + 1);
    });
  }
  if (a instanceof RubyRange) {
    return (
      b instanceof RubyRange &&
      a.exclusive === b.exclusive &&
      equal(c, c.see(a.begin), c.see(b.begin), depth + 1) &&
      equal(c, c.see(a.end), c.see(b.end), depth + 1)
    );
  }
  if (a instanceof RubyRegexp) return b instanceof RubyRegexp && a.source === b.source && a.flags === b.flags;
  if (a instanceof RubyClass && b instanceof RubyClass) return a.builtin && b.builtin && a.name === b.name;
  if (
    a instanceof RubyObject &&
    b instanceof RubyObject &&
    a.class.name === 'Pathname' &&
    b.class.name === 'Pathname'
  ) {
    return equal(c, c.see(a.variables.get('@path')!), c.see(b.variables.get('@path')!));
  }
  if (a === null || typeof a === 'boolean' || a instanceof RubyProc || b === null || typeof b === 'boolean')
    return false;
  return false;
}

/** `a <=> b` for what Ruby orders; null where it does not. */
export function compare(c: Call, a: RubyValue, b: RubyValue): number | null {
  if ((typeof a === 'bigint' || typeof a === 'number') && (typeof b === 'bigint' || typeof b === 'number')) {
    return a < b ? -1 : a > b ? 1 : a >= b ? 0 : null;
  }
  if (a instanceof RubyString && b instanceof RubyString) return compareText(c.textOf(a)!, c.textOf(b)!);
  if (a instanceof RubySymbol && b instanceof RubySymbol) return compareText(a.name, b.name);
  if (a instanceof RubyArray && b instanceof RubyArray) {
    const left = c.itemsOf(a);
    const right = c.itemsOf(b);
    for (let i = 0; i < Math.min(left.length, right.length); i++) {
      const order = compare(c, c.see(left[i]!), c.see(right[i]!));
      if (order !== 0) return order;
    }
    return Math.sign(left.length - right.length);
  }
  if (a === b || equal(c, a, b)) return 0;
  if (className(a) === null || className(b) === null) return c.unknown('an order this tool does not know');
  return null;
}

/** Strings are ordered by their bytes, which for UTF-8 is the order of code points. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a.charCodeAt(i) !== b.charCodeAt(i)) {
      const left = a.codePointAt(i)!;
      const right = b.codePointAt(i)!;
      // In the middle of a pair the first halves were equal, and their seconds order like the points.
      return left < right ? -1 : 1;
    }
  }
  return Math.sign(a.length - b.length);
}

/** The value, or the end of the builtin. */
export function mustKnow(value: Value): RubyValue {
  if (!value.known) throw new NotKnown(value);
  return value.value;
}
