import type { Call } from '../call.ts';
import { raise } from '../signals.ts';

/** The sets that `delete`, `count` and `squeeze` take: `a-z`, `^0-9`; a character must be in all of them. */
export function characterSet(c: Call, sets: readonly string[]): (char: string) => boolean {
  const tests = sets.map((set) => one(set));
  if (tests.length === 0) return c.unknown('a call without its argument');
  return (char) => tests.every((test) => test(char));
}

function one(set: string): (char: string) => boolean {
  const negated = set.length > 1 && set.startsWith('^');
  const all = [...(negated ? set.slice(1) : set)];
  const ranges: [number, number][] = [];
  for (let i = 0; i < all.length; i++) {
    let char = all[i]!;
    if (char === '\\' && i + 1 < all.length) char = all[++i]!;
    const first = char.codePointAt(0)!;
    if (all[i + 1] === '-' && i + 2 < all.length) {
      const last = all[i + 2]!.codePointAt(0)!;
      if (last < first) raise('ArgumentError', `invalid range "${char}-${all[i + 2]}" in string transliteration`);
      ranges.push([first, last]);
      i += 2;
    } else ranges.push([first, first]);
  }
  return (char) => {
    const point = char.codePointAt(0)!;
    return ranges.some(([first, last]) => point >= first && point <= last) !== negated;
  };
}
