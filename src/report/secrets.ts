import { SourceFile, type Span } from '../text/source.ts';
import { cut, escapeControls, oneLine } from './characters.ts';
import { isTooCostly } from './secret_cost.ts';
import { assignments, addresses, environmentReads, splitOptions, type Stretch } from './secret_shapes.ts';
import { hiddenIn } from './secret_values.ts';
import { secretStretches } from './secret_places.ts';

/** What stands in every output where a secret stood. */
export const MASK = '***';

const stretchesOf = new WeakMap<SourceFile, readonly Stretch[]>();

/** The secrets of a file, found once per file. */
export function secretsOf(file: SourceFile): readonly Stretch[] {
  let stretches = stretchesOf.get(file);
  if (!stretches) {
    stretches = merged(secretStretches(file));
    stretchesOf.set(file, stretches);
  }
  return stretches;
}

const AROUND = 200;

/** The secrets in a part of a file, those included that only repeat one of the report. */
export function secretsIn(file: SourceFile, start: number, end: number): readonly Stretch[] {
  const all = secretsOf(file);
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle]!.end <= start) low = middle + 1;
    else high = middle;
  }
  let last = low;
  while (last < all.length && all[last]!.start < end) last++;
  const own = all.slice(low, last);
  // Half of a value is looked for beyond the ends.
  const from = Math.max(0, start - AROUND);
  const repeated = hiddenIn(file.text.slice(from, end + AROUND), from).filter(
    (one) => one.end > start && one.start < end,
  );
  return repeated.length === 0 ? own : merged([...own, ...repeated]);
}

/** The source text of a span as it may be shown: one line, secrets masked, control characters written out. */
export function quote(at: Span): string {
  // A span can be as long as its file, and what is cut off need not be looked at.
  const end = Math.min(at.end, at.start + LONGEST_TEXT);
  return oneLine(masked(at.file.text, at.start, end, secretsIn(at.file, at.start, end)));
}

/** Nothing longer is printed in one piece. */
const LONGEST_TEXT = 20_000;
/** What is cut off is looked at that much further: it may be the rest of an address with a password. */
const MARGIN = 1024;

/** A sentence or a value as it may be shown: passwords in URLs, in assignments and in fallbacks of `ENV` are masked. */
export function withoutSecrets(text: string): string {
  const part = text.slice(0, LONGEST_TEXT + MARGIN);
  if (isTooCostly(part)) return MASK;
  const stretches = merged([
    ...addresses(part, 0),
    ...assignments(part, 0),
    ...splitOptions(part, 0),
    ...environmentReads(part, 0),
    ...hiddenIn(part, 0),
  ]);
  if (text.length <= LONGEST_TEXT) return masked(part, 0, part.length, stretches);
  return `${masked(part, 0, LONGEST_TEXT, stretches)}…`;
}

/** A sentence for people: no secrets, no control characters. */
export function sentence(text: string): string {
  return escapeControls(cut(withoutSecrets(text), LONGEST_SENTENCE));
}

/** Nobody writes more than this; an exception may. */
const LONGEST_SENTENCE = 1200;
const LONGEST_MESSAGE = 300;

/** What a finding says, which may quote an exception of any length. */
export function messageWithoutSecrets(text: string): string {
  return cut(withoutSecrets(text), LONGEST_MESSAGE);
}

function masked(text: string, from: number, to: number, stretches: readonly Stretch[]): string {
  let result = '';
  let at = from;
  for (const stretch of stretches) {
    if (stretch.end <= at || stretch.start >= to) continue;
    result += text.slice(at, Math.max(at, stretch.start)) + MASK;
    at = stretch.end;
  }
  return at < to ? result + text.slice(at, to) : result;
}

function merged(stretches: readonly Stretch[]): readonly Stretch[] {
  const sorted = stretches.filter((one) => one.end > one.start).toSorted((a, b) => a.start - b.start || a.end - b.end);
  const result: Stretch[] = [];
  for (const stretch of sorted) {
    const last = result.at(-1);
    if (last && stretch.start <= last.end) {
      result[result.length - 1] = { start: last.start, end: Math.max(last.end, stretch.end) };
    } else result.push(stretch);
  }
  return result;
}

/** Code to type, line by line: a snippet may quote the configuration it improves. */
export function secretFreeSnippet(snippet: string): readonly string[] {
  const file = new SourceFile('snippet.yml', snippet);
  const text = masked(snippet, 0, snippet.length, secretsOf(file));
  return text.split('\n').map((line) => escapeControls(line.replaceAll('\t', '    ')));
}
