import { known } from '../../value/traced.ts';
import type { Answer, Call, Table } from '../call.ts';
import { compareText, equal } from '../equality.ts';
import { format } from '../format.ts';
import { inspectString } from '../inspect.ts';
import { LONGEST_STRING, TOO_MUCH_WORK } from '../machine.ts';
import { looseFloat, looseInteger } from '../numbers.ts';
import { raise } from '../signals.ts';
import { isHostObject, RubyArray, RubyRange, RubyRegexp, RubyString, RubySymbol, type RubyValue } from '../values.ts';
import { capitalize, swapCase } from './letters.ts';
import { clamp, mustCompare, shown } from './numeric.ts';
import { runMatch } from './regexp.ts';
import { characterSet } from './character-set.ts';

/** Characters, not UTF-16 units. */
function chars(c: Call): string[] {
  const { text } = c;
  return /[\uD800-\uDFFF]/.test(text) ? [...text] : text.split('');
}

/** The stretch a range means in something of that length; null: outside. */
export function rangeBounds(c: Call, range: RubyRange, length: number): { start: number; length: number } | null {
  const from = c.see(range.begin);
  const to = c.see(range.end);
  let start = from === null ? 0 : Number(c.asInteger(from));
  let end = to === null ? length - 1 : Number(c.asInteger(to));
  if (start < 0) start += length;
  if (start < 0 || start > length) return null;
  if (end < 0) end += length;
  if (range.exclusive && to !== null) end--;
  return { start, length: Math.max(0, Math.min(end, length - 1) - start + 1) };
}

/** `text[…]` in all its forms. */
export function slice(c: Call): Answer {
  const [first, second] = c.args.map((arg) => c.see(arg));
  if (first instanceof RubyString) return c.text.includes(c.textOf(first)!) ? c.textOf(first)! : null;
  if (first instanceof RubyRegexp) {
    const match = runMatch(c, first, c.text);
    if (!match) return null;
    const group = second === undefined ? 0 : typeof second === 'bigint' ? Number(second) : c.name(1);
    const found = typeof group === 'number' ? match.match[group] : match.match.groups?.[group];
    return found ?? null;
  }
  const all = chars(c);
  if (first instanceof RubyRange) {
    const bounds = rangeBounds(c, first, all.length);
    return bounds ? all.slice(bounds.start, bounds.start + bounds.length).join('') : null;
  }
  let start = c.small(0);
  if (start < 0) start += all.length;
  if (second === undefined) return all[start] ?? null;
  const length = c.small(1);
  if (start < 0 || start > all.length || length < 0) return null;
  return all.slice(start, start + length).join('');
}

function compareWith(c: Call, test: (order: number) => boolean): boolean {
  c.expect(1);
  const other = c.arg(0);
  const text = c.textOf(other);
  if (text === null) return raise('ArgumentError', `comparison of String with ${shown(c, other)} failed`);
  return test(compareText(c.text, text));
}

function pad(c: Call, sides: 'left' | 'right' | 'both'): string {
  const width = c.small(0);
  const filler = c.count > 1 ? [...c.str(1)] : [' '];
  if (filler.length === 0) return raise('ArgumentError', 'zero width padding');
  const own = chars(c).length;
  const missing = Math.max(0, width - own);
  if (missing > LONGEST_STRING) return c.unknown(TOO_MUCH_WORK);
  const make = (count: number): string => Array.from({ length: count }, (_, i) => filler[i % filler.length]).join('');
  if (sides === 'left') return make(missing) + c.text;
  if (sides === 'right') return c.text + make(missing);
  const left = Math.floor(missing / 2);
  return make(left) + c.text + make(missing - left);
}

/** `*`: a string repeated. */
function repeat(c: Call): string {
  const times = c.small(0);
  if (times < 0) return raise('ArgumentError', 'argument must be non-negative');
  if (c.text.length * times > LONGEST_STRING) return c.unknown(TOO_MUCH_WORK);
  return c.text.repeat(times);
}

