import { sameSpan, type Span } from '../text/source.ts';
import type { Origin } from './origin.ts';

/** A step that only carried a value along: an alias, a merge, a URL. */
export interface Hop {
  readonly kind: 'anchor' | 'merge' | 'url';
  readonly at: Span;
}

/** The origin below the hops: the expression, the default, the flag. */
export function carried(origin: Origin): Origin {
  let one = origin;
  while ((one.kind === 'merge' || one.kind === 'anchor' || one.kind === 'url') && one.from[0]) one = one.from[0];
  return one;
}

/** The hops a value made, from where it is written to where it is used. */
export function hops(origin: Origin): readonly Hop[] {
  const found: Hop[] = [];
  let one: Origin | undefined = origin;
  while (one && (one.kind === 'merge' || one.kind === 'anchor' || one.kind === 'url')) {
    found.unshift({ kind: one.kind, at: one.at });
    one = one.from[0];
  }
  return found;
}

/** Where a value is written: its own expression, or null where no file writes it. */
export function writtenIn(origin: Origin): Span | null {
  const own = carried(origin);
  if (own.kind === 'env') return own.at ?? writtenIn(own.setBy);
  if (own.kind === 'sum') {
    for (const term of own.from) {
      const at = writtenIn(term);
      if (at) return at;
    }
    return null;
  }
  return 'at' in own && own.at ? own.at : null;
}

/** The terms of a sum, or the one origin itself. */
export function termsOf(origin: Origin): readonly Origin[] {
  return origin.kind === 'sum' ? origin.from.flatMap(termsOf) : [origin];
}

/** Every variable an origin depends on, set or not, each once, in the order in which they were read. */
export function variablesOf(origin: Origin): readonly string[] {
  return collect(origin, (one) => ('variable' in one ? one.variable : null));
}

/** The variables because of which an origin is what it is although nothing sets them. */
export function unsetVariables(origin: Origin): readonly string[] {
  return collect(origin, (one) => (one.kind === 'fallback' || one.kind === 'unset' ? one.variable : null));
}

/** Where a platform passes on a variable that nothing sets, and which; null where none does. */
export function passedOn(origin: Origin): { readonly variable: string; readonly at: Span } | null {
  let found: { readonly variable: string; readonly at: Span } | null = null;
  collect(origin, (one) => {
    const variable = found || one.kind !== 'platform' ? undefined : unsetVariables(one)[0];
    if (one.kind === 'platform' && variable !== undefined) found = { variable, at: one.at };
    return null;
  });
  return found;
}

/** Visits every node once: histories share their parts, and may be deep. */
function collect(origin: Origin, pick: (one: Origin) => string | null): readonly string[] {
  const found = new Set<string>();
  const seen = new Set<Origin>();
  const waiting: Origin[] = [origin];
  for (let one = waiting.pop(); one; one = waiting.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    const picked = pick(one);
    if (picked !== null) found.add(picked);
    if (one.kind === 'env') waiting.push(one.setBy);
    if ('from' in one) waiting.push(...one.from.toReversed());
  }
  return [...found];
}

/** Every place where a variable was read on the way to a value, set or not, in the order of the history. */
export function readsIn(origin: Origin): readonly { readonly variable: string; readonly at: Span }[] {
  const found: { variable: string; at: Span }[] = [];
  collect(origin, (one) => {
    if ((one.kind === 'env' || one.kind === 'unset' || one.kind === 'fallback') && one.at) {
      found.push({ variable: one.variable, at: one.at });
    }
    return null;
  });
  return found;
}

/** Whether two numbers are one: the same variable, read at the same place. */
export function isSameRead(one: Origin, other: Origin): boolean {
  if (one.kind !== 'env' || other.kind !== 'env' || one.variable !== other.variable) return false;
  return one.at !== null && other.at !== null && sameSpan(one.at, other.at);
}
