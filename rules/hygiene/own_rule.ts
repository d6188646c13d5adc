import type { NotedProblem } from '../../src/launch/boot.ts';
import type { Project } from '../../src/lint/result.ts';
import { erbStringArithmetic, goesWrong } from './erb-string-arithmetic.ts';
import { erbSyntaxSmartQuotes, isTypographicProblem } from './erb-syntax-smart-quotes.ts';
import { isOfWebConcurrency, webConcurrencyAutoUnsupported } from './web-concurrency-auto-unsupported.ts';

/** The rule that names the cause of a problem, and how to fix it, as outcomes carry it: nothing where there is none. */
export function leftToItsRule(project: Project, problem: NotedProblem): { readonly leftTo?: string } {
  if (isTypographicProblem(problem)) return { leftTo: erbSyntaxSmartQuotes.id };
  if (goesWrong(project, problem.at)) return { leftTo: erbStringArithmetic.id };
  return isOfWebConcurrency(project, problem) ? { leftTo: webConcurrencyAutoUnsupported.id } : {};
}
