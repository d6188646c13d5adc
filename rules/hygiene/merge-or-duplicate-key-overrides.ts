import type { WrittenKey } from '../../src/database/entry.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import { oneLine, placeName } from '../../src/lint/phrases.ts';
import type { Span } from '../../src/text/source.ts';
import { sameSpan } from '../../src/text/source.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import { assumptionsOf } from '../../src/value/traced.ts';
import { entriesOf, lineOf, POOL_KEYS, settingText, type SeenEntry } from './entries.ts';
import { mergedFirst } from './line_fix.ts';

/** A value that is written and that has no effect, because the same key comes again behind it. */
interface Replaced {
  readonly entry: string;
  readonly lost: WrittenKey;
  readonly winner: WrittenKey;
  /** The `<<` that brings the winner; null where the key stands twice in one mapping. */
  readonly merge: Span | null;
  /** Both come through a `<<` of the same mapping. */
  readonly twice: boolean;
}

/** R32: a size or a timeout that Psych replaces by what is merged, or written, below it. */
export const mergeOrDuplicateKeyOverrides: Rule = defineRule<Replaced>({
  id: 'merge-or-duplicate-key-overrides',
  aliases: [],
  group: 'hygiene',
  severity: 'warning',
  fix: 'unsafe',
  summary: 'A pool setting has no effect, because a `<<` or the same key below it replaces it.',
  fineWhen: null,
  check: (project) => entriesOf(project).flatMap((seen) => seen.entry.keys.flatMap((key) => outcomesOf(seen, key))),
  say,
});

function outcomesOf({ launch, entry, guessed }: SeenEntry, winner: WrittenKey): readonly Outcome<Replaced>[] {
  if (!POOL_KEYS.has(winner.name) || winner.replaced.length === 0) return [];
  return winner.replaced.flatMap((lost): readonly Outcome<Replaced>[] => {
    const found = relation(lost, winner);
    if (!found || sameSpan(lost.valueAt, winner.valueAt)) return [];
    if (!lost.value?.known || !winner.value?.known) {
      const what = `whether ${lineOf(lost)} of ${entry.name} has an effect`;
      return [{ kind: 'unknown', what, reason: 'what it is replaced by is not known', at: lost.valueAt }];
    }
    if (settingText(lost.value) === settingText(winner.value)) return [{ kind: 'holds' }];
    const edits = found.merge && !found.twice ? mergedFirst(found.merge, lost.valueAt) : null;
    return [
      {
        kind: 'violates',
        severity: found.twice ? 'info' : 'warning',
        assumes: allAssumptions(assumptionsOf(lost.value), assumptionsOf(winner.value), guessed),
        process: launch.launch.name,
        weight: 0,
        database: null,
        at: lost.valueAt,
        label: 'has no effect',
        related: [
          { at: winner.valueAt, message: 'replaces it' },
          ...(found.merge ? [{ at: found.merge, message: 'merged below it' }] : []),
        ],
        ...(edits ? { fix: { safety: 'unsafe', description: 'put the `<<` first', edits } } : {}),
        found: { entry: entry.name, lost, winner, ...found },
      },
    ];
  });
}

/**
 * How a value lost its key to another one; null where it was meant to, as a merged value is by the one written below.
 * What both came through together says nothing: the two met further inside.
 */
function relation(lost: WrittenKey, winner: WrittenKey): Pick<Replaced, 'merge' | 'twice'> | null {
  let together = 0;
  const [one, other] = [lost.merges.toReversed(), winner.merges.toReversed()];
  while (one[together] && other[together] && sameSpan(one[together]!, other[together]!)) together++;
  const merge = other[together] ?? null;
  if (one[together]) return merge ? { merge, twice: true } : null;
  return { merge, twice: false };
}

function say({ entry, lost, winner, merge, twice }: Replaced): Sentences {
  const key = winner.name;
  const by = merge ? `what \`${oneLine(merge)}\` merges below it` : `the ${key} written again below it`;
  const below = merge ? oneLine(merge) : null;
  return {
    message: `\`${lineOf(lost)}\` has no effect: ${by} replaces it`,
    consequence: `Psych takes the lines of a mapping in order, and the last one wins: ${key} of ${entry} is ${settingText(winner.value)} (${placeName(winner.valueAt)}), not ${settingText(lost.value)}.`,
    arithmetic: null,
    ...wayOut(lost, below, twice),
  };
}

function wayOut(lost: WrittenKey, merge: string | null, twice: boolean): Pick<Sentences, 'advice' | 'snippet'> {
  if (merge === null) return { advice: 'keep the one that is meant, and delete the other.', snippet: null };
  return {
    advice: twice
      ? `write ${lost.name} itself, below both, with the value that is meant:`
      : `put the \`<<\` first, so that what is written below it wins:`,
    snippet: `${merge}\n${lineOf(lost)}`,
  };
}
