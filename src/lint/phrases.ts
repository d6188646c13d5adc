import type { PoolSize } from '../database/entry.ts';
import { placeOf, spanText, type Span } from '../text/source.ts';
import { carried, unsetVariables, writtenIn } from '../value/history.ts';
import type { Origin } from '../value/origin.ts';
import type { Traced } from '../value/traced.ts';

/** A number as a sentence says it: "5", "5 or 10" where nobody can tell which, "an unknown number of". */
export function amount(traced: Traced<PoolSize>): string {
  if (traced.known) return String(traced.value);
  const values = traced.candidates?.map((one) => String(one.value)) ?? [];
  return values.length > 0 ? values.join(' or ') : 'an unknown number of';
}

/** "1 thread", "5 threads"; with another plural "2 processes". */
export function plural(count: number | string, one: string, many = `${one}s`): string {
  return `${count} ${String(count) === '1' ? one : many}`;
}

/** "web", "web and worker", "web, worker and jobs"; with another word "web or worker". */
export function list(items: readonly string[], conjunction = 'and'): string {
  if (items.length <= 1) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${conjunction} ${items.at(-1)}`;
}

/** The text as a sentence begins. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What a number is, for the label under it: "5, the fallback: nothing sets RAILS_MAX_THREADS for worker". */
export function labelled(traced: Traced<PoolSize>, process: string): string {
  if (!traced.known && (traced.candidates ?? []).length === 0) return 'its size is not known';
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
      const unset = unsetVariables(origin);
      return unset.length > 0 ? `${number}, as long as nothing sets ${list(unset)} for ${process}` : number;
    }
  }
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
