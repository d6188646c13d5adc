import { hexDigit, isBlank, isBlankOrEnd, isBreak } from './characters.ts';
import type { Cursor } from './cursor.ts';
import { foldedBreaks, isDocumentIndicator } from './scan-plain.ts';
import { token, type Token } from './tokens.ts';

const SINGLE = 39;
const DOUBLE = 34;
const BACKSLASH = 92;

/** `yaml_parser_scan_flow_scalar` of libyaml 0.2.5. The cursor stands on the opening quote. */
export function scanQuotedScalar(cursor: Cursor, single: boolean): Token {
  const { text, column } = cursor;
  const start = cursor.offset;
  const quote = single ? SINGLE : DOUBLE;
  let value = '';
  cursor.skip();
  while (true) {
    if (isDocumentIndicator(cursor))
      cursor.fail('found unexpected document indicator', 'while scanning a quoted scalar', start);
    if (cursor.code === 0) cursor.fail('found unexpected end of stream', 'while scanning a quoted scalar', start);
    let leadingBlanks = false;
    let run = cursor.offset;
    while (!isBlankOrEnd(cursor.code)) {
      const code = cursor.code;
      if (code === quote) {
        if (!single || cursor.at(1) !== SINGLE) break;
        value += text.slice(run, cursor.offset + 1);
        cursor.skip();
        cursor.skip();
        run = cursor.offset;
      } else if (!single && code === BACKSLASH) {
        value += text.slice(run, cursor.offset);
        if (isBreak(cursor.at(1))) {
          cursor.skip();
          cursor.skipLine();
          leadingBlanks = true;
          run = cursor.offset;
          break;
        }
        value += scanEscape(cursor, start);
        run = cursor.offset;
      } else cursor.skip();
    }
    value += text.slice(run, cursor.offset);
    if (cursor.code === quote) break;
    let blanks = '';
    let leadingBreak = '';
    let trailingBreaks = '';
    while (isBlank(cursor.code) || isBreak(cursor.code)) {
      if (isBlank(cursor.code)) {
        if (!leadingBlanks) blanks += text[cursor.offset]!;
        cursor.skip();
      } else if (leadingBlanks) trailingBreaks += cursor.skipLine();
      else {
        leadingBreak = cursor.skipLine();
        leadingBlanks = true;
      }
    }
    value += leadingBlanks ? foldedBreaks(leadingBreak, trailingBreaks) : blanks;
  }
  cursor.skip();
  return token('scalar', start, cursor.offset, column, value, '', single ? 'single' : 'double');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};

const CODE_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function scanEscape(cursor: Cursor, start: number): string {
  const letter = cursor.text[cursor.offset + 1]!;
  const plain = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
  const length = Object.hasOwn(CODE_LENGTHS, letter) ? CODE_LENGTHS[letter]! : 0;
  if (plain === undefined && length === 0)
    cursor.fail('found unknown escape character', 'while parsing a quoted scalar', start);
  cursor.skip();
  cursor.skip();
  if (plain !== undefined) return plain;
  let value = 0;
  for (let at = 0; at < length; at++) {
    const digit = hexDigit(cursor.at(at));
    if (digit < 0) cursor.fail('did not find expected hexdecimal number', 'while parsing a quoted scalar', start);
    value = value * 16 + digit;
  }
  if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff)
    cursor.fail('found invalid Unicode character escape code', 'while parsing a quoted scalar', start);
  for (let at = 0; at < length; at++) cursor.skip();
  return String.fromCodePoint(value);
}
