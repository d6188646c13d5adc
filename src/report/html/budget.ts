import { capital } from '../../lint/phrases.ts';
import type { Project } from '../../lint/result.ts';
import type { Upgrade } from '../../lint/upgrade.ts';
import type { Server } from '../../model/process.ts';
import { limitOf } from '../budget.ts';
import { adviceOf, limitsToState } from '../budget_advice.ts';
import type { BudgetBase } from '../budget_base.ts';
import { compared } from '../budget_compare.ts';
import { levelsOf, levelText, shareOf } from '../budget_levels.ts';
import { amount, formulas, NOT_SUMMED, rowsOf, sumsOf } from '../budget_rows.ts';
import { escapeControls } from '../characters.ts';
import { projectName } from '../project_name.ts';
import { noServer } from '../no_database.ts';
import { sentence } from '../secrets.ts';
import { htmlDocument, type Block } from './document.ts';
import { upgradeBlocks } from './upgrade.ts';

/** The connection budget as one page. */
export function budgetHtml(
  projects: readonly Project[],
  base: BudgetBase | null = null,
  upgrade: Upgrade | null = null,
): string {
  const changes = (base ? compared(projects, base) : []).flatMap(({ headline, because }): readonly Block[] => [
    { kind: 'text', text: headline, strong: true },
    ...(because === null ? [] : [{ kind: 'text', text: because } as const]),
  ]);
  const blocks = projects.flatMap((project): readonly Block[] => {
    const title = `${projectName(project)}, ${escapeControls(project.environment)}`;
    const heading: Block = { kind: 'heading', level: 2, text: title };
    if (project.servers.length === 0) return [heading, { kind: 'text', text: `${capital(noServer(project))}.` }];
    return [
      heading,
      ...project.servers.flatMap((server) => serverBlocks(project, server)),
      ...texts(limitsToState(project)),
    ];
  });
  return htmlDocument('rails-pool-lint: the connection budget', [
    ...changes,
    ...(upgrade ? upgradeBlocks(upgrade) : []),
    ...blocks,
  ]);
}

function serverBlocks(project: Project, server: Server): readonly Block[] {
  const rows = rowsOf(project, server);
  return [
    { kind: 'heading', level: 3, text: `${sentence(server.name)} (${limitOf(project, server)})` },
    ...levelBlocks(project, server),
    {
      kind: 'table',
      head: ['process', 'copies', 'threads', ...server.databases.map(escapeControls), 'together'],
      rows: [
        ...rows.map(({ process, called, copies, threads, pools }) => [
          process.declared ? called : `${called} ${NOT_SUMMED}`,
          copies,
          threads,
          ...pools.map((pool) => (pool ? amount(pool.demand) : '·')),
          '',
        ]),
        ...sumsOf(server, rows).map(({ name, each, together }) => [name, '', '', ...each, together]),
      ],
      left: 2,
      totals: 2,
    },
    { kind: 'code', text: rows.flatMap((row) => formulas(row).map((one) => `${row.called}  ${one}`)).join('\n') },
    ...texts(adviceOf(project, server)),
  ];
}

/** The sums against what is usable, as bars where both are known. */
function levelBlocks(project: Project, server: Server): readonly Block[] {
  return levelsOf(project, server).map((level): Block => {
    const said = levelText(level, server).replace(/ {2,}/g, ', ');
    const text = `${level.name}: ${amount(level.number)}${said === '' ? ' connections' : `, ${said}`}`;
    const percent = shareOf(level, server);
    return percent === null ? { kind: 'text', text } : { kind: 'bar', percent, text };
  });
}

function texts(lines: readonly string[]): readonly Block[] {
  return lines.map((text) => ({ kind: 'text', text }));
}
