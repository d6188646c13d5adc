import type { Project } from '../lint/result.ts';
import type { Upgrade } from '../lint/upgrade.ts';
import type { Server } from '../model/process.ts';
import { paint, type Paint } from './ansi.ts';
import { adviceOf, limitsToState } from './budget_advice.ts';
import { barOf, levelsOf, levelText } from './budget_levels.ts';
import type { BudgetBase } from './budget_base.ts';
import { compared } from './budget_compare.ts';
import { amount, formulas, rowsOf, type Row } from './budget_rows.ts';
import { tableLines } from './budget_table.ts';
import { cells, padEnd, wrap } from './cells.ts';
import { escapeControls } from './characters.ts';
import { projectName } from './project_name.ts';
import { noServer } from './no_database.ts';
import { sentence } from './secrets.ts';
import { shownTrail } from './traced.ts';
import { upgradeLines } from './upgrade.ts';
import { adapterName, gemName } from './words.ts';

export interface BudgetOptions {
  readonly color: boolean;
  readonly width: number;
  /** An earlier budget to compare with. */
  readonly base?: BudgetBase | null;
  /** What assumed versions change. */
  readonly upgrade?: Upgrade | null;
}

/** The connection budget for people: one table per server, and what it comes to. */
export function budget(projects: readonly Project[], options: BudgetOptions): string {
  const brush = paint(options.color);
  const lines: string[] = [];
  for (const { headline, because } of options.base ? compared(projects, options.base) : []) {
    const [first = '', ...rest] = wrap(because === null ? headline : `${headline} ${because}`, options.width);
    lines.push(brush(first, 'bold'), ...rest);
  }
  if (options.upgrade) {
    if (lines.length > 0) lines.push('');
    lines.push(...upgradeLines(options.upgrade, options.width, brush));
  }
  for (const project of projects) {
    if (lines.length > 0) lines.push('');
    const several = projects.length > 1 ? `${projectName(project)}, ` : '';
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
      const [first = '', ...rest] = wrap(
        `${title}: ${which}, ${sentence(server.name)} (${limitOf(project, server)})`,
        options.width,
      );
      lines.push(first, ...rest, '', ...serverLines(project, server, options.width, brush));
    }
    lines.push(...adviceLines(limitsToState(project), options.width));
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

function serverLines(project: Project, server: Server, width: number, brush: Paint): readonly string[] {
  const rows = rowsOf(project, server);
  return [
    ...tableLines(server, rows, width, brush),
    '',
    ...levelLines(project, server, width, brush),
    '',
    ...arithmetic(rows, width),
    ...adviceLines(adviceOf(project, server), width),
  ];
}

/** What a bar says needs this many cells beside it; with fewer it stands below. */
const NARROWEST = 48;

function levelLines(project: Project, server: Server, width: number, brush: Paint): readonly string[] {
  return levelsOf(project, server).flatMap((level) => {
    const start = `${level.name.padEnd(10)} ${amount(level.number).padStart(5)}  `;
    const bar = barOf(level, server);
    const painted = bar === null ? '' : `${brush(bar.text, bar.full ? 'red' : 'green')} `;
    const text = levelText(level, server);
    if (text === '') return [start];
    const beside = cells(start) + (bar === null ? 0 : cells(bar.text) + 1);
    const fits = bar === null || beside + Math.min(cells(text), NARROWEST) <= width;
    const indent = fits ? beside : cells(start);
    const lines = wrap(text, Math.max(20, width - indent));
    const [first = '', ...rest] = fits ? lines : ['', ...lines];
    return [`${start}${painted}${first}`.trimEnd(), ...rest.map((line) => ' '.repeat(indent) + line)];
  });
}

function adviceLines(advice: readonly string[], width: number): readonly string[] {
  const lines = advice.flatMap((line) => wrap(line, width));
  return lines.length > 0 ? ['', ...lines] : [];
}

/** With fewer cells beside the names, the arithmetic stands below them. */
const NARROWEST_ARITHMETIC = 40;

function arithmetic(rows: readonly Row[], width: number): readonly string[] {
  const body = rows.flatMap((row) => {
    const inside = row.process.inside.map(({ system, threads }) => `${amount(threads)} of ${gemName(system)}`);
    const also = inside.length > 0 ? [`with threads inside it: ${inside.join(', ')}`] : [];
    return [...formulas(row), ...also].map((line, index) => [index === 0 ? row.called : '', line] as const);
  });
  const indent = Math.max(0, ...body.map(([label]) => cells(label))) + 2;
  if (width - indent >= NARROWEST_ARITHMETIC)
    return body.flatMap(([label, line]) =>
      wrap(line, width - indent).map((part, at) => padEnd(at === 0 ? label : '', indent) + part),
    );
  return body.flatMap(([label, line]) => [
    ...(label === '' ? [] : [label]),
    ...wrap(line, width - 2).map((part) => `  ${part}`),
  ]);
}
