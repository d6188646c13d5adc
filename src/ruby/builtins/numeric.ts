import type { Answer, Call, Table } from '../call.ts';
import { describe, typeName } from '../classes.ts';
import { compare } from '../equality.ts';
import { MOST_BITS, TOO_MUCH_WORK } from '../machine.ts';
import { raise } from '../signals.ts';
import type { RubyValue, Value } from '../values.ts';

export type Numeric = bigint | number;

export function isNumeric(value: RubyValue): value is Numeric {
  return typeof value === 'bigint' || typeof value === 'number';
}

/** The other side of an arithmetic operator. */
function operand(c: Call): Numeric {
  c.expect(1);
  const other = c.arg(0);
  if (isNumeric(other)) return other;
  const own = typeof c.self.value === 'bigint' ? 'Integer' : 'Float';
  const what = other === null ? 'nil' : typeof other === 'boolean' ? String(other) : typeName(other);
  return raise('TypeError', `${what} can't be coerced into ${own}`);
}

export function toFloat(value: Numeric): number {
  return Number(value);
}

/** An integer result, unless it is larger than this tool computes with. */
export function sized(c: Call, value: bigint): bigint {
  if (value > LARGEST || value < -LARGEST) return c.unknown(TOO_MUCH_WORK);
  return value;
}

const LARGEST = 1n << BigInt(MOST_BITS);

