import type { Answer, Call, Table } from '../call.ts';
import { MOST_BITS, TOO_MUCH_WORK } from '../machine.ts';
import { typeName } from '../classes.ts';
import { formatFloat } from '../numbers.ts';
import { raise } from '../signals.ts';
import { RubyRange } from '../values.ts';
import { floorDiv, floorMod, power, sized } from './numeric.ts';

/** Rounds an integer to tens, hundreds …; a count of digits that is not negative leaves it as it is. */
function rounded(c: Call, round: (value: bigint, unit: bigint) => bigint): Answer {
  const digits = c.count > 0 ? c.small(0) : 0;
  if (digits >= 0) return c.self;
  if (digits < -1000) return 0n;
  return round(c.int, 10n ** BigInt(-digits));
}

function roundHalf(c: Call, value: bigint, unit: bigint): bigint {
  const mode = halfMode(c);
  const size = value < 0n ? -value : value;
  const rest = size % unit;
  const down = size - rest;
  const twice = rest * 2n;
  let up = twice > unit;
  if (twice === unit) up = mode === 'even' ? (down / unit) % 2n === 1n : mode === 'up';
  const result = up ? down + unit : down;
  return value < 0n ? -result : result;
}

/** `half:` of `round`. */
export function halfMode(c: Call): 'up' | 'even' | 'down' {
  const mode = c.keyword('half');
  if (mode === undefined || mode === null) return 'up';
  const name = c.textOf(mode) ?? (mode as { name?: string }).name;
  if (name === 'up' || name === 'even' || name === 'down') return name;
  return raise('ArgumentError', `invalid rounding mode: ${name}`);
}

function shift(c: Call, by: number): bigint {
  if (by > MOST_BITS) return c.int === 0n ? 0n : c.unknown(TOO_MUCH_WORK);
  if (by < 0) return by < -MOST_BITS ? (c.int < 0n ? -1n : 0n) : c.int >> BigInt(-by);
  return sized(c, c.int << BigInt(by));
}

function other(c: Call): bigint {
  const value = c.arg(0);
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' ? c.unknown('a fraction') : raise('TypeError', 'not an integer');
}

function bits(c: Call): bigint {
  const value = c.arg(0);
  if (typeof value === 'bigint') return value;
  const shownValue = typeof value === 'number' ? formatFloat(value) : value === null ? 'nil' : typeName(value);
  return raise('TypeError', `${shownValue} can't be coerced into Integer`);
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y > 0n) [x, y] = [y, x % y];
  return x;
}

/** `pow(exponent, modulus)`, which has the sign of the modulus. */
function modularPower(c: Call): Answer {
  const modulus = c.arg(1);
  let exponent = c.arg(0);
  if (typeof exponent !== 'bigint' || typeof modulus !== 'bigint' || exponent < 0n || modulus === 0n) {
    return c.unknown('a modular power');
  }
  let base = floorMod(c.int, modulus);
  let result = floorMod(1n, modulus);
  for (; exponent > 0n; exponent >>= 1n) {
    c.m.work(1, c.at);
    if (exponent & 1n) result = floorMod(result * base, modulus);
    base = floorMod(base * base, modulus);
  }
  return result;
}

function toText(c: Call): Answer {
  if (c.count === 0) return c.int.toString();
  const base = c.arg(0);
  // Active Support formats numbers through the same method.
  if (typeof base !== 'bigint') return c.unknown('a number formatted by Active Support');
  if (base < 2n || base > 36n) return raise('ArgumentError', `invalid radix ${base}`);
  return c.int.toString(Number(base));
}

export const INTEGER: Table = {
  to_i: (c) => c.int,
  pow: (c) => (c.count > 1 ? modularPower(c) : power(c)),
  to_f: (c) => Number(c.int),
  to_s: toText,
  inspect: toText,
  to_r: (c) => c.unknown('a rational number'),
  ceil: (c) => rounded(c, (value, unit) => -floorDiv(-value, unit) * unit),
  floor: (c) => rounded(c, (value, unit) => floorDiv(value, unit) * unit),
  truncate: (c) => rounded(c, (value, unit) => (value / unit) * unit),
  round: (c) => rounded(c, (value, unit) => roundHalf(c, value, unit)),
  times: (c) => {
    for (let i = 0n; i < c.int; i++) c.yield(c.make(i));
    return c.self;
  },
  upto: (c) => {
    const end = c.arg(0);
    if (typeof end !== 'bigint' && typeof end !== 'number') return c.unknown('a loop to something else than a number');
    for (let i = c.int; i <= end; i++) c.yield(c.make(i));
    return c.self;
  },
  downto: (c) => {
    const end = c.arg(0);
    if (typeof end !== 'bigint' && typeof end !== 'number') return c.unknown('a loop to something else than a number');
    for (let i = c.int; i >= end; i--) c.yield(c.make(i));
    return c.self;
  },
  succ: (c) => c.int + 1n,
  next: (c) => c.int + 1n,
  pred: (c) => c.int - 1n,
  chr: (c) => {
    if (c.int < 0n || c.int > 255n) return raise('RangeError', `${c.int} out of char range`);
    return c.int < 128n ? String.fromCharCode(Number(c.int)) : c.unknown('a byte');
  },
  ord: (c) => c.int,
  'even?': (c) => c.int % 2n === 0n,
  'odd?': (c) => c.int % 2n !== 0n,
  remainder: (c) => {
    const by = other(c);
    return by === 0n ? raise('ZeroDivisionError', 'divided by 0') : c.int % by;
  },
  gcd: (c) => gcd(c.int, other(c)),
  lcm: (c) => {
    const by = other(c);
    const divisor = gcd(c.int, by);
    if (divisor === 0n) return 0n;
    const product = c.int * by;
    return (product < 0n ? -product : product) / divisor;
  },
  ceildiv: (c) => -floorDiv(-c.int, other(c)),
  digits: (c) => {
    const base = c.count > 0 ? other(c) : 10n;
    if (c.int < 0n || base < 2n) return c.unknown('digits');
    const digits = [];
    let rest = c.int;
    do {
      digits.push(c.make(floorMod(rest, base)));
      rest /= base;
    } while (rest > 0n);
    return c.newArray(digits);
  },
  bit_length: (c) =>
    BigInt(
      c.int < 0n ? (c.int === -1n ? 0 : (-c.int - 1n).toString(2).length) : c.int === 0n ? 0 : c.int.toString(2).length,
    ),
  '&': (c) => c.int & bits(c),
  '|': (c) => c.int | bits(c),
  '^': (c) => c.int ^ bits(c),
  '~': (c) => ~c.int,
  '<<': (c) => shift(c, c.small(0)),
  '>>': (c) => shift(c, -c.small(0)),
  '[]': (c) =>
    c.count > 1 || c.arg(0) instanceof RubyRange
      ? c.unknown('several bits')
      : c.small(0) < 0
        ? 0n
        : (c.int >> BigInt(Math.min(MOST_BITS, c.small(0)))) & 1n,
  size: () => 8n,
};
