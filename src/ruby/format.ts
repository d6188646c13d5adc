import type { Call } from './call.ts';
import { inspect } from './inspect.ts';
import { formatFloat, strictFloat, strictInteger } from './numbers.ts';
import { raise } from './signals.ts';
import { stringOf } from './eval/to-s.ts';
import { LONGEST_STRING, TOO_MUCH_WORK } from './machine.ts';
import { RubyHash, RubyString, type RubyValue, type Value } from './values.ts';

const DIRECTIVE =
  /%(?:%|([-+ 0#*]*)(\d+|\*)?(?:\.(\d+|\*)?)?(?:<(\w+)>|\{(\w+)\})?([-+ 0#]*)(\d+)?(?:\.(\d+))?([a-zA-Z])?)/g;

/** `format(template, *args)` for the conversions that configuration uses. */
export function format(c: Call, template: string, args: readonly Value[]): string {
  let next = 0;
  const positional = (): RubyValue => {
    const value = args[next++];
    return value ? c.see(value) : raise('ArgumentError', 'too few arguments');
  };
  const named = (name: string): RubyValue => {
    const hash = args[0] ? c.see(args[0]) : null;
    const given = c.named?.get(name);
    if (given) return c.see(given);
    if (!(hash instanceof RubyHash)) return raise('ArgumentError', 'one hash required');
    const entry = hash.entries.get(`y${name}`);
    return entry ? c.see(entry.value) : raise('KeyError', `key<${name}> not found`);
  };
  return template.replace(
    DIRECTIVE,
    (
      whole,
      flags = '',
      width = '',
      precision: string | undefined,
      key,
      braced,
      lateFlags = '',
      lateWidth,
      latePrecision,
      type,
    ) => {
      if (whole === '%%') return '%';
      if (braced !== undefined) return textOf(c, named(braced)) + (type ?? '');
      const all = `${flags}${lateFlags}`;
      const wide = width === '*' ? Number(c.asInteger(positional())) : Number(lateWidth ?? width);
      const digits = precision === '*' ? Number(c.asInteger(positional())) : (latePrecision ?? precision);
      if (type === undefined) return raise('ArgumentError', 'incomplete format specifier; use %% (double %) instead');
      if (wide > LONGEST_STRING || Number(digits ?? 0) > 1000) return c.unknown(TOO_MUCH_WORK);
      const value = key === undefined ? positional() : named(key);
      return padded(convert(c, type, value, all, digits === undefined ? null : Number(digits)), all, wide, type);
    },
  );
}

function textOf(c: Call, value: RubyValue): string {
  const text = stringOf(c.m, { known: true, value, origin: c.self.origin, assumes: [] }, c.at);
  return c.textOf(c.see(text)) ?? c.unknown('text this tool does not know');
}

function padded(text: string, flags: string, width: number, type: string): string {
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  if (flags.includes('-')) return text + ' '.repeat(missing);
  if (!flags.includes('0') || type === 's' || type === 'p') return ' '.repeat(missing) + text;
  const sign = /^[-+ ]/.exec(text)?.[0] ?? '';
  return sign + '0'.repeat(missing) + text.slice(sign.length);
}

function convert(c: Call, type: string, value: RubyValue, flags: string, digits: number | null): string {
  switch (type) {
    case 's':
    case 'p': {
      const text = type === 's' ? textOf(c, value) : inspect(c, value);
      return digits === null ? text : [...text].slice(0, digits).join('');
    }
    case 'd':
    case 'i':
    case 'u': {
      const whole = integerOf(c, value);
      const text = (whole < 0n ? -whole : whole).toString().padStart(digits ?? 0, '0');
      return signed(whole < 0n, text, flags);
    }
    case 'f': {
      const number = floatOf(c, value);
      if (!Number.isFinite(number)) return signed(number < 0, Number.isNaN(number) ? 'NaN' : 'Inf', flags);
      if (Math.abs(number) >= 1e21) return c.unknown('a large float as text');
      return signed(number < 0 || Object.is(number, -0), Math.abs(number).toFixed(digits ?? 6), flags);
    }
    case 'x':
    case 'X':
    case 'o':
    case 'b': {
      const whole = integerOf(c, value);
      if (whole < 0n && !/[+ ]/.test(flags)) return c.unknown("a number in two's complement");
      const base = { x: 16, X: 16, o: 8, b: 2 }[type];
      const prefix = flags.includes('#') && whole !== 0n ? { x: '0x', X: '0X', o: '0', b: '0b' }[type] : '';
      const text = (whole < 0n ? -whole : whole).toString(base).padStart(digits ?? 0, '0');
      return signed(whole < 0n, prefix + (type === 'X' ? text.toUpperCase() : text), flags);
    }
    case 'c': {
      if (typeof value === 'bigint') return String.fromCodePoint(Number(value));
      return [...(c.textOf(value) ?? '')][0] ?? '';
    }
    case 'e':
    case 'g':
    case 'G':
    case 'E':
    case 'a':
    case 'A':
      return c.unknown(`the format %${type}`);
    default:
      return raise('ArgumentError', `malformed format string - %${type}`);
  }
}

function signed(negative: boolean, text: string, flags: string): string {
  if (negative) return `-${text}`;
  return flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text;
}

function integerOf(c: Call, value: RubyValue): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return raise('FloatDomainError', formatFloat(value));
    return BigInt(Math.floor(value));
  }
  if (value instanceof RubyString) {
    const text = c.textOf(value)!;
    return strictInteger(text) ?? raise('ArgumentError', `invalid value for Integer(): ${inspect(c, value)}`);
  }
  if (value === null) return raise('TypeError', "can't convert nil into Integer");
  return raise('TypeError', "can't convert into Integer");
}

function floatOf(c: Call, value: RubyValue): number {
  if (typeof value === 'bigint' || typeof value === 'number') return Number(value);
  if (value instanceof RubyString) {
    const text = c.textOf(value)!;
    return strictFloat(text) ?? raise('ArgumentError', `invalid value for Float(): ${inspect(c, value)}`);
  }
  if (value === null) return raise('TypeError', "can't convert nil into Float");
  return raise('TypeError', "can't convert into Float");
}
