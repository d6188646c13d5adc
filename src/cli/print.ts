import type { Severity } from '../lint/finding.ts';
import type { LintResult } from '../lint/result.ts';
import type { Upgrade } from '../lint/upgrade.ts';
import type { BudgetBase } from '../report/budget_base.ts';
import type { Tool } from '../report/json.ts';
import type { DocumentedRule } from '../report/sarif.ts';
import type { Parts } from './engine.ts';
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
  /** An earlier budget to compare with. */
  readonly base: BudgetBase | null;
  /** What assumed versions change; null where none are assumed. */
  readonly upgrade: Upgrade | null;
}

/** Loads a report, and says how it is printed. */
type Report = (
  result: LintResult,
  printing: Printing,
  rules: () => Promise<readonly DocumentedRule[]>,
) => Promise<() => string>;

/** Every report of every command, loaded when it is printed. A report is one file and one line here. */
const REPORTS: Readonly<Record<string, Report>> = {
  'lint text': async (result, printing) => {
    const { text } = await import('../report/text.ts');
    return () => text(result, printing);
  },
  'lint concise': async (result) => {
    const { concise } = await import('../report/concise.ts');
    return () => concise(result);
  },
  'lint json': async (result, printing) => {
    const { json } = await import('../report/json.ts');
    return () => json(result, printing);
  },
  'lint github': async (result, printing) => {
    const { github } = await import('../report/github.ts');
    return () => github(result, printing);
  },
  'lint sarif': async (result, printing, rules) => {
    const { sarif } = await import('../report/sarif.ts');
    const documented = await rules();
    return () => sarif(result, { ...printing, rules: documented });
  },
  'lint gitlab': async (result) => {
    const { gitlab } = await import('../report/gitlab.ts');
    return () => gitlab(result);
  },
  'lint junit': async (result, printing) => {
    const { junit } = await import('../report/junit.ts');
    return () => junit(result, printing);
  },
  'lint markdown': async (result, printing) => {
    const { markdown } = await import('../report/markdown.ts');
    return () => markdown(result, printing);
  },
  'lint html': async (result, printing) => {
    const { lintHtml } = await import('../report/html/lint.ts');
    return () => lintHtml(result, printing);
  },
  'budget text': async ({ projects }, printing) => {
    const { budget } = await import('../report/budget.ts');
    return () => budget(projects, printing);
  },
  'budget json': async ({ projects }, { base, upgrade }) => {
    const { budgetJson } = await import('../report/budget_json.ts');
    return () => budgetJson(projects, base, upgrade);
  },
  'budget markdown': async ({ projects }, { base, upgrade }) => {
    const { budgetMarkdown } = await import('../report/budget_markdown.ts');
    return () => budgetMarkdown(projects, base, upgrade);
  },
  'budget html': async ({ projects }, { base, upgrade }) => {
    const { budgetHtml } = await import('../report/html/budget.ts');
    return () => budgetHtml(projects, base, upgrade);
  },
  'show text': async ({ projects }, printing) => {
    const { show } = await import('../report/show.ts');
    return () => show(projects, printing);
  },
  'show json': async ({ projects }, printing) => {
    const { showJson } = await import('../report/show_json.ts');
    return () => showJson(projects, printing);
  },
  'show markdown': async ({ projects }, printing) => {
    const { showMarkdown } = await import('../report/show_markdown.ts');
    return () => showMarkdown(projects, printing);
  },
  'show html': async ({ projects }, printing) => {
    const { showHtml } = await import('../report/html/show.ts');
    return () => showHtml(projects, printing);
  },
};

export async function print(result: LintResult, printing: Printing, parts: Parts): Promise<string> {
  const report = REPORTS[`${printing.command} ${printing.format}`];
  if (!report) throw new Error(`no report ${printing.command} ${printing.format}`);
  const rules = async () => (await parts.rules()).map((rule) => ({ ...rule, page: parts.page(rule) }));
  const { secretsOf } = await import('../report/secrets.ts');
  const { hiding, secretValues } = await import('../report/secret_values.ts');
  return hiding(secretValues(result, secretsOf), await report(result, printing, rules));
}
