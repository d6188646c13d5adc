import type { Project } from '../../lint/result.ts';
import type { Server } from '../../model/process.ts';
import { limitOf } from '../budget.ts';
import { amount, formulas, rowsOf, total } from '../budget_rows.ts';
import { escapeControls } from '../characters.ts';
import { noServer } from '../no_database.ts';
import { sentence } from '../secrets.ts';
import { capital } from '../words.ts';
import { htmlDocument, type Block } from './document.ts';

/** The connection budget as one page. */
export function budgetHtml(projects: readonly Project[]): string {
  const blocks = projects.flatMap((project): Block[] => {
    const title = [project.root, project.name, project.environment].map(escapeControls).join(', ');
    const heading: Block = { kind: 'heading', level: 2, text: title };
    if (project.servers.length === 0) return [heading, { kind: 'text', text: `${capital(noServer(project))}.` }];
    return [heading, ...project.servers.flatMap((server) => serverBlocks(project, server))];
  });
  return htmlDocument('rails-pool-lint: the connection budget', blocks);
}

function serverBlocks(project: Project, server: Server): readonly Block[] {
  const rows = rowsOf(project, server);
  const declared = rows.filter(({ process }) => process.declared);
  const columns = server.databases.map((_, column) => declared.map(({ pools }) => pools[column] ?? null));
  const body = rows.map(({ process, role, copies, threads, pools }) => [
    [escapeControls(process.name), role, process.declared ? '' : '(not in the sums)'].filter(Boolean).join(' '),
    copies,
    threads,
    ...pools.map((pool) => (pool ? amount(pool.demand) : '·')),
    '',
  ]);
  return [
    { kind: 'heading', level: 3, text: `${sentence(server.name)} (${limitOf(project, server)})` },
    ...bars(server),
    {
      kind: 'table',
      head: ['process', 'copies', 'threads', ...server.databases.map(escapeControls), 'together'],
      rows: [
        ...body,
        ['demand', '', '', ...columns.map((pools) => total(pools, 'demand')), amount(server.demand)],
        ['ceiling', '', '', ...columns.map((pools) => total(pools, 'ceiling')), amount(server.ceiling)],
      ],
      left: 2,
      totals: 2,
    },
    { kind: 'code', text: rows.flatMap((row) => formulas(row).map((one) => `${row.process.name}  ${one}`)).join('\n') },
  ];
}

/** The three sums against what is usable, where both are known. */
function bars({ demand, autoscaled, peak, usable, overhead }: Server): readonly Block[] {
  const sums = [
    { name: 'steady', number: demand },
    { name: 'autoscaled', number: autoscaled },
    { name: 'deploying', number: peak },
  ];
  return sums.flatMap(({ name, number }): Block[] => {
    if (!number.known) return name === 'steady' ? [{ kind: 'text', text: `${name}: ${sentence(number.reason)}` }] : [];
    if (name === 'autoscaled' && demand.known && number.value === demand.value) return [];
    if (!usable.known || usable.value <= 0) return [{ kind: 'text', text: `${name}: ${number.value} connections` }];
    const extra = overhead.known ? overhead.value : 0;
    const over = number.value + extra - usable.value;
    const verdict = over > 0 ? `${over} too many` : `${-over} to spare`;
    const text = `${name}: ${number.value} of ${usable.value} usable, ${verdict} with ${extra} for console and migrations`;
    return [{ kind: 'bar', percent: Math.round(((number.value + extra) / usable.value) * 100), text }];
  });
}
