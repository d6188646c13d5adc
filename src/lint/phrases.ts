import type { PoolSize } from '../database/entry.ts';
import { placeOf, spanText, type Span } from '../text/source.ts';
import type { Origin } from '../value/origin.ts';
import type { Traced } from '../value/traced.ts';

/** A number as a sentence says it: "5", "5 or 10" where nobody can tell which, "an unknown number of". */
export function amount(traced: Traced<PoolSize>): string {
  if (traced.known) return String(traced.value);
  const values = traced.candidates?.map((one) => String(one.value)) ?? [];
  return values.length > 0 ? values.join(' or ') : 'an unknown number of';
}

export function plural(count: number | string, one: string, many = `${one}s`): string {
  return `${count} ${String(count) === '1' ? one : many}`;
}

/** "web, worker and jobs". */
export function list(items: readonly string[]): string {
  if (items.length <= 1) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** What a number is, for the label under it: "5, the fallback: nothing sets RAILS_MAX_THREADS for worker". */
export function labelled(traced: Traced<PoolSize>, process: string): string {
  const number = amount(traced);
  const origin = carried(traced.origin);
  switch (origin.kind) {
    case 'fallback':
      return `${number}, the fallback: nothing sets ${origin.variable} for ${process}`;
    case 'unset':
      return `${number}: nothing sets ${origin.variable} for ${process}`;
    case 'env': {
      const by = placeIn(origin.setBy);
      return by ? `${number}: ${origin.variable}, set at ${by}` : `${number}: ${origin.variable}`;
    }
    case 'default':
      return `${number}, ${origin.text}`;
    case 'flag':
      return `${number}, as ${origin.text} says`;
    default: {
      const unset = variablesUnset(origin);
      return unset.length > 0 ? `${number}, as long as nothing sets ${list(unset)} for ${process}` : number;
    }
  }
}

/** The origin below the hops (anchor, merge, URL) that only carried a value along. */
export function carried(origin: Origin): Origin {
  const carrier = origin.kind === 'merge' || origin.kind === 'anchor' || origin.kind === 'url';
  return carrier && origin.from[0] ? carried(origin.from[0]) : origin;
}

/** Where a number is written: its own expression, or null where no file writes it. */
export function writtenIn(origin: Origin): Span | null {
  const own = carried(origin);
  if (own.kind === 'env') return own.at ?? writtenIn(own.setBy);
  if (own.kind === 'sum') return own.from.map(writtenIn).find((at) => at !== null) ?? null;
  return 'at' in own && own.at ? own.at : null;
}

/** The anchors, merges and URLs a value passed through, from where it is written to where it is used. */
export function hops(origin: Origin): readonly { readonly kind: 'anchor' | 'merge' | 'url'; readonly at: Span }[] {
  const found: { kind: 'anchor' | 'merge' | 'url'; at: Span }[] = [];
  let one: Origin | undefined = origin;
  while (one && (one.kind === 'merge' || one.kind === 'anchor' || one.kind === 'url')) {
    found.unshift({ kind: one.kind, at: one.at });
    one = one.from[0];
  }
  return found;
}

/** Every variable an origin depends on, set or not. */
export function variablesOf(origin: Origin): readonly string[] {
  return collect(origin, (one) => ('variable' in one ? one.variable : null));
}

/** The variables an origin depends on that nothing sets. */
export function variablesUnset(origin: Origin): readonly string[] {
  return collect(origin, (one) => (one.kind === 'fallback' || one.kind === 'unset' ? one.variable : null));
}

function collect(origin: Origin, pick: (one: Origin) => string | null): readonly string[] {
  const found = new Set<string>();
  const seen = new Set<Origin>();
  const visit = (one: Origin): void => {
    if (seen.has(one)) return;
    seen.add(one);
    const picked = pick(one);
    if (picked !== null) found.add(picked);
    if ('from' in one) one.from.forEach(visit);
    if (one.kind === 'env') visit(one.setBy);
  };
  visit(origin);
  return [...found];
}

function placeIn(origin: Origin): string | null {
  const at = writtenIn(origin);
  if (at) return placeName(at);
  return origin.kind === 'flag' ? origin.text : null;
}

/** `config/puma.rb:3`. */
export function placeName(at: Span): string {
  const place = placeOf(at);
  return `${place.file}:${place.line}`;
}

/** The text of a span on one line. */
export function oneLine(at: Span): string {
  return spanText(at).replace(/\s+/g, ' ').trim();
}
