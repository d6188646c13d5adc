import type { Severity } from '../lint/finding.ts';
import type { LintResult } from '../lint/result.ts';
import type { Tool } from '../report/json.ts';
import type { Command } from './flags.ts';

export interface Printing {
  readonly command: Command;
  readonly format: string;
  readonly color: boolean;
  readonly width: number;
  readonly verbose: boolean;
  readonly quiet: boolean;
  readonly failLevel: Severity;
  /** Files that were named: `show` limits itself to what they set. */
  readonly files: readonly string[];
  readonly workspace: string | null;
  readonly tool: Tool;
}

type Print = (result: LintResult, printing: Printing) => Promise<string>;

/** Every report of every command, loaded when it is printed. A report is one file and one line here. */
const REPORTS: Readonly<Record<string, Print>> = {
  'lint text': async (result, printing) => (await import('../report/text.ts')).text(result, printing),
  'lint concise': async (result) => (await import('../report/concise.ts')).concise(result),
  'lint json': async (result, printing) => (await import('../report/json.ts')).json(result, printing),
  'lint github': async (result, printing) => (await import('../report/github.ts')).github(result, printing),
  'budget text': async ({ projects }, printing) => (await import('../report/budget.ts')).budget(projects, printing),
  'budget json': async ({ projects }) => (await import('../report/budget_json.ts')).budgetJson(projects),
  'budget markdown': async ({ projects }) => (await import('../report/budget_markdown.ts')).budgetMarkdown(projects),
  'show text': async ({ projects }, printing) => (await import('../report/show.ts')).show(projects, printing),
  'show json': async ({ projects }, printing) => (await import('../report/show_json.ts')).showJson(projects, printing),
  'show markdown': async ({ projects }, printing) =>
    (await import('../report/show_markdown.ts')).showMarkdown(projects, printing),
};

export async function print(result: LintResult, printing: Printing): Promise<string> {
  const report = REPORTS[`${printing.command} ${printing.format}`];
  if (!report) throw new Error(`no report ${printing.command} ${printing.format}`);
  return report(result, printing);
}
