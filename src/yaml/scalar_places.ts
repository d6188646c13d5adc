import { span, spanText, type Span } from '../text/source.ts';

/** Where a stretch of a scalar's text stands in the file. */
export type Places = (start: number, end: number) => Span;

/**
 * Where the text of a scalar stands, character by character, through its folded lines and the escapes of double quotes:
 * `at` is the scalar as it is written. A stretch of a text that is not found there stands at the whole scalar. The text
 * is gone through once, when it is first asked for.
 */
export function placesOf(text: string, at: Span): Places {
  let places: Places | null = null;
  return (start, end) => (places ??= found(text, at))(start, end);
}

function found(text: string, at: Span): Places {
  const source = spanText(at);
  const offset = source.indexOf(text);
  if (offset !== -1) return (start, end) => span(at.file, at.start + offset + start, at.start + offset + end);
  const starts = aligned(text, source);
  if (!starts) return () => at;
  return (start, end) => {
    if (start >= end) return at;
    const last = starts[end - 1]!;
    return span(at.file, at.start + starts[start]!, at.start + last + lengthAt(source, last));
  };
}

/** For each character of the text where it is written; null where they do not go together. */
function aligned(text: string, source: string): Uint32Array | null {
  const starts = new Uint32Array(text.length);
  let at = /^["']/.test(source) ? 1 : /^[|>]/.test(source) ? source.indexOf('\n') + 1 : 0;
  for (let index = 0; index < text.length; index += 1) {
    if (isBlank(text[index])) {
      // However many blanks and line breaks are written, they are read as others: what is between two words is.
      starts[index] = at;
      if (isBlank(text[index + 1])) continue;
      at = pastBlanks(source, at);
      continue;
    }
    at = pastBlanks(source, at);
    const character = characterAt(source, at);
    if (character === null || !text.startsWith(character, index)) return null;
    starts.fill(at, index, index + character.length);
    index += character.length - 1;
    at += lengthAt(source, at);
  }
  return starts;
}

const BLANK = /\s/;

function isBlank(character: string | undefined): boolean {
  return character !== undefined && BLANK.test(character);
}

function pastBlanks(source: string, start: number): number {
  let at = start;
  for (;;) {
    if (isBlank(source[at])) at += 1;
    else if (source[at] === '\\' && isBlank(characterAt(source, at) ?? undefined)) at += lengthAt(source, at);
    else return at;
  }
}

/** The digits of an escape of double quotes, by its letter. */
const DIGITS = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);
const NAMED = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['v', '\v'],
  ['f', '\f'],
  ['N', '\u0085'],
  ['_', '\u00a0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
  ['0', '\0'],
  ['a', '\u0007'],
  ['b', '\b'],
  ['e', '\u001b'],
]);

/** How many characters are written for the one that begins at an offset. */
function lengthAt(source: string, at: number): number {
  if (source[0] === "'" && source.startsWith("''", at)) return 2;
  if (source[0] !== '"' || source[at] !== '\\') return 1;
  return 2 + (DIGITS.get(source[at + 1] ?? '') ?? 0);
}

/** What is read of that which is written at an offset; null behind the end. */
function characterAt(source: string, at: number): string | null {
  const length = lengthAt(source, at);
  const letter = source[at + length - 1];
  if (letter === undefined) return null;
  if (length < 2 || source[0] === "'") return letter;
  if (length === 2) return NAMED.get(letter) ?? letter;
  const code = Number.parseInt(source.slice(at + 2, at + length), 16);
  return code >= 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : null;
}