const BLANKS = ' \t\n\v\f\r\0';

export function stripLeft(text: string): string {
  let start = 0;
  while (start < text.length && BLANKS.includes(text[start]!)) start++;
  return text.slice(start);
}

export function stripRight(text: string): string {
  let end = text.length;
  while (end > 0 && BLANKS.includes(text[end - 1]!)) end--;
  return text.slice(0, end);
}

function withoutLineBreaks(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\n') end -= text[end - 2] === '\r' ? 2 : 1;
  return text.slice(0, end);
}

export function chomp(c: Call): string {
  const { text } = c;
  const suffix = c.count > 0 ? c.arg(0) : undefined;
  if (suffix === undefined) return text.replace(/(?:\r\n|\n|\r)$/, '');
  if (suffix === null) return text;
  const end = c.asStr(suffix);
  if (end === '') return withoutLineBreaks(text);
  return text.endsWith(end) ? text.slice(0, -end.length) : text;
}

function toInteger(c: Call): bigint {
  const base = c.count > 0 ? c.small(0) : 10;
  if (base < 2 || base > 36) return raise('ArgumentError', `invalid radix ${base}`);
  return looseInteger(c.text, base);
}

function toText(c: Call): RubyValue {
  return c.self.value;
}

/** `succ` of a string: the next one of the same shape. Null where only bytes would tell. */
export function successor(text: string): string | null {
  if (text === '') return '';
  if (!/[0-9a-zA-Z]/.test(text) || /[^\u0020-\u007e]/.test(text)) return null;
  const result = [...text];
  let at = result.findLastIndex((char) => ALPHANUMERIC.test(char));
  for (;;) {
    const char = result[at]!;
    if (!LAST.test(char)) {
      result[at] = String.fromCharCode(char.charCodeAt(0) + 1);
      return result.join('');
    }
    result[at] = char === '9' ? '0' : char === 'z' ? 'a' : 'A';
    if (at === 0) return (char === '9' ? '1' : result[at]!) + result.join('');
    // A carry over anything else than a letter or digit follows rules of its own.
    if (!ALPHANUMERIC.test(result[at - 1]!)) return null;
    at--;
  }
}

const ALPHANUMERIC = /[0-9a-zA-Z]/;
const LAST = /[9zZ]/;

function affix(c: Call, test: (text: string, part: string) => boolean): boolean {
  return c.args.some((arg, i) => {
    const value = c.see(arg);
    if (value instanceof RubyRegexp) return runMatch(c, value, c.text, true) !== null;
    return test(c.text, c.str(i));
  });
}

