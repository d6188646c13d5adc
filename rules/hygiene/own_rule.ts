import type { NotedProblem } from '../../src/launch/boot.ts';
import type { Project } from '../../src/lint/result.ts';
import { isTypographicProblem } from './erb-syntax-smart-quotes.ts';
import { goesWrong } from './erb-string-arithmetic.ts';
import { isOfWebConcurrency } from './web-concurrency-auto-unsupported.ts';

/** Whether another rule names the cause of a problem, and how to fix it: the problem is not said a second time. */
export function hasOwnRule(project: Project, problem: NotedProblem): boolean {
  return isTypographicProblem(problem) || goesWrong(project, problem.at) || isOfWebConcurrency(project, problem);
}
