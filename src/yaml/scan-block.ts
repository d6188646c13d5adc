import { isBlank, isBreak, isBreakOrEnd, isDigit } from './characters.ts';
import { HOLE } from '../erb/rendered.ts';
import type { Cursor } from './cursor.ts';
import { token, type Token } from './tokens.ts';

const WHILE = 'while scanning a block scalar';

/**
 * `yaml_parser_scan_block_scalar` of libyaml 0.2.5. The cursor stands on `|` or `>`. `holeLine` says whether a line
 * holds nothing but outputs nobody knows: such a line ends no scalar that goes on after it.
 */
export function scanBlockScalar(cursor: Cursor, blockIndent: number, holeLine: (cursor: Cursor) => boolean): Token {
  const { text, column } = cursor;
  const start = cursor.offset;
  const literal = cursor.code === 124;
  const { chomping, increment } = scanHeader(cursor, start);
  const given = increment === 0 ? 0 : blockIndent >= 0 ? blockIndent + increment : increment;
  let tail = scanBreaks(cursor, given, blockIndent, start);
  const { indent } = tail;
  let value = '';
  let leadingBreak = '';
  let leadingBlank = false;
  while (cursor.code !== 0 && (cursor.column === indent || (holeLine(cursor) && goesOn(cursor, indent)))) {
    const trailingBlank = isBlank(cursor.code);
    if (!literal && leadingBreak === '\n' && !leadingBlank && !trailingBlank) {
      if (tail.breaks === '') value += ' ';
    } else value += leadingBreak;
    value += tail.breaks;
    leadingBlank = isBlank(cursor.code);
    const run = cursor.offset;
    while (!isBreakOrEnd(cursor.code)) cursor.skip();
    value += text.slice(run, cursor.offset);
    leadingBreak = cursor.skipLine();
    tail = scanBreaks(cursor, indent, blockIndent, start);
  }
  if (chomping !== -1) value += leadingBreak;
  if (chomping === 1) value += tail.breaks;
  return token('scalar', start, tail.end, column, value, '', literal ? 'literal' : 'folded');
}

function scanHeader(cursor: Cursor, start: number): { chomping: number; increment: number } {
  let chomping = 0;
  let increment = 0;
  cursor.skip();
  if (cursor.code === 43 || cursor.code === 45) {
    chomping = scanChomping(cursor);
    if (isDigit(cursor.code)) increment = scanIncrement(cursor, start);
  } else if (isDigit(cursor.code)) {
    increment = scanIncrement(cursor, start);
    if (cursor.code === 43 || cursor.code === 45) chomping = scanChomping(cursor);
  }
  while (isBlank(cursor.code)) cursor.skip();
  if (cursor.code === 35) while (!isBreakOrEnd(cursor.code)) cursor.skip();
  if (!isBreakOrEnd(cursor.code)) cursor.fail('did not find expected comment or line break', WHILE, start);
  cursor.skipLine();
  return { chomping, increment };
}

function scanChomping(cursor: Cursor): number {
  const chomping = cursor.code === 43 ? 1 : -1;
  cursor.skip();
  return chomping;
}

function scanIncrement(cursor: Cursor, start: number): number {
  const increment = cursor.code - 48;
  if (increment === 0) cursor.fail('found an indentation indicator equal to 0', WHILE, start);
  cursor.skip();
  return increment;
}

/** Eats indentation and empty lines; `indent` 0 means: find it out. `end` is after the last line break eaten. */
function scanBreaks(
  cursor: Cursor,
  indent: number,
  blockIndent: number,
  start: number,
): { breaks: string; end: number; indent: number } {
  let breaks = '';
  let end = cursor.offset;
  let deepest = 0;
  const limit = indent === 0 ? Infinity : indent;
  while (true) {
    while (cursor.code === 32 && cursor.column < limit) cursor.skip();
    if (cursor.column > deepest) deepest = cursor.column;
    if (cursor.code === 9 && cursor.column < limit)
      cursor.fail('found a tab character where an indentation space is expected', WHILE, start);
    if (!isBreak(cursor.code)) break;
    breaks += cursor.skipLine();
    end = cursor.offset;
  }
  return { breaks, end, indent: indent === 0 ? Math.max(deepest, blockIndent + 1, 1) : indent };
}

/** Whether a line indented enough to belong to the scalar follows the lines without any known text. */
function goesOn(cursor: Cursor, indent: number): boolean {
  const { text } = cursor;
  let lineEnd = text.indexOf('\n', cursor.offset);
  for (let lines = 0; lineEnd !== -1 && lines < MOST_LINES_AHEAD; lines++) {
    const lineStart = lineEnd + 1;
    lineEnd = text.indexOf('\n', lineStart);
    const line = text.slice(lineStart, lineEnd === -1 ? text.length - 1 : lineEnd);
    const content = line.trimStart();
    if (content !== '' && !content.startsWith(HOLE)) return line.length - content.length >= indent;
  }
  return false;
}

const MOST_LINES_AHEAD = 20;