export const STRING: Table = {
  to_s: toText,
  to_str: toText,
  to_i: toInteger,
  to_f: (c) => looseFloat(c.text),
  to_sym: (c) => RubySymbol.of(c.text),
  intern: (c) => RubySymbol.of(c.text),
  to_r: (c) => c.unknown('a rational number'),
  to_c: (c) => c.unknown('a complex number'),
  inspect: (c) => inspectString(c.text),
  dump: (c) => c.unknown('a dumped string'),
  '==': (c) => {
    c.expect(1);
    const other = c.arg(0);
    if (isHostObject(other)) return c.unknown('an object this tool does not compare');
    return other instanceof RubyString && c.text === c.textOf(other);
  },
  '===': (c) => equal(c, c.self.value, c.arg(0)),
  'eql?': (c) => equal(c, c.self.value, c.arg(0)),
  '<=>': (c) => {
    const other = c.textOf(c.arg(0));
    return other === null ? null : BigInt(compareText(c.text, other));
  },
  '<': (c) => compareWith(c, (order) => order < 0),
  '<=': (c) => compareWith(c, (order) => order <= 0),
  '>': (c) => compareWith(c, (order) => order > 0),
  '>=': (c) => compareWith(c, (order) => order >= 0),
  'between?': (c) => mustCompare(c, c.self.value, c.arg(0)) >= 0 && mustCompare(c, c.self.value, c.arg(1)) <= 0,
  clamp,
  '+': (c) => {
    c.expect(1);
    const { text } = c;
    return text + c.str(0);
  },
  '*': repeat,
  '%': (c) => {
    if (c.named?.size) return c.unknown('keywords of a format');
    const arg = c.raw(0);
    const list = arg.known && arg.value instanceof RubyArray ? c.itemsOf(arg.value) : [arg];
    return format(c, c.text, list);
  },
  '[]': slice,
  slice,
  length: (c) => BigInt(chars(c).length),
  size: (c) => BigInt(chars(c).length),
  bytesize: (c) => BigInt(new TextEncoder().encode(c.text).length),
  bytes: (c) => c.newArray([...new TextEncoder().encode(c.text)].map((byte) => c.makeInt(byte))),
  chars: (c) => c.newArray(chars(c).map((char) => c.make(char))),
  each_char: (c) => {
    for (const char of chars(c)) c.yield(c.make(char));
    return c.self;
  },
  lines: (c) =>
    c.newArray(
      (c.text.match(/[^\n]*\n|[^\n]+/g) ?? []).map((line) =>
        c.make(c.keyword('chomp') ? line.replace(/\r?\n$/, '') : line),
      ),
    ),
  each_line: (c) => {
    const chomps = c.keyword('chomp') === true;
    for (const line of c.text.match(/[^\n]*\n|[^\n]+/g) ?? [])
      c.yield(c.make(chomps ? line.replace(/\r?\n$/, '') : line));
    return c.self;
  },
  'empty?': (c) => c.text === '',
  'include?': (c) => c.text.includes(c.str(0)),
  'start_with?': (c) => affix(c, (text, part) => text.startsWith(part)),
  'end_with?': (c) => affix(c, (text, part) => text.endsWith(part)),
  delete_prefix: (c) => (c.text.startsWith(c.str(0)) ? c.text.slice(c.str(0).length) : c.text),
  delete_suffix: (c) => (c.text.endsWith(c.str(0)) ? c.text.slice(0, c.text.length - c.str(0).length) : c.text),
  upcase: (c) => c.text.toUpperCase(),
  downcase: (c) => c.text.toLowerCase(),
  capitalize: (c) => capitalize(c.text),
  swapcase: (c) => swapCase(c.text),
  strip: (c) => stripLeft(stripRight(c.text)),
  lstrip: (c) => stripLeft(c.text),
  rstrip: (c) => stripRight(c.text),
  chomp,
  chop: (c) => (c.text.endsWith('\r\n') ? c.text.slice(0, -2) : chars(c).slice(0, -1).join('')),
  chr: (c) => chars(c)[0] ?? '',
  reverse: (c) => chars(c).toReversed().join(''),
  ljust: (c) => pad(c, 'right'),
  rjust: (c) => pad(c, 'left'),
  center: (c) => pad(c, 'both'),
  succ: (c) => successor(c.text) ?? c.unknown('the successor of a string'),
  next: (c) => successor(c.text) ?? c.unknown('the successor of a string'),
  ord: (c) => {
    const point = c.text.codePointAt(0);
    return point === undefined ? raise('ArgumentError', 'empty string') : BigInt(point);
  },
  hex: (c) => looseInteger(c.text, 16),
  oct: (c) => looseInteger(c.text, 8),
  sum: (c) => c.unknown('a checksum'),
  tr: (c) => translate(c, false),
  tr_s: (c) => translate(c, true),
  delete: (c) => {
    // Ruby does not look at the arguments of an empty string.
    if (c.text === '' && c.count > 0) return '';
    const matches = characterSet(
      c,
      c.args.map((_, i) => c.str(i)),
    );
    return chars(c)
      .filter((char) => !matches(char))
      .join('');
  },
  squeeze: (c) => {
    const matches =
      c.count > 0
        ? characterSet(
            c,
            c.args.map((_, i) => c.str(i)),
          )
        : () => true;
    return chars(c)
      .filter((char, i, all) => !(i > 0 && all[i - 1] === char && matches(char)))
      .join('');
  },
  count: (c) => {
    c.expect(1, Infinity);
    const matches = characterSet(
      c,
      c.args.map((_, i) => c.str(i)),
    );
    return BigInt(chars(c).filter((char) => matches(char)).length);
  },
  casecmp: (c) => {
    const other = c.textOf(c.arg(0));
    // Ruby before 3.3 raises for what is no string only now and then.
    if (other === null) return c.unknown('what is no string');
    return BigInt(compareText(c.text.toLowerCase(), other.toLowerCase()));
  },
  'casecmp?': (c) => {
    const other = c.textOf(c.arg(0));
    // Ruby before 3.3 raises for what is no string only now and then.
    if (other === null) return c.unknown('what is no string');
    return c.text.toLowerCase() === other.toLowerCase();
  },
  encoding: (c) => c.unknown('an encoding'),
  encode: (c) => c.unknown('another encoding'),
  force_encoding: (c) => c.self,
  unicode_normalize: (c) => c.text.normalize('NFC'),
  'valid_encoding?': () => true,
  'ascii_only?': (c) => [...c.text].every((char) => char.charCodeAt(0) < 128),
  scrub: (c) => c.text,
  b: (c) => c.self,
  unpack: (c) => c.unknown('unpacked bytes'),
  unpack1: (c) => c.unknown('unpacked bytes'),
  crypt: (c) => c.unknown('a digest'),
  '-@': (c) => {
    const string = new RubyString(known(c.text, c.self.origin, c.self.assumes));
    string.frozen = true;
    return string;
  },
  '+@': (c) => {
    const string = c.self.value as RubyString;
    return string.frozen ? c.text : string;
  },
  upto: (c) => {
    if (!c.block) return c.unknown('an enumerator');
    const last = c.str(0);
    let at = c.text;
    for (let i = 0; i < 10_000; i++) {
      c.yield(c.make(at));
      if (at === last || at.length > last.length) return c.self;
      at = successor(at) ?? c.unknown('the successor of a string');
    }
    return c.unknown(TOO_MUCH_WORK);
  },
};

