import type { ConfiguredIgnore } from '../../src/lint/configuration.ts';
import type { UnusedIgnore } from '../../src/lint/leftover.ts';
import { list } from '../../src/lint/phrases.ts';
import { defineRule, type Outcome, type Rule, type Violation } from '../../src/lint/rule.ts';

/** A comment, or an entry of the configuration. */
type Found = UnusedIgnore | { readonly configured: ConfiguredIgnore };

/** An ignore that nothing needs any more: the next fault at its place would be ignored unseen. */
export const unusedIgnore: Rule = defineRule<Found>({
  id: 'unused-ignore',
  aliases: [],
  group: 'hygiene',
  severity: 'warning',
  fix: 'safe',
  summary: 'A comment or the configuration ignores a rule that finds nothing there.',
  fineWhen: null,
  afterwards: true,
  check: (_project, { unused, unusedConfigured }) => [
    ...unused.flatMap(outcomesOf),
    ...unusedConfigured.map((configured): Outcome<Found> => {
      return { kind: 'violates', ...place({ configured }), label: 'suppresses nothing', at: configured.ruleAt };
    }),
  ],
  say: (found) => {
    if ('configured' in found) {
      return {
        message: `no finding of ${described(found.configured)} needs this ignore`,
        consequence: 'The next fault of that kind is suppressed without anybody having looked at it.',
        arithmetic: null,
        advice: 'take the entry out of ignore: in the configuration.',
        snippet: null,
      };
    }
    const { ignore, rules } = found;
    return {
      message: `no finding of ${list(rules.map(({ name }) => name))} needs this ignore`,
      consequence: 'It says of this place what is no longer true, and the next fault of that kind here goes unseen.',
      arithmetic: null,
      advice: rules.length === ignore.rules.length ? 'take the comment out.' : 'take the rule out of the brackets.',
      snippet: null,
    };
  },
});

/** "parse-error in worker about cache": what an entry limits itself to, but the path, which stands beside it. */
function described({ rule, process, database, path }: ConfiguredIgnore): string {
  const limits = [
    process === null ? '' : ` in ${process}`,
    database === null ? '' : ` about ${database}`,
    path === null ? '' : ' with a place in that path',
  ];
  return rule + limits.join('');
}

/** The comment as a whole where none of its rules is needed, else every name that is not. */
function outcomesOf(found: UnusedIgnore): readonly Outcome<Found>[] {
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

function place(found: Found): Omit<Violation<Found>, 'at'> {
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
