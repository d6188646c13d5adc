import { isBlank, isBlankOrEnd, isBreak } from './characters.ts';
import type { Cursor } from './cursor.ts';
import { token, type Token } from './tokens.ts';

const WHILE = 'while scanning a plain scalar';

export interface PlainScalar {
  readonly token: Token;
  /** It ran over a line break, so a simple key may come next. */
  readonly leadingBlanks: boolean;
}

/** `yaml_parser_scan_plain_scalar` of libyaml 0.2.5. `indent` is the current block's, -1 outside any. */
export function scanPlainScalar(cursor: Cursor, indent: number, inFlow: boolean): PlainScalar {
  const { text } = cursor;
  const start = cursor.offset;
  const { column } = cursor;
  let end = start;
  let value = '';
  let blanks = '';
  let leadingBreak = '';
  let trailingBreaks = '';
  let leadingBlanks = false;
  while (true) {
    if (isDocumentIndicator(cursor) || cursor.code === 35 /* # */) break;
    const run = cursor.offset;
    while (!isBlankOrEnd(cursor.code)) {
      const code = cursor.code;
      if (code === 58 /* : */) {
        if (inFlow && ',?[]{}'.includes(text[cursor.offset + 1]!)) cursor.fail("found unexpected ':'", WHILE, start);
        if (isBlankOrEnd(cursor.at(1))) break;
      }
      if (inFlow && (code === 44 || code === 91 || code === 93 || code === 123 || code === 125)) break;
      cursor.skip();
    }
    if (cursor.offset > run) {
      if (leadingBlanks) value += foldedBreaks(leadingBreak, trailingBreaks);
      else value += blanks;
      blanks = leadingBreak = trailingBreaks = '';
      leadingBlanks = false;
      value += text.slice(run, cursor.offset);
      end = cursor.offset;
    }
    if (!isBlank(cursor.code) && !isBreak(cursor.code)) break;
    while (isBlank(cursor.code) || isBreak(cursor.code)) {
      if (isBlank(cursor.code)) {
        if (leadingBlanks && cursor.column < indent + 1 && cursor.code === 9)
          cursor.fail('found a tab character that violates indentation', WHILE, start);
        if (!leadingBlanks) blanks += text[cursor.offset]!;
        cursor.skip();
      } else if (leadingBlanks) trailingBreaks += cursor.skipLine();
      else {
        blanks = '';
        leadingBreak = cursor.skipLine();
        leadingBlanks = true;
      }
    }
    if (!inFlow && cursor.column < indent + 1) break;
  }
  return { token: token('scalar', start, end, column, value, '', 'plain'), leadingBlanks };
}

/** A single line break becomes a space; further ones stand for themselves. */
export function foldedBreaks(leading: string, trailing: string): string {
  if (leading !== '\n') return leading + trailing;
  return trailing === '' ? ' ' : trailing;
}

/** `---` or `...` at the beginning of a line. */
export function isDocumentIndicator(cursor: Cursor): boolean {
  const code = cursor.code;
  return (
    (code === 45 || code === 46) &&
    cursor.column === 0 &&
    cursor.at(1) === code &&
    cursor.at(2) === code &&
    isBlankOrEnd(cursor.at(3))
  );
}
