import type { MalformedIgnore } from '../../src/lint/ignore.ts';
import { defineRule, type Rule } from '../../src/lint/rule.ts';

/** A comment that was meant to ignore a finding, and does not. */
export const malformedIgnore: Rule = defineRule<MalformedIgnore>({
  id: 'malformed-ignore',
  aliases: [],
  group: 'hygiene',
  severity: 'warning',
  fix: null,
  summary: 'A comment that is meant to ignore a finding names no rule, no known rule, or no reason.',
  fineWhen: null,
  afterwards: true,
  check: (_project, { malformed }) =>
    malformed.map((found) => ({
      kind: 'violates',
      severity: 'warning',
      assumes: [],
      process: null,
      weight: 0,
      database: null,
      at: found.at,
      label: found.problem,
      related: [],
      found,
    })),
  say: ({ problem, instead }) => ({
    message: `this comment ignores nothing: ${problem}`,
    consequence: 'The findings it is meant for are reported all the same.',
    arithmetic: null,
    advice: `${instead}.`,
    snippet: null,
  }),
});
