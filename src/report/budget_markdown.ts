import type { Project } from '../lint/result.ts';
import type { Upgrade } from '../lint/upgrade.ts';
import { limitOf } from './budget.ts';
import { adviceOf } from './budget_advice.ts';
import type { BudgetBase } from './budget_base.ts';
import { compared } from './budget_compare.ts';
import { levelsOf, levelText } from './budget_levels.ts';
import { upgradeMarkdown } from './upgrade.ts';
import { capital } from './words.ts';
import { amount, rowsOf, total, type Row } from './budget_rows.ts';
import { escapeControls } from './characters.ts';
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
    const title = `${escapeControls(project.root)}, ${escapeControls(project.name)}, ${escapeControls(project.environment)}`;
    lines.push(`## ${markdownText(title)}`, '');
    if (project.servers.length === 0) lines.push(`${markdownText(capital(noServer(project)))}.`, '');
    for (const server of project.servers) {
      lines.push(`**${markdownText(sentence(server.name))}** (${markdownText(limitOf(project, server))})`, '');
      const rows = rowsOf(project, server);
      const declared = rows.filter(({ process }) => process.declared);
      const columns = server.databases.map((_, column) => declared.map(({ pools }) => pools[column] ?? null));
      const body = rows.map((row, index) => cellsOf(row, nameOf(rows, index)));
      body.push(
        ['demand', '', '', ...columns.map((pools) => total(pools, 'demand')), amount(server.demand)],
        ['ceiling', '', '', ...columns.map((pools) => total(pools, 'ceiling')), amount(server.ceiling)],
      );
      const head = ['process', 'copies', 'threads', ...server.databases.map(escapeControls), 'together'];
      lines.push(...markdownTable(head, body, 2), '');
      for (const level of levelsOf(project, server))
        lines.push(
          `- ${level.name}: **${amount(level.number)}**, ${markdownText(levelText(level, server).replace(/ {2,}/g, ', '))}`,
        );
      for (const line of adviceOf(project, server)) lines.push(`- ${markdownText(line)}`);
      lines.push('');
    }
  }
  return lines.length > 0 ? `${lines.join('\n').trimEnd()}\n` : '';
}

/** A row without a name belongs to the launch above it. */
function nameOf(rows: readonly Row[], index: number): string {
  return rows.slice(0, index + 1).findLast(({ name }) => name !== '')?.name ?? '';
}

function cellsOf(row: Row, name: string): string[] {
  const process = [name, row.role].filter((part) => part !== '').join(' ');
  const pools = row.pools.map((pool) => (pool ? amount(pool.demand) : '·'));
  return [process + (row.process.declared ? '' : ' (not in the sums)'), row.copies, row.threads, ...pools, ''];
}
