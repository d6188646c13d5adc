import type { NotedProblem } from '../../src/launch/boot.ts';
import { list } from '../../src/lint/phrases.ts';
import { defineRule, type Outcome, type Rule } from '../../src/lint/rule.ts';
import { leftToItsRule } from './own_rule.ts';

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
      .filter((problem) => problem.kind === 'boot-failure' && !problem.about)
      .map((problem) => ({ ...outcomeOf(problem), ...leftToItsRule(project, problem) })),
  say: ({ message, process }) => ({
    message,
    consequence: `${process ?? 'The process'} raises while it reads this, and does not start.`,
    arithmetic: null,
    advice: 'correct it; what depends on it is unknown in this report.',
    snippet: null,
  }),
});

/** What raises only because a variable is not set says that production sets it, not that production is down. */
function outcomeOf(problem: NotedProblem): Outcome<NotedProblem> {
  const { message, at, assumes, process } = problem;
  const unset = assumes.flatMap((one) => (one.kind === 'unset' ? [one.variable] : []));
  if (unset.length > 0) {
    return {
      kind: 'unknown',
      what: `the boot of ${at.file.path}`,
      reason: `${message}, as long as nothing sets ${list(unset)}`,
      at,
    };
  }
  return {
    kind: 'violates',
    severity: 'error',
    assumes,
    process,
    weight: 0,
    database: null,
    at,
    label: '',
    related: [],
    found: problem,
  };
}
