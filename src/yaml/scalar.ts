import type { PsychOther, PsychScalar } from './node.ts';

/** Psych raises while it converts a scalar: `.e+3`, `!!float x`. */
export class ConversionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConversionError';
  }
}

// Ruby's ^ and $ stand at line breaks, and only at "\n".
const BOL = '(?<![^\\n])';
const EOL = '(?![^\\n])';
const line = (body: string, flags = 'u'): RegExp => new RegExp(`${BOL}(?:${body})${EOL}`, flags);

const STRING = new RegExp(`${BOL}[^\\d.:\\-]?[\\p{Alphabetic}_ \\t\\r\\n\\f\\v!@#$%^&*()\\{\\}<>|/\\\\~;=]+`, 'u');
const NOT_A_WORD = new RegExp(`${BOL}[^ytonf~]`, 'iu');
const NULL = line('null', 'iu');
const TRUE = line('yes|true|on', 'iu');
const FALSE = line('no|false|off', 'iu');
const BLANK = '[ \\t\\r\\n\\f\\v]';
const TIME = new RegExp(
  `^-?\\d{4}-\\d{1,2}-\\d{1,2}(?:[Tt]|${BLANK}+)\\d{1,2}:\\d\\d:\\d\\d(?:\\.\\d*)?(?:${BLANK}*(?:Z|[-+]\\d{1,2}:?(?:\\d\\d)?))?$`,
  'u',
);
const DATE = /^(\d{4})-(1[012]|0\d|\d)-([12]\d|3[01]|0\d|\d)$/u;
const SEXAGESIMAL = /^[-+]?[0-9][0-9_]*(:[0-5]?[0-9]){1,2}$/u;
const SEXAGESIMAL_FLOAT = /^[-+]?[0-9][0-9_]*(:[0-5]?[0-9]){1,2}\.[0-9_]*$/u;
const FLOAT = /^[-+]?(?:[0-9][0-9_,]*)?\.[0-9]*(?:[eE][-+][0-9]+)?$/u;
const INTEGER =
  /^(?:[-+]?0b[_,]*[0-1][0-1_,]*|[-+]?0[_,]*[0-7][0-7_,]*|[-+]?(?:0|[1-9](?:[0-9]|,[0-9]|_[0-9])*)|[-+]?0x[_,]*[0-9a-fA-F][0-9a-fA-F_,]*)$/u;

/** What Psych makes of an unquoted, untagged scalar: `lib/psych/scalar_scanner.rb@v5.2.2`. Throws ConversionError. */
export function resolveScalar(text: string): PsychScalar {
  if (text === '') return null;
  if (STRING.test(text) || text.includes('\n')) return resolveWord(text);
  if (TIME.test(text)) return isTime(text) ? other('Time', text) : text;
  const date = DATE.exec(text);
  if (date) return resolveDate(text, Number(date[1]), Number(date[2]), Number(date[3]));
  if (/^\+?\.inf$/iu.test(text)) return Infinity;
  if (/^-\.inf$/iu.test(text)) return -Infinity;
  if (/^\.nan$/iu.test(text)) return NaN;
  if (/^:[^\n]/u.test(text)) return symbol(symbolName(text));
  if (SEXAGESIMAL.test(text)) return resolveSexagesimal(text);
  if (SEXAGESIMAL_FLOAT.test(text)) return resolveSexagesimalFloat(text);
  if (FLOAT.test(text)) return resolveFloat(text);
  if (INTEGER.test(text)) return parseInteger(text.replaceAll(/[,_]/gu, ''));
  return text;
}

export function symbol(name: string): PsychScalar {
  return { type: 'symbol', name };
}

function resolveWord(text: string): PsychScalar {
  if (text.length > 10 || Array.from(text).length > 5 || NOT_A_WORD.test(text)) return text;
  if (text === '~' || NULL.test(text)) return null;
  if (TRUE.test(text)) return true;
  if (FALSE.test(text)) return false;
  return text;
}

