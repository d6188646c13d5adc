import type { UnusedIgnore } from '../../src/lint/leftover.ts';
import { list } from '../../src/lint/phrases.ts';
import { defineRule, type Outcome, type Rule, type Violation } from '../../src/lint/rule.ts';

/** An ignore that nothing needs any more: the next fault at its place would be ignored unseen. */
export const unusedIgnore: Rule = defineRule<UnusedIgnore>({
  id: 'unused-ignore',
  aliases: [],
  group: 'hygiene',
  severity: 'warning',
  fix: 'safe',
  summary: 'A comment ignores a rule that finds nothing there.',
  fineWhen: null,
  afterwards: true,
  check: (_project, { unused }) => unused.flatMap(outcomesOf),
  say: ({ ignore, rules }) => ({
    message: `no finding of ${list(rules.map(({ name }) => name))} needs this ignore`,
    consequence: 'It says of this place what is no longer true, and the next fault of that kind here goes unseen.',
    arithmetic: null,
    advice: rules.length === ignore.rules.length ? 'take the comment out.' : 'take the rule out of the brackets.',
    snippet: null,
  }),
});

/** The comment as a whole where none of its rules is needed, else every name that is not. */
function outcomesOf(found: UnusedIgnore): readonly Outcome<UnusedIgnore>[] {
  const { ignore, rules } = found;
  if (rules.length === ignore.rules.length) {
    const fix = { safety: 'safe', description: 'take the comment out', edits: [ignore.removal] } as const;
    return [{ kind: 'violates', ...place(found), at: ignore.at, fix }];
  }
  return rules.map((rule) => ({
    kind: 'violates',
    ...place({ ignore, rules: [rule] }),
    at: rule.at,
    fix: { safety: 'safe', description: `take ${rule.name} out of the brackets`, edits: [rule.removal] },
  }));
}

function place(found: UnusedIgnore): Omit<Violation<UnusedIgnore>, 'at'> {
  return {
    severity: 'warning',
    assumes: [],
    process: null,
    weight: 0,
    database: null,
    label: 'nothing is found here',
    related: [],
    found,
  };
}
