import { SourceFile, type Span } from '../text/source.ts';
import { escapeControls, oneLine } from './characters.ts';
import { assignments, addresses, environmentReads, type Stretch } from './secret_shapes.ts';
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

/** The source text of a span as it may be shown: one line, secrets masked, control characters written out. */
export function quote(at: Span): string {
  return oneLine(masked(at.file.text, at.start, at.end, secretsOf(at.file)));
}

/** A sentence or a value as it may be shown: passwords in URLs, in assignments and in fallbacks of `ENV` are masked. */
export function withoutSecrets(text: string): string {
  const stretches = merged([...addresses(text, 0), ...assignments(text, 0), ...environmentReads(text, 0)]);
  return masked(text, 0, text.length, stretches);
}

/** A sentence for people: no secrets, no control characters. */
export function sentence(text: string): string {
  return escapeControls(withoutSecrets(text));
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