function translate(c: Call, squeezes: boolean): string {
  const from = c.str(0);
  const to = expandSet(c, c.str(1));
  const negated = from.length > 1 && from.startsWith('^');
  const source = expandSet(c, negated ? from.slice(1) : from);
  let last = '';
  let result = '';
  for (const char of chars(c)) {
    const index = source.lastIndexOf(char) === -1 ? -1 : source.indexOf(char);
    const hit = negated ? index === -1 : index !== -1;
    if (!hit) {
      result += char;
      last = '';
      continue;
    }
    const made = to.length === 0 ? '' : negated ? to.at(-1)! : (to[Math.min(index, to.length - 1)] ?? '');
    if (squeezes && made === last) continue;
    result += made;
    last = made;
  }
  return result;
}

/** `a-z` of `tr`, spelled out. */
function expandSet(c: Call, set: string): string[] {
  const result: string[] = [];
  const all = [...set];
  for (let i = 0; i < all.length; i++) {
    let char = all[i]!;
    if (char === '\\' && i + 1 < all.length) char = all[++i]!;
    if (all[i + 1] === '-' && i + 2 < all.length) {
      const end = all[i + 2]!;
      const first = char.codePointAt(0)!;
      const last = end.codePointAt(0)!;
      if (last < first) return raise('ArgumentError', `invalid range "${char}-${end}" in string transliteration`);
      if (last - first > 5000) return c.unknown(TOO_MUCH_WORK);
      for (let point = first; point <= last; point++) result.push(String.fromCodePoint(point));
      i += 2;
    } else result.push(char);
  }
  return result;
}
