import type { WrittenKey } from '../../src/database/entry.ts';
import { amount } from '../../src/lint/phrases.ts';
import { nearest } from '../../src/lint/near.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import { entriesOf, keyOf, lineOf, type SeenEntry } from './entries.ts';
import { renamed } from './line_fix.ts';
import { KNOWN_KEYS, OTHER_NAMES, POOL_TYPOS } from './known_keys.ts';

interface Misnamed {
  readonly entry: string;
  readonly key: WrittenKey;
  readonly meant: string;
  /** The size of the pool, where the key was to set it. */
  readonly size: string | null;
}

/** R29: a key that nothing reads and that is nearly, or elsewhere, the name of one that sizes the pool. */
export const unknownDatabaseKey: Rule = defineRule<Misnamed>({
  id: 'unknown-database-key',
  aliases: [],
  group: 'hygiene',
  severity: 'warning',
  fix: 'unsafe',
  summary: 'A key of database.yml is nearly the name of a pool setting, and nothing reads it.',
  fineWhen: 'the application reads the key itself',
  check: (project) => entriesOf(project).flatMap((seen) => seen.entry.keys.flatMap((key) => outcomesOf(seen, key))),
  say,
});

function outcomesOf({ entry, launch, guessed }: SeenEntry, key: WrittenKey): readonly Outcome<Misnamed>[] {
  const meant = meantBy(key.name);
  if (meant === null) return [];
  const sized = meant === 'pool' || meant === 'max_connections';
  const name = sized ? entry.sizeKey : meant;
  const isThere = keyOf(entry, name) !== null;
  const edit = isThere ? null : renamed(key.name, key.valueAt, name);
  return [
    {
      kind: 'violates',
      // Beside the key that is read, the other one only confuses.
      severity: isThere ? 'info' : 'warning',
      assumes: guessed,
      process: launch.launch.name,
      weight: 0,
      database: null,
      at: key.keyAt,
      label: `meant to be ${name}?`,
      related: key.merges.map((at) => ({ at, message: `reaches ${entry.name} here` })),
      ...(edit ? { fix: { safety: 'unsafe', description: `call it ${name}`, edits: [edit] } } : {}),
      found: { entry: entry.name, key, meant: name, size: sized ? amount(entry.pool) : null },
    },
  ];
}

/** The key that was meant: one edit for a short name, two for a long one. Any other key is the application's own. */
function meantBy(name: string): string | null {
  // A blank that is none, or a curly quote, has a rule of its own.
  if (KNOWN_KEYS.has(name) || !/^\w+$/.test(name)) return null;
  if (OTHER_NAMES[name] !== undefined) return OTHER_NAMES[name];
  // Nobody mistypes the first letter, and "tool" is a word of its own.
  const alike = [...POOL_TYPOS].filter((known) => known[0] === name[0]?.toLowerCase());
  return nearest(name, alike, (known) => (known.length < 6 ? 1 : 2));
}

function say({ entry, key, meant, size }: Misnamed): Sentences {
  return {
    message: `nothing reads \`${key.name}\`: the key is called ${meant}`,
    consequence:
      size === null
        ? `${meant} of ${entry} keeps its default.`
        : `The pool of ${entry} has ${size}, whatever ${key.name} says.`,
    arithmetic: null,
    advice: 'call it by its name:',
    snippet: lineOf({ ...key, name: meant }),
  };
}
