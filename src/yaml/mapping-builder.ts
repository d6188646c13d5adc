import type { Span } from '../text/source.ts';
import { allAssumptions, NOTHING_ASSUMED, type Assumption } from '../value/origin.ts';
import { unknown } from '../value/traced.ts';
import { carry, type Hop } from './carry.ts';
import type { PsychEntry, PsychMapping, PsychScalar } from './node.ts';
import { keyIdentity } from './scalar.ts';

/** More merges than this, one through the other, are no configuration any more. */
const MOST_HOPS = 64;

/** Of what a key was before, so much is brought along by a merge. */
const MOST_LOST = 4;

const FEW = 16;

/** A hash while Psych fills it: a key that is set again keeps its place, and the value it had before is kept aside. */
export class MappingBuilder {
  readonly entries: PsychEntry[] = [];
  #places: Map<string, number> | null = null;
  open: string | null = null;
  absent: readonly Assumption[] = NOTHING_ASSUMED;

  /** @param lost what the value replaced in the mapping that it comes from */
  set(key: PsychScalar, entry: Omit<PsychEntry, 'key' | 'overridden'>, lost: readonly PsychEntry[] = []): void {
    const place = this.#placeOf(key);
    if (place === -1) {
      this.#places?.set(keyIdentity(key), this.entries.length);
      this.entries.push({ ...entry, key, overridden: [...lost] });
      return;
    }
    const earlier = this.entries[place]!;
    // The list moves on to the entry that wins: nobody else sees the entry that loses it.
    const overridden = earlier.overridden as PsychEntry[];
    overridden.push({ ...earlier, overridden: [] }, ...lost);
    this.entries[place] = { ...entry, key: earlier.key, overridden };
  }

  /** Small mappings, nearly all there are, need no index. */
  #placeOf(key: PsychScalar): number {
    if (this.entries.length < FEW && typeof key === 'string')
      return this.entries.findIndex((entry) => entry.key === key);
    this.#places ??= new Map(this.entries.map((entry, place) => [keyIdentity(entry.key), place]));
    return this.#places.get(keyIdentity(key)) ?? -1;
  }

  /** `Hash#merge!`. */
  merge(source: MergeSource, hop: Hop): void {
    for (const entry of source.entries.slice()) {
      const { keyAt } = entry;
      if (entry.merges.length >= MOST_HOPS) {
        const origin = { kind: 'merge', at: hop.at, from: [] } as const;
        const value = unknown<PsychScalar>(`it comes through more than ${MOST_HOPS} merges`, origin);
        this.set(entry.key, { keyAt, value: { kind: 'scalar', at: entry.value.at, value }, merges: [hop.at] });
      } else {
        const lost = entry.overridden.slice(-MOST_LOST).map((earlier) => brought(earlier, hop));
        this.set(entry.key, brought(entry, hop), lost);
      }
    }
    this.open ??= source.open;
    this.absent = allAssumptions(this.absent, source.absent);
  }

  build(at: Span): PsychMapping {
    return { kind: 'mapping', at, entries: this.entries, open: this.open, absent: this.absent };
  }
}

function brought(entry: PsychEntry, hop: Hop): PsychEntry {
  return { ...entry, value: carry(entry.value, hop), merges: [...entry.merges, hop.at] };
}

export type MergeSource = Pick<PsychMapping, 'entries' | 'open' | 'absent'>;
