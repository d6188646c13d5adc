import type { Span } from '../text/source.ts';
import type { Origin } from '../value/origin.ts';

/** The place in a file that a value comes from, or null for one that stands in no file. */
export function placeOfOrigin(origin: Origin): Span | null {
  switch (origin.kind) {
    case 'env':
      return placeOfOrigin(origin.setBy) ?? origin.at;
    case 'sum':
      return firstPlace(origin.from);
    case 'flag':
      return origin.at ?? null;
    case 'default':
    case 'assumed':
      return null;
    default:
      return origin.at;
  }
}

function firstPlace(origins: readonly Origin[]): Span | null {
  for (const origin of origins) {
    const place = placeOfOrigin(origin);
    if (place) return place;
  }
  return null;
}