function symbolName(text: string): string {
  const quoted = /^:(["'])([^\n]*)\1/u.exec(text);
  return quoted ? quoted[2]!.replace(/^:/u, '') : text.slice(1);
}

/** `Time.utc` raises on what no clock shows, and Psych then keeps the string; 24:00:00 and second 60 are times. */
function isTime(text: string): boolean {
  const [, date = '', time = ''] = /^(.*?)[ tT\t\r\f\v]+(.*)$/su.exec(text) ?? [];
  const [, month, day] = /^-?(\d{4})-(\d{1,2})-(\d{1,2})/u.exec(date)?.slice(1).map(Number) ?? [];
  const [, clock = '', zone = ''] = /(\d+:\d+:\d+)(?:\.\d*)?\s*(Z|[-+]\d+(?::\d\d)?)?/u.exec(time) ?? [];
  const [hour, minute, second] = clock.split(':').map(Number) as [number, number, number];
  if (month! < 1 || month! > 12 || day! < 1 || day! > 31) return false;
  if (hour > 24 || minute > 59 || second > 60 || (hour === 24 && (minute > 0 || second > 0))) return false;
  if (zone === '' || zone === 'Z') return true;
  const offset = /^([+-]?\d{1,2}):?(\d{1,2})?$/u.exec(zone);
  return offset !== null && Math.abs(Number(offset[1])) * 60 + Number(offset[2] ?? 0) < 24 * 60;
}

function resolveDate(text: string, year: number, month: number, day: number): PsychScalar {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  if (month < 1 || day < 1 || day > days) return text;
  const iso = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  return other('Date', iso);
}

/** Two parts weigh 3600 and 60, three weigh 3600, 60 and 1; only the first carries the sign. */
function resolveSexagesimal(text: string): bigint {
  return text
    .split(':')
    .reduce((sum, part, index) => sum + rubyToInteger(part) * 60n ** BigInt(Math.abs(index - 2)), 0n);
}

function resolveSexagesimalFloat(text: string): number {
  return text.split(':').reduce((sum, part, index) => sum + rubyToFloat(part) * 60 ** Math.abs(index - 2), 0);
}

function resolveFloat(text: string): PsychScalar {
  if (/^[-+]?\.$/u.test(text)) return text;
  return parseFloatStrictly(text.replaceAll(/[,_]/gu, '').replace(/\.(?=[Ee]|$)/u, ''));
}

/** Ruby's `Integer(text)` for what INTEGER lets through. */
function parseInteger(text: string): bigint {
  const negative = text.startsWith('-');
  const digits = text.replace(/^[-+]/u, '');
  const prefixed = /^0[bx]/u.test(digits)
    ? digits
    : digits.length > 1 && digits.startsWith('0')
      ? `0o${digits}`
      : digits;
  const value = BigInt(prefixed);
  return negative ? -value : value;
}

/** Ruby's `Float(text)`, also of what `!!float` is given. Throws ConversionError. */
export function parseFloatStrictly(text: string): number {
  const trimmed = text.replace(/^[ \t\r\n\f\v]+|(?<![ \t\r\n\f\v])[ \t\r\n\f\v]+$/gu, '');
  if (/^[-+]?0[xX][0-9a-fA-F]+(_[0-9a-fA-F]+)*$/u.test(trimmed)) {
    const value = Number(trimmed.replace(/^[-+]/u, '').replaceAll('_', ''));
    return trimmed.startsWith('-') ? -value : value;
  }
  const digits = '[0-9]+(?:_[0-9]+)*';
  const valid = new RegExp(`^[-+]?(?:${digits}\\.?|(?:${digits})?\\.${digits})(?:[eE][-+]?${digits})?$`, 'u');
  if (!valid.test(trimmed)) throw new ConversionError(`invalid value for Float(): ${JSON.stringify(text)}`);
  return Number(trimmed.replaceAll('_', ''));
}

/** `String#to_i`: digits may be separated by single underscores; what follows is ignored. */
function rubyToInteger(text: string): bigint {
  const digits = /^[-+]?[0-9]+(?:_[0-9]+)*/u.exec(text)?.[0].replaceAll('_', '') ?? '0';
  return digits.startsWith('+') ? BigInt(digits.slice(1)) : BigInt(digits);
}

/** `String#to_f`, likewise. */
function rubyToFloat(text: string): number {
  const digits = /^[-+]?[0-9]+(?:_[0-9]+)*(?:\.[0-9]+(?:_[0-9]+)*)?/u.exec(text)?.[0] ?? '0';
  return Number(digits.replaceAll('_', ''));
}

/** Which hash key a scalar is: two scalars with the same identity are one key (`eql?` in Ruby). */
export function keyIdentity(key: PsychScalar): string {
  if (key === null) return 'nil';
  switch (typeof key) {
    case 'string':
      return `s:${key}`;
    case 'bigint':
      return `i:${key}`;
    case 'number':
      return `f:${key === 0 ? 0 : key}`;
    case 'boolean':
      return String(key);
    default:
      return key.type === 'symbol' ? `y:${key.name}` : `o:${key.className}:${key.text}`;
  }
}

/** `shown` is what it is as text in a sentence: of an object nothing but its class, since it may hold secrets. */
export function other(className: string, text: string, shown = text): PsychOther {
  const value: PsychOther = { type: 'other', className, text };
  Object.defineProperty(value, 'toString', { value: () => shown });
  return value;
}
