import { RubyArray, RubyHash, RubyString, type RubyValue, type Value } from './values.ts';

/** Beyond that nobody writes a setting; values that hold each other, or themselves, have no end. */
const MOST_COMPARED = 1000;

/**
 * Whether two evaluations of one program made the same of something: scalars, strings, arrays and hashes by what is in
 * them, everything else by being one object. What is not known is the same as nothing but itself.
 */
export function madeTheSame(one: RubyValue, other: RubyValue): boolean {
  return new Comparison().same(one, other);
}

class Comparison {
  #left = MOST_COMPARED;

  same(one: RubyValue, other: RubyValue): boolean {
    if (Object.is(one, other)) return true;
    this.#left -= 1;
    if (this.#left < 0) return false;
    if (one instanceof RubyString && other instanceof RubyString) {
      return one.content.known && other.content.known && one.content.value === other.content.value;
    }
    if (one instanceof RubyArray && other instanceof RubyArray) {
      if (one.blur || other.blur || one.items.length !== other.items.length) return false;
      return one.items.every((item, index) => this.#both(item, other.items[index]!));
    }
    if (one instanceof RubyHash && other instanceof RubyHash) {
      if (one.blur || other.blur || one.entries.size !== other.entries.size) return false;
      if (one.default || other.default || one.defaultProc || other.defaultProc) return false;
      return [...one.entries].every(([key, entry]) => {
        const there = other.entries.get(key);
        return there !== undefined && this.#both(entry.key, there.key) && this.#both(entry.value, there.value);
      });
    }
    return false;
  }

  #both(one: Value, other: Value): boolean {
    return one.known && other.known && this.same(one.value, other.value);
  }
}
