import { HOLE, type Absence, type HoleCandidate, type Piece, type RenderedText } from '../../src/erb/rendered.ts';
import { SourceFile, span, spanText, type Span } from '../../src/text/source.ts';
import type { Assumption, Origin } from '../../src/value/origin.ts';
import type { Traced } from '../../src/value/traced.ts';
import type { PsychNode } from '../../src/yaml/node.ts';
import { entry } from '../../src/yaml/read.ts';

/** What a tag did: printed a text, printed something unknown, began text under a condition, or skipped some. */
export type Tag =
  | { readonly prints: string; readonly assumes?: readonly Assumption[] }
  | { readonly unknown: string; readonly candidates?: readonly string[] }
  | { readonly holds: readonly Assumption[] }
  | { readonly skips: readonly Assumption[] };

/**
 * A template as ERB would hand it on, without ERB: each `<%…%>` does what the tag under its text says, and the texts of
 * the tags are what stands in the template.
 */
export function rendered(template: string, tags: Readonly<Record<string, Tag>>): RenderedText {
  const file = new SourceFile('config/database.yml', template);
  const pieces: Piece[] = [];
  const absences: Absence[] = [];
  let text = '';
  let assumes: readonly Assumption[] = [];
  let from = 0;
  const literal = (end: number): void => {
    if (end > from) pieces.push({ kind: 'literal', length: end - from, start: from, assumes });
    text += template.slice(from, end);
  };
  for (const match of template.matchAll(/<%=?\s*(.*?)\s*%>/gu)) {
    literal(match.index);
    from = match.index + match[0].length;
    const code = match[1]!;
    const start = match.index + match[0].indexOf(code);
    const place = span(file, start, start + code.length);
    const origin: Origin = { kind: 'env', variable: code, at: place, setBy: { kind: 'flag', text: code } };
    const tag = tags[code]!;
    if ('prints' in tag) {
      pieces.push({ kind: 'output', length: tag.prints.length, at: place, origin, assumes: tag.assumes ?? [] });
      text += tag.prints;
    } else if ('unknown' in tag) {
      const candidates = tag.candidates?.map((one): HoleCandidate => ({ text: one, origin, assumes: [] })) ?? null;
      pieces.push({ kind: 'hole', length: 1, at: place, origin, reason: tag.unknown, candidates });
      text += HOLE;
    } else if ('holds' in tag) assumes = tag.holds;
    else absences.push({ offset: text.length, assumes: tag.skips });
  }
  literal(template.length);
  return { file, text, pieces, absences };
}

export function unset(variable: string): Assumption {
  return { kind: 'unset', variable };
}

/** The node at a path of keys and indices. */
export function at(node: PsychNode | null, ...path: readonly (string | number)[]): PsychNode {
  let here = node;
  for (const step of path) {
    if (here?.kind === 'mapping' && typeof step === 'string') here = entry(here, step)?.value ?? null;
    else if (here?.kind === 'sequence' && typeof step === 'number') here = here.items[step] ?? null;
    else here = null;
  }
  if (!here) throw new Error(`nothing at ${path.join('.')}`);
  return here;
}

export function valueAt(node: PsychNode | null, ...path: readonly (string | number)[]): Traced<unknown> {
  const found = at(node, ...path);
  if (found.kind !== 'scalar') throw new Error(`no scalar at ${path.join('.')}`);
  return found.value;
}

/** A trail in one line: what each hop is and the text it points at, from the place of use back. */
export function trail(origin: Origin): string {
  const place = 'at' in origin && origin.at ? ` ${shown(origin.at)}` : '';
  const from = 'from' in origin ? origin.from.map(trail).join(', ') : '';
  return `${origin.kind}${place}${from ? ` ← ${from}` : ''}`;
}

export function shown(place: Span): string {
  return `«${spanText(place)}»`;
}
