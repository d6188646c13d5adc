import type { NotedProblem } from '../../src/launch/boot.ts';
import { defineRule, type Rule } from '../../src/lint/rule.ts';

/** Configuration that certainly stops the process that reads it. */
export const bootFailure: Rule = defineRule<NotedProblem>({
  id: 'boot-failure',
  aliases: [],
  group: 'hygiene',
  severity: 'error',
  fix: null,
  summary: 'A process certainly raises while it reads its configuration, so it does not start.',
  fineWhen: null,
  check: (project) =>
    project.problems
      .filter((problem) => problem.kind === 'boot-failure')
      .map((problem) => ({
        kind: 'violates',
        severity: 'error',
        assumes: problem.assumes,
        process: problem.process,
        weight: 0,
        database: null,
        at: problem.at,
        label: '',
        related: [],
        found: problem,
      })),
  say: ({ message, process }) => ({
    message,
    consequence: `${process ?? 'The process'} raises while it reads this, and does not start.`,
    arithmetic: null,
    advice: 'correct it; what depends on it is unknown in this report.',
    snippet: null,
  }),
});
