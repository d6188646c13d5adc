import type { Span } from '../text/source.ts';
import { allAssumptions, NOTHING_ASSUMED, type Assumption } from '../value/origin.ts';
import { unknown } from '../value/traced.ts';
import { carry, type Hop } from './carry.ts';
import type { PsychEntry, PsychMapping, PsychScalar } from './node.ts';
import { keyIdentity } from './scalar.ts';

/** More merges than this, one through the other, are no configuration any more. */
const MOST_HOPS = 64;

/** A hash while Psych fills it: a key that is set again keeps its place, and the value it had before is kept aside. */
export class MappingBuilder {
  readonly entries: PsychEntry[] = [];
  readonly #places = new Map<string, number>();
  open: string | null = null;
  absent: readonly Assumption[] = NOTHING_ASSUMED;

  set(key: PsychScalar, entry: Omit<PsychEntry, 'key' | 'overridden'>): void {
    const identity = keyIdentity(key);
    const place = this.#places.get(identity);
    if (place === undefined) {
      this.#places.set(identity, this.entries.length);
      this.entries.push({ key, ...entry, overridden: [] });
      return;
    }
    const earlier = this.entries[place]!;
    // The list moves on to the entry that wins: nobody else sees the entry that loses it.
    const overridden = earlier.overridden as PsychEntry[];
    overridden.push({ ...earlier, overridden: [] });
    this.entries[place] = { key: earlier.key, ...entry, overridden };
  }

  /** `Hash#merge!`. */
  merge(source: MergeSource, hop: Hop): void {
    for (const entry of source.entries.slice()) {
      const { keyAt } = entry;
      if (entry.merges.length >= MOST_HOPS) {
        const origin = { kind: 'merge', at: hop.at, from: [] } as const;
        const value = unknown<PsychScalar>(`it comes through more than ${MOST_HOPS} merges`, origin);
        this.set(entry.key, { keyAt, value: { kind: 'scalar', at: entry.value.at, value }, merges: [hop.at] });
      } else this.set(entry.key, { keyAt, value: carry(entry.value, hop), merges: [...entry.merges, hop.at] });
    }
    this.open ??= source.open;
    this.absent = allAssumptions(this.absent, source.absent);
  }

  build(at: Span): PsychMapping {
    return { kind: 'mapping', at, entries: this.entries, open: this.open, absent: this.absent };
  }
}

export type MergeSource = Pick<PsychMapping, 'entries' | 'open' | 'absent'>;
