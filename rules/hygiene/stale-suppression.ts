import type { StaleEntry } from '../../src/lint/leftover.ts';
import { defineRule, type Rule } from '../../src/lint/rule.ts';

/** An entry of the baseline whose finding is gone: the next one of that kind would go unseen. */
export const staleSuppression: Rule = defineRule<StaleEntry>({
  id: 'stale-suppression',
  aliases: [],
  group: 'hygiene',
  severity: 'warning',
  fix: null,
  summary: 'The baseline lists a finding that is no longer there.',
  fineWhen: null,
  afterwards: true,
  check: (_project, { stale }) =>
    stale.map((found) => ({
      kind: 'violates',
      severity: 'warning',
      assumes: [],
      process: null,
      weight: 0,
      database: null,
      at: found.at,
      label: 'no finding is suppressed by this',
      related: [],
      found,
    })),
  say: ({ rule, file, subject }) => ({
    message: `${rule} no longer finds anything for ${subject} in ${file}`,
    consequence: 'As long as the entry stands, the next finding of that kind is suppressed unseen.',
    arithmetic: null,
    advice: 'take it out of the baseline:',
    snippet: 'rails-pool-lint --prune-suppressions',
  }),
});
