import { RubyString, RubySymbol, type Value } from '../ruby/values.ts';
import type { Assumption } from '../value/origin.ts';
import { isSameRead } from '../value/history.ts';
import { assuming, combine, known, unknown, type Known, type Traced } from '../value/traced.ts';
import type { PsychScalar } from '../yaml/node.ts';
import type { Raised } from './raised.ts';

/** A plain value, or what asking for it raises. */
export type Coerced<T> = { readonly value: T } | Raised;

/** A value of the evaluator as what YAML knows too: a list, a proc or an object keeps only its class. */
export function plainValue(value: Value): Traced<PsychScalar> {
  if (!value.known) {
    const candidates = value.candidates?.map((one) => plainValue(one));
    const every = candidates?.every((one) => one.known) ? candidates : null;
    return unknown(value.reason, value.origin, (every ?? null) as readonly Known<PsychScalar>[] | null);
  }
  const ruby = value.value;
  if (ruby instanceof RubyString) {
    const { content } = ruby;
    if (!content.known && isSameRead(content.origin, value.origin)) return assuming(content, value.assumes);
    return combine(null, [content, value], (text) => text);
  }
  return combine(null, [value], plain);
}

function plain(ruby: Known<unknown>['value']): PsychScalar {
  if (ruby === null || typeof ruby !== 'object') return ruby as PsychScalar;
  if (ruby instanceof RubySymbol) return { type: 'symbol', name: ruby.name };
  if ('hostName' in ruby && typeof ruby.hostName === 'string')
    return { type: 'other', className: ruby.hostName, text: '' };
  return { type: 'other', className: ruby.constructor.name.replace(/^Ruby/, ''), text: '' };
}

/**
 * Coerces as the program does. What raises becomes unknown, and `raised` is told when it raises for certain; of the
 * candidates of an unknown only those remain that do not raise.
 */
export function coerced<T>(
  value: Traced<PsychScalar>,
  coerce: (value: PsychScalar) => Coerced<T>,
  raised: (what: Raised, assumes: readonly Assumption[]) => void,
): Traced<T> {
  if (value.known) {
    const result = coerce(value.value);
    if ('value' in result) return known(result.value, value.origin, value.assumes);
    raised(result, value.assumes);
    return unknown(`it raises ${result.error}: ${result.message}`, value.origin);
  }
  const candidates = value.candidates?.flatMap((one) => {
    const result = coerce(one.value);
    return 'value' in result ? [known(result.value, one.origin, one.assumes)] : [];
  });
  return unknown(value.reason, value.origin, candidates ?? null);
}

/** `Integer(value)` */
export function kernelInteger(value: PsychScalar): Coerced<number> {
  if (value === null) return typeError("can't convert nil into Integer");
  if (typeof value === 'bigint') return { value: Number(value) };
  if (typeof value === 'number') {
    return Number.isFinite(value)
      ? { value: Math.trunc(value) }
      : { error: 'FloatDomainError', message: String(value) };
  }
  if (typeof value === 'string') return integerOf(value);
  return typeError(`can't convert ${className(value)} into Integer`);
}

/** `value.to_i` */
export function toI(value: PsychScalar): Coerced<number> {
  if (value === null) return { value: 0 };
  if (typeof value === 'string') {
    const digits = /^[ \t\n\v\f\r]*([+-]?\d+(?:_\d+)*)/.exec(value);
    return { value: digits ? Number(digits[1]!.replaceAll('_', '')) : 0 };
  }
  if (typeof value === 'bigint' || typeof value === 'number') return kernelInteger(value);
  return { error: 'NoMethodError', message: `undefined method 'to_i' for ${inspect(value)}` };
}

const BASES: Record<string, number> = { '0x': 16, '0b': 2, '0o': 8, '0d': 10 };

function integerOf(text: string): Coerced<number> {
  const invalid = { error: 'ArgumentError', message: `invalid value for Integer(): ${JSON.stringify(text)}` };
  const match = /^[ \t\n\v\f\r]*([+-]?)(0[xbod])?([0-9a-f]+(?:_[0-9a-f]+)*)[ \t\n\v\f\r]*$/i.exec(text);
  if (!match) return invalid;
  const digits = match[3]!.replaceAll('_', '').toLowerCase();
  const base = match[2] ? BASES[match[2].toLowerCase()]! : digits.length > 1 && digits.startsWith('0') ? 8 : 10;
  if ([...digits].some((digit) => Number.parseInt(digit, 16) >= base)) return invalid;
  const magnitude = Number.parseInt(digits, base);
  return { value: match[1] === '-' ? -magnitude : magnitude };
}

function typeError(message: string): Raised {
  return { error: 'TypeError', message };
}

function className(value: Exclude<PsychScalar, null>): string {
  if (typeof value === 'object') return value.type === 'symbol' ? 'Symbol' : value.className;
  return String(value);
}

/** A value as Ruby's own messages show it. */
export function inspect(value: PsychScalar): string {
  if (value === null) return 'nil';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object')
    return value.type === 'symbol' ? `:${value.name}` : `an instance of ${value.className}`;
  return String(value);
}
