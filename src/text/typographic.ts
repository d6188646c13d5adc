import type { Edit } from './edit.ts';
import { span, type Span } from './source.ts';

/** What word processors and web pages make of quotes, blanks and hyphens, with what Ruby and YAML want instead. */
const PLAIN: ReadonlyMap<string, string> = new Map([
  ...[...'\u201C\u201D\u201E\u201F\u2033'].map((one) => [one, '"'] as const),
  ...[...'\u2018\u2019\u201A\u201B\u2032'].map((one) => [one, "'"] as const),
  ...[...'\u00A0\u2007\u202F'].map((one) => [one, ' '] as const),
  ...[...'\u2010\u2011\u2012\u2013\u2014\u2212'].map((one) => [one, '-'] as const),
]);

const ANY = new RegExp(`[${[...PLAIN.keys()].join('')}]`, 'g');

export function isTypographic(text: string): boolean {
  return text.search(ANY) !== -1;
}

/** The edits that make a stretch of a file plain. */
export function plainEdits(at: Span): readonly Edit[] {
  const text = at.file.text.slice(at.start, at.end);
  return [...text.matchAll(ANY)].map(({ index, 0: found }) => ({
    at: span(at.file, at.start + index, at.start + index + 1),
    text: PLAIN.get(found)!,
  }));
}

/** What a character is called: "a curly quote". */
export function typographicName(character: string): string {
  const plain = PLAIN.get(character);
  return plain === ' ' ? 'a no-break space' : plain === '-' ? 'a dash' : 'a curly quote';
}
