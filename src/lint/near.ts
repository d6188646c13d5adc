import { distance } from 'fastest-levenshtein';

/** The one of several words that a word is most likely meant to be, or null where none is within so many edits. */
export function nearest(word: string, known: Iterable<string>, edits: (known: string) => number): string | null {
  let found: string | null = null;
  let least = Infinity;
  for (const candidate of known) {
    const far = distance(word.toLowerCase(), candidate);
    if (far <= edits(candidate) && far < least) {
      least = far;
      found = candidate;
    }
  }
  return found;
}
