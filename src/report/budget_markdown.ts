import { capital } from '../lint/phrases.ts';
import type { Project } from '../lint/result.ts';
import type { Upgrade } from '../lint/upgrade.ts';
import { limitOf } from './budget.ts';
import { adviceOf, limitsToState } from './budget_advice.ts';
import type { BudgetBase } from './budget_base.ts';
import { compared } from './budget_compare.ts';
import { levelsOf, levelText } from './budget_levels.ts';
import { upgradeMarkdown } from './upgrade.ts';
import { amount, NOT_SUMMED, rowsOf, sumsOf, type Row } from './budget_rows.ts';
import { escapeControls } from './characters.ts';
import { projectName } from './project_name.ts';
import { markdownTable, markdownText } from './grid.ts';
import { noServer } from './no_database.ts';
import { sentence } from './secrets.ts';

/** The budget as tables of Markdown, for a job's summary. */
export function budgetMarkdown(
  projects: readonly Project[],
  base: BudgetBase | null = null,
  upgrade: Upgrade | null = null,
): string {
  const lines: string[] = [];
  for (const { headline, because } of base ? compared(projects, base) : [])
    lines.push(`**${markdownText(headline)}**${because === null ? '' : ` ${markdownText(because)}`}`, '');
  if (upgrade) lines.push(...upgradeMarkdown(upgrade), '');
  for (const project of projects) {
    const title = `${projectName(project)}, ${escapeControls(project.environment)}`;
    lines.push(`## ${markdownText(title)}`, '');
    if (project.servers.length === 0) lines.push(`${markdownText(capital(noServer(project)))}.`, '');
    for (const server of project.servers) {
      lines.push(`**${markdownText(sentence(server.name))}** (${markdownText(limitOf(project, server))})`, '');
      const rows = rowsOf(project, server);
      const body = [
        ...rows.map(cellsOf),
        ...sumsOf(server, rows).map(({ name, each, together }) => [name, '', '', ...each, together]),
      ];
      const head = ['process', 'copies', 'threads', ...server.databases.map(escapeControls), 'together'];
      lines.push(...markdownTable(head, body, 2), '');
      for (const level of levelsOf(project, server)) {
        const text = levelText(level, server).replace(/ {2,}/g, ', ');
        lines.push(`- ${level.name}: **${amount(level.number)}**${text === '' ? '' : `, ${markdownText(text)}`}`);
      }
      for (const line of adviceOf(project, server)) lines.push(`- ${markdownText(line)}`);
      lines.push('');
    }
    for (const line of limitsToState(project)) lines.push(markdownText(line), '');
  }
  return lines.length > 0 ? `${lines.join('\n').trimEnd()}\n` : '';
}

function cellsOf({ called, process, copies, threads, pools }: Row): string[] {
  const name = process.declared ? called : `${called} ${NOT_SUMMED}`;
  return [name, copies, threads, ...pools.map((pool) => (pool ? amount(pool.demand) : '·')), ''];
}
