import type { Project } from '../lint/result.ts';
import type { Server } from '../model/process.ts';
import type { Traced } from '../value/traced.ts';
import { paint, type Paint } from './ansi.ts';
import { amount, formulas, rowsOf, total, type Row } from './budget_rows.ts';
import { cells, wrap } from './cells.ts';
import { escapeControls } from './characters.ts';
import { grid } from './grid.ts';
import { noServer } from './no_database.ts';
import { sentence } from './secrets.ts';
import { shownTrail } from './traced.ts';
import { adapterName, count, gemName, list } from './words.ts';

export interface BudgetOptions {
  readonly color: boolean;
  readonly width: number;
}

/** The connection budget for people: one table per server, and what it comes to. */
export function budget(projects: readonly Project[], options: BudgetOptions): string {
  const brush = paint(options.color);
  const lines: string[] = [];
  for (const project of projects) {
    if (lines.length > 0) lines.push('');
    const several = projects.length > 1 ? `${escapeControls(project.root)}, ${escapeControls(project.name)}, ` : '';
    const servers = project.servers.length;
    if (servers === 0) {
      const title = `${several}${escapeControls(project.environment)}`;
      const [first = '', ...rest] = wrap(`${title}: ${noServer(project)}`, options.width);
      lines.push(first.startsWith(title) ? brush(title, 'bold') + first.slice(title.length) : first, ...rest);
      continue;
    }
    for (const [index, server] of project.servers.entries()) {
      if (index > 0) lines.push('');
      const which = servers === 1 ? 'one server' : `server ${index + 1} of ${servers}`;
      const title = brush(`${several}${escapeControls(project.environment)}`, 'bold');
      lines.push(`${title}: ${which}, ${sentence(server.name)} (${limitOf(project, server)})`, '');
      lines.push(...serverLines(rowsOf(project, server), server, options.width, brush));
    }
  }
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

/** "PostgreSQL; max_connections 100 from docker-compose.yml:41, 97 usable" */
export function limitOf(project: Project, server: Server): string {
  const adapter = project.processes
    .flatMap(({ pools }) => pools)
    .find(({ database }) => server.databases.includes(database.name))?.database.adapter;
  const what = adapter?.known && adapter.value !== null ? `${adapterName(adapter.value)}; ` : '';
  if (!server.limit.known) return `${what}max_connections is not known`;
  const trail = shownTrail(server.limit.origin);
  const step = trail.find(({ file }) => file !== undefined) ?? trail[0];
  const from = step?.file === undefined ? step?.text : `${step.file}:${step.line}`;
  return `${what}max_connections ${server.limit.value}${from === undefined ? '' : ` from ${escapeControls(from)}`}, ${amount(server.usable)} usable`;
}

function serverLines(rows: readonly Row[], server: Server, width: number, brush: Paint): readonly string[] {
  const declared = rows.filter(({ process }) => process.declared);
  const columns = server.databases.map((_, column) => declared.map(({ pools }) => pools[column] ?? null));
  const body = rows.map(cellsOf);
  const lines = grid(
    [
      ['', '', 'copies', 'threads', ...server.databases.map(escapeControls), ''],
      ...body,
      ['demand', '', '', '', ...columns.map((pools) => total(pools, 'demand')), amount(server.demand)],
      ['ceiling', '', '', '', ...columns.map((pools) => total(pools, 'ceiling')), amount(server.ceiling)],
    ],
    3,
    '   ',
  );
  const ruler = '─'.repeat(Math.min(width, Math.max(...lines.map(cells))));
  const at = 1 + rows.length;
  return [
    brush(lines[0]!, 'dim'),
    ...lines.slice(1, at),
    brush(ruler, 'dim'),
    ...lines.slice(at),
    '',
    ...levels(server, brush),
    '',
    ...arithmetic(rows),
    ...advice(declared, server, width),
  ];
}

function cellsOf(row: Row): readonly string[] {
  const pools = row.pools.map((pool) => (pool ? amount(pool.demand) : '·'));
  return [row.name, row.role, row.copies, row.threads, ...pools, row.process.declared ? '' : '(not in the sums)'];
}

/** The sums against what is usable: steady, autoscaled, while deploying. */
function levels(server: Server, brush: Paint): readonly string[] {
  const rows: { readonly name: string; readonly number: Traced<number> }[] = [
    { name: 'steady', number: server.demand },
  ];
  if (server.autoscaled.known && server.demand.known && server.autoscaled.value !== server.demand.value)
    rows.push({ name: 'autoscaled', number: server.autoscaled });
  if (server.peak.known) rows.push({ name: 'deploying', number: server.peak });
  return rows.map(({ name, number }) => {
    const start = `${name.padEnd(10)} ${amount(number).padStart(5)}`;
    if (!number.known) return `${start}  ${sentence(number.reason)}`;
    if (!server.usable.known) return `${start}  ${sentence(server.usable.reason)}`;
    return `${start}  ${against(number.value, server.usable.value, server.overhead, brush)}`;
  });
}

/** A full server is this many cells of the bar. */
const FULL = 20;
const LONGEST_BAR = 45;

function against(demand: number, usable: number, overhead: Traced<number>, brush: Paint): string {
  const extra = overhead.known ? overhead.value : 0;
  const over = demand + extra - usable;
  const halves = usable > 0 ? Math.round((demand / usable) * FULL * 2) : LONGEST_BAR * 2;
  const drawn = Math.min(halves, LONGEST_BAR * 2);
  const bar = '█'.repeat(Math.floor(drawn / 2)) + (drawn % 2 === 1 ? '▌' : '');
  const share = usable > 0 ? `${Math.round((demand / usable) * 100)} % of ${usable}` : `of ${usable}`;
  const verdict = over > 0 ? `${over} too many` : `${-over} to spare`;
  return `${brush(bar, over > 0 ? 'red' : 'green')} ${share}   ${verdict} with ${extra} for console and migrations`;
}

function arithmetic(rows: readonly Row[]): readonly string[] {
  let name = '';
  const body = rows.flatMap((row) => {
    name = row.name || name;
    const label = row.role === '' || row.role === 'web' ? name : `${name} ${row.role}`;
    const inside = row.process.inside.map(({ system, threads }) => `${amount(threads)} of ${gemName(system)}`);
    const also = inside.length > 0 ? [`with threads inside it: ${inside.join(', ')}`] : [];
    return [...formulas(row), ...also].map((line, index) => [index === 0 ? label : '', line]);
  });
  return grid(body, 2);
}

function advice(rows: readonly Row[], server: Server, width: number): readonly string[] {
  const lines: string[] = [];
  const assumed = rows
    .filter(({ process }) => process.hosts.origin.kind === 'assumed')
    .map(({ process }) => process.name);
  if (assumed.length > 0) {
    const names = list([...new Set(assumed)].map(escapeControls));
    lines.push(
      ...wrap(
        `Nothing states how many hosts ${names} ${new Set(assumed).size === 1 ? 'has' : 'have'}: 1 is assumed, and every sum is a lower bound. Say --hosts ${escapeControls(assumed[0]!)}=N.`,
        width,
      ),
    );
  }
  const heaviest = rows
    .map((row) => ({ row, demand: Number(total(row.pools, 'demand')) }))
    .filter(({ demand }) => Number.isFinite(demand))
    .toSorted((a, b) => b.demand - a.demand)[0];
  if (heaviest && heaviest.demand > 0 && server.demand.known && server.usable.known) {
    const { process } = heaviest.row;
    const { hosts } = process;
    const extra = server.overhead.known ? server.overhead.value : 0;
    if (hosts.known && hosts.value > 0) {
      const others = server.demand.value - heaviest.demand;
      const fit = Math.max(0, Math.floor((server.usable.value - extra - others) / (heaviest.demand / hosts.value)));
      lines.push(`Fits up to: ${count(fit, `${escapeControls(process.name)} host`)} at this setting.`);
    }
    lines.push(`What moves it most: ${escapeControls(process.name)} (${heaviest.demand} of ${server.demand.value}).`);
  }
  return lines.length > 0 ? ['', ...lines] : [];
}