export function floorDiv(a: bigint, b: bigint): bigint {
  if (b === 0n) return raise('ZeroDivisionError', 'divided by 0');
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

export function floorMod(a: bigint, b: bigint): bigint {
  return a - floorDiv(a, b) * b;
}

export function floatMod(a: number, b: number): number {
  if (b === 0) return NaN;
  if (!Number.isFinite(b) && Number.isFinite(a)) return a === 0 || a < 0 === b < 0 ? a : b;
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

/** An integer from a float that has been rounded. */
export function integral(value: number): bigint {
  if (!Number.isFinite(value)) {
    return raise('FloatDomainError', Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity');
  }
  return BigInt(value);
}

function ordered(c: Call, test: (order: number) => boolean): boolean {
  c.expect(1);
  const other = c.arg(0);
  if (!isNumeric(other)) {
    const own = typeof c.self.value === 'bigint' ? 'Integer' : 'Float';
    return raise('ArgumentError', `comparison of ${own} with ${shown(c, other)} failed`);
  }
  const order = compare(c, c.self.value, other);
  return order !== null && test(order);
}

/** How messages about comparisons call the other side. */
export function shown(c: Call, value: RubyValue): string {
  if (value === null) return 'nil';
  if (typeof value === 'boolean' || isNumeric(value)) return String(value);
  const text = c.textOf(value);
  return text === null ? describe(value).replace(/^an instance of /, '') : 'String';
}

export function power(c: Call): Answer {
  const base = c.self.value as Numeric;
  const exponent = operand(c);
  if (typeof base === 'bigint' && typeof exponent === 'bigint') {
    if (exponent < 0n) return c.unknown('a rational number');
    if (base === 0n || base === 1n) return exponent === 0n ? 1n : base;
    const bits = BigInt(base.toString(2).length) * exponent;
    if (bits > BigInt(MOST_BITS) && base !== -1n) return c.unknown(TOO_MUCH_WORK);
    return base === -1n ? (exponent % 2n === 0n ? 1n : -1n) : base ** exponent;
  }
  const result = Number(base) ** Number(exponent);
  if (Number.isNaN(result) && !Number.isNaN(Number(base)) && !Number.isNaN(Number(exponent))) {
    return c.unknown('a complex number');
  }
  return result;
}

function step(c: Call): Answer {
  const from = c.self.value as Numeric;
  const by = c.keyword('by') ?? c.optional(1) ?? 1n;
  const to = c.keyword('to') ?? c.optional(0) ?? null;
  if (!isNumeric(by) || (to !== null && !isNumeric(to))) return c.unknown('a step this tool does not take');
  if (Number(by) === 0) return raise('ArgumentError', "step can't be 0");
  if (typeof from === 'bigint' && typeof by === 'bigint' && (to === null || typeof to === 'bigint')) {
    const last = to ?? (by > 0n ? LARGEST : -LARGEST);
    for (let i = from; by > 0n ? i <= last : i >= last; i += by) c.yield(c.make(i));
    return c.self;
  }
  const limit = to === null ? Infinity : Number(to);
  const count = Math.floor((limit - Number(from)) / Number(by) + 1e-9);
  for (let i = 0; i <= count; i++) c.yield(c.make(Number(from) + i * Number(by)));
  return c.self;
}

/** What integers and floats have in common. */
export const NUMERIC: Table = {
  '+': (c) => {
    const a = c.self.value as Numeric;
    const b = operand(c);
    return typeof a === 'bigint' && typeof b === 'bigint' ? sized(c, a + b) : Number(a) + Number(b);
  },
  '-': (c) => {
    const a = c.self.value as Numeric;
    const b = operand(c);
    return typeof a === 'bigint' && typeof b === 'bigint' ? sized(c, a - b) : Number(a) - Number(b);
  },
  '*': (c) => {
    const a = c.self.value as Numeric;
    const b = operand(c);
    return typeof a === 'bigint' && typeof b === 'bigint' ? sized(c, a * b) : Number(a) * Number(b);
  },
  '/': (c) => {
    const a = c.self.value as Numeric;
    const b = operand(c);
    return typeof a === 'bigint' && typeof b === 'bigint' ? floorDiv(a, b) : Number(a) / Number(b);
  },
  '%': modulo,
  modulo,
  '**': power,
  fdiv: (c) => Number(c.self.value as Numeric) / Number(operand(c)),
  quo: (c) => c.unknown('a rational number'),
  div: (c) => {
    const a = c.self.value as Numeric;
    const b = operand(c);
    if (typeof a === 'bigint' && typeof b === 'bigint') return floorDiv(a, b);
    if (Number(b) === 0) return raise('ZeroDivisionError', 'divided by 0');
    return integral(Math.floor(Number(a) / Number(b)));
  },
  divmod: (c) => {
    const a = c.self.value as Numeric;
    const b = operand(c);
    if (typeof a === 'bigint' && typeof b === 'bigint') {
      return c.newArray([c.make(floorDiv(a, b)), c.make(floorMod(a, b))]);
    }
    if (Number(b) === 0) return raise('ZeroDivisionError', 'divided by 0');
    const rest = floatMod(Number(a), Number(b));
    return c.newArray([c.make(integral(Math.round((Number(a) - rest) / Number(b)))), c.make(rest)]);
  },
  '-@': (c) => -(c.self.value as Numeric),
  '+@': (c) => c.self,
  '<': (c) => ordered(c, (order) => order < 0),
  '<=': (c) => ordered(c, (order) => order <= 0),
  '>': (c) => ordered(c, (order) => order > 0),
  '>=': (c) => ordered(c, (order) => order >= 0),
  abs: (c) =>
    (c.self.value as Numeric) < 0 ? -(c.self.value as Numeric) : Object.is(c.self.value, -0) ? 0 : c.self.value,
  'zero?': (c) => Number(c.self.value) === 0,
  'positive?': (c) => (c.self.value as Numeric) > 0,
  'negative?': (c) => (c.self.value as Numeric) < 0,
  'nonzero?': (c) => (Number(c.self.value) === 0 ? null : c.self),
  'integer?': (c) => typeof c.self.value === 'bigint',
  'finite?': (c) => typeof c.self.value === 'bigint' || Number.isFinite(c.self.value),
  'between?': (c) => ordered2(c, 0, (order) => order >= 0) && ordered2(c, 1, (order) => order <= 0),
  clamp: (c) => clamp(c),
  step,
  coerce: (c) => c.unknown('a coerced pair'),
  to_int: (c) => (typeof c.self.value === 'bigint' ? c.self.value : integral(Math.trunc(c.float))),
};

function modulo(c: Call): Answer {
  const a = c.self.value as Numeric;
  const b = operand(c);
  return typeof a === 'bigint' && typeof b === 'bigint'
    ? floorMod(a, b)
    : Number(b) === 0
      ? c.unknown('the rest of a division of floats by zero')
      : floatMod(Number(a), Number(b));
}

function ordered2(c: Call, index: number, test: (order: number) => boolean): boolean {
  const other = c.arg(index);
  const order = compare(c, c.self.value, other);
  if (order === null) {
    const own = typeof c.self.value === 'bigint' ? 'Integer' : 'Float';
    return raise('ArgumentError', `comparison of ${own} with ${shown(c, other)} failed`);
  }
  return test(order);
}

/** `clamp(min, max)` and `clamp(range)`, for everything that is ordered. */
export function clamp(c: Call): Answer {
  const first = c.arg(0);
  let low: Value | null = null;
  let high: Value | null = null;
  if (c.count === 1 && typeof first === 'object' && first !== null && 'exclusive' in first) {
    low = first.begin;
    high = first.end;
    if (first.exclusive && c.see(high) !== null) return raise('ArgumentError', 'cannot clamp with an exclusive range');
  } else {
    c.expect(2);
    low = c.raw(0);
    high = c.raw(1);
  }
  const bottom = c.see(low);
  const top = c.see(high);
  if (bottom !== null && top !== null && mustCompare(c, bottom, top) > 0) {
    return raise('ArgumentError', 'min argument must be less than or equal to max argument');
  }
  if (bottom !== null && mustCompare(c, c.self.value, bottom) < 0) return low;
  if (top !== null && mustCompare(c, c.self.value, top) > 0) return high;
  return c.self;
}

/** The order of two values that must have one. */
export function mustCompare(c: Call, a: RubyValue, b: RubyValue): number {
  const result = compare(c, a, b);
  if (result !== null) return result;
  const own = isNumeric(a) ? (typeof a === 'bigint' ? 'Integer' : 'Float') : typeName(a);
  return raise('ArgumentError', `comparison of ${own === 'nil' ? 'NilClass' : own} with ${shown(c, b)} failed`);
}
