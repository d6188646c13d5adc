import { hexDigit, isBlank, isBlankOrEnd, isBreakOrEnd, isDigit, isWord } from './characters.ts';
import type { Cursor } from './cursor.ts';
import { token, type Token } from './tokens.ts';

/** `yaml_parser_scan_anchor` of libyaml 0.2.5: `&name` or `*name`. */
export function scanAnchor(cursor: Cursor, type: 'anchor' | 'alias'): Token {
  const { text, column } = cursor;
  const start = cursor.offset;
  cursor.skip();
  while (isWord(cursor.code)) cursor.skip();
  const name = text.slice(start + 1, cursor.offset);
  if (name === '' || !(isBlankOrEnd(cursor.code) || '?:,]}%@`'.includes(text[cursor.offset]!)))
    cursor.fail(
      'did not find expected alphabetic or numeric character',
      type === 'anchor' ? 'while scanning an anchor' : 'while scanning an alias',
      start,
    );
  return token(type, start, cursor.offset, column, name);
}

/** `yaml_parser_scan_tag` of libyaml 0.2.5: `!<uri>`, `!handle!suffix`, `!suffix` or `!`. */
export function scanTag(cursor: Cursor, inFlow: boolean): Token {
  const { column } = cursor;
  const start = cursor.offset;
  let handle: string;
  let suffix: string;
  if (cursor.at(1) === 60 /* < */) {
    handle = '';
    cursor.skip();
    cursor.skip();
    suffix = scanUri(cursor, true, false, null, start);
    if (cursor.code !== 62) cursor.fail("did not find the expected '>'", 'while scanning a tag', start);
    cursor.skip();
  } else {
    handle = scanHandle(cursor, false, start);
    if (handle.length > 1 && handle.endsWith('!')) suffix = scanUri(cursor, false, false, null, start);
    else {
      suffix = scanUri(cursor, false, false, handle, start);
      handle = '!';
      if (suffix === '') [handle, suffix] = ['', '!'];
    }
  }
  if (!isBlankOrEnd(cursor.code) && !(inFlow && cursor.code === 44))
    cursor.fail('did not find expected whitespace or line break', 'while scanning a tag', start);
  return token('tag', start, cursor.offset, column, handle, suffix);
}

/** `yaml_parser_scan_directive` of libyaml 0.2.5: `%YAML` and `%TAG`; any other is an error. */
export function scanDirective(cursor: Cursor): Token {
  const { column, text } = cursor;
  const start = cursor.offset;
  const during = 'while scanning a directive';
  cursor.skip();
  while (isWord(cursor.code)) cursor.skip();
  const name = text.slice(start + 1, cursor.offset);
  if (name === '') cursor.fail('could not find expected directive name', during, start);
  if (!isBlankOrEnd(cursor.code)) cursor.fail('found unexpected non-alphabetical character', during, start);
  let directive: Token;
  if (name === 'YAML') {
    const version = scanVersion(cursor, start);
    directive = token('version-directive', start, cursor.offset, column, version);
  } else if (name === 'TAG') {
    const [handle, prefix] = scanTagDirective(cursor, start);
    directive = token('tag-directive', start, cursor.offset, column, handle, prefix);
  } else cursor.fail('found unknown directive name', during, start);
  while (isBlank(cursor.code)) cursor.skip();
  if (cursor.code === 35) while (!isBreakOrEnd(cursor.code)) cursor.skip();
  if (!isBreakOrEnd(cursor.code)) cursor.fail('did not find expected comment or line break', during, start);
  cursor.skipLine();
  return directive;
}

function scanVersion(cursor: Cursor, start: number): string {
  while (isBlank(cursor.code)) cursor.skip();
  const major = scanVersionNumber(cursor, start);
  if (cursor.code !== 46)
    cursor.fail("did not find expected digit or '.' character", 'while scanning a %YAML directive', start);
  cursor.skip();
  return `${major}.${scanVersionNumber(cursor, start)}`;
}

function scanVersionNumber(cursor: Cursor, start: number): number {
  const from = cursor.offset;
  while (isDigit(cursor.code)) {
    if (cursor.offset - from >= 9)
      cursor.fail('found extremely long version number', 'while scanning a %YAML directive', start);
    cursor.skip();
  }
  if (cursor.offset === from)
    cursor.fail('did not find expected version number', 'while scanning a %YAML directive', start);
  return Number(cursor.text.slice(from, cursor.offset));
}

function scanTagDirective(cursor: Cursor, start: number): [handle: string, prefix: string] {
  const during = 'while scanning a %TAG directive';
  while (isBlank(cursor.code)) cursor.skip();
  const handle = scanHandle(cursor, true, start);
  if (!isBlank(cursor.code)) cursor.fail('did not find expected whitespace', during, start);
  while (isBlank(cursor.code)) cursor.skip();
  const prefix = scanUri(cursor, true, true, null, start);
  if (!isBlankOrEnd(cursor.code)) cursor.fail('did not find expected whitespace or line break', during, start);
  return [handle, prefix];
}

function scanHandle(cursor: Cursor, directive: boolean, start: number): string {
  const from = cursor.offset;
  if (cursor.code !== 33)
    cursor.fail(
      "did not find expected '!'",
      directive ? 'while scanning a tag directive' : 'while scanning a tag',
      start,
    );
  cursor.skip();
  while (isWord(cursor.code)) cursor.skip();
  if (cursor.code === 33) cursor.skip();
  else if (directive && cursor.offset > from + 1)
    cursor.fail("did not find expected '!'", 'while parsing a tag directive', start);
  return cursor.text.slice(from, cursor.offset);
}

const URI_MARKS = ";/?:@&=+$.!~*'()%";

function scanUri(cursor: Cursor, verbatim: boolean, directive: boolean, head: string | null, start: number): string {
  let length = head === null ? 0 : head.length;
  let uri = head === null ? '' : head.slice(1);
  while (true) {
    const { code } = cursor;
    const letter = cursor.text[cursor.offset]!;
    if (!isWord(code) && !URI_MARKS.includes(letter) && !(verbatim && ',[]'.includes(letter))) break;
    if (code === 37) uri += scanUriEscape(cursor, directive, start);
    else {
      uri += letter;
      cursor.skip();
    }
    length++;
  }
  if (length === 0) cursor.fail('did not find expected tag URI', uriContext(directive), start);
  return uri;
}

function uriContext(directive: boolean): string {
  return directive ? 'while parsing a %TAG directive' : 'while parsing a tag';
}

/** One UTF-8 character written as `%xx` octets. */
function scanUriEscape(cursor: Cursor, directive: boolean, start: number): string {
  const during = uriContext(directive);
  const octets: number[] = [];
  let width = 0;
  do {
    const high = hexDigit(cursor.at(1));
    const low = hexDigit(cursor.at(2));
    if (cursor.code !== 37 || high < 0 || low < 0) cursor.fail('did not find URI escaped octet', during, start);
    const octet = high * 16 + low;
    if (octets.length === 0) {
      width = octet < 0x80 ? 1 : octet >> 5 === 6 ? 2 : octet >> 4 === 14 ? 3 : octet >> 3 === 30 ? 4 : 0;
      if (width === 0) cursor.fail('found an incorrect leading UTF-8 octet', during, start);
    } else if (octet >> 6 !== 2) cursor.fail('found an incorrect trailing UTF-8 octet', during, start);
    octets.push(octet);
    cursor.skip();
    cursor.skip();
    cursor.skip();
  } while (octets.length < width);
  return new TextDecoder().decode(Uint8Array.from(octets));
}
