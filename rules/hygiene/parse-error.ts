import type { BootProblem } from '../../src/launch/boot.ts';
import { defineRule, type Rule } from '../../src/lint/rule.ts';
import { leftToItsRule } from './own_rule.ts';

/** Code of the application says something of numbers, but does not decide them alone. */
const APPLICATION_CODE = /^(?:app|lib|config\/initializers|config\/environments)\//;

/** A file of the inspected repository that cannot be read as what it is. */
export const parseError: Rule = defineRule<BootProblem>({
  id: 'parse-error',
  aliases: [],
  group: 'hygiene',
  severity: 'error',
  fix: null,
  summary: 'A file that decides a number cannot be read.',
  fineWhen: null,
  check: (project) => [
    ...project.problems
      .filter((problem) => problem.kind === 'unread')
      .map(({ at, message: reason }) => ({ kind: 'unknown' as const, what: 'what this file says', reason, at })),
    ...project.problems
      .filter((problem) => problem.kind === 'parse-error')
      .map((problem) => ({
        ...leftToItsRule(project, problem),
        kind: 'violates' as const,
        severity: isCode(problem) ? ('info' as const) : ('error' as const),
        assumes: problem.assumes,
        process: null,
        weight: 0,
        database: null,
        at: problem.at,
        label: '',
        related: [],
        found: problem,
      })),
  ],
  say: (problem) => ({
    message: problem.message,
    consequence: isCode(problem)
      ? 'A process that loads this file raises SyntaxError: at its boot where it loads everything, as production does. What it says of connections is left out here.'
      : 'A process that reads this file does not start, and no number in it is known here.',
    arithmetic: null,
    advice: 'correct the file; everything that depends on it is left out of this report.',
    snippet: null,
  }),
});

/** Whether a process boots that does not come by this file. */
function isCode({ at, stopsBoot }: BootProblem): boolean {
  return stopsBoot !== true && APPLICATION_CODE.test(at.file.pathInTree);
}
