import type { Server } from '../model/process.ts';
import type { Paint } from './ansi.ts';
import { amount, NOT_SUMMED, sumsOf, type Row, type Sum } from './budget_rows.ts';
import { cells, wrap } from './cells.ts';
import { escapeControls } from './characters.ts';
import { grid } from './grid.ts';

/** What the processes hold on one server: a table where it fits into the width, else one process below the other. */
export function tableLines(server: Server, rows: readonly Row[], width: number, brush: Paint): readonly string[] {
  const sums = sumsOf(server, rows);
  for (const gap of ['   ', '  ']) {
    const lines = asGrid(server, rows, sums, gap);
    if (Math.max(...lines.map(cells)) > width) continue;
    const ruler = '─'.repeat(Math.max(...lines.map(cells)));
    const at = 1 + rows.length;
    return [brush(lines[0]!, 'dim'), ...lines.slice(1, at), brush(ruler, 'dim'), ...lines.slice(at)];
  }
  return [...stackedRows(server, rows, width), brush('─'.repeat(width), 'dim'), ...stackedSums(server, sums, width)];
}

function asGrid(server: Server, rows: readonly Row[], sums: readonly Sum[], gap: string): readonly string[] {
  return grid(
    [
      ['', '', 'copies', 'threads', ...server.databases.map(escapeControls), ''],
      ...rows.map(({ name, role, copies, threads, pools, process }) => [
        name,
        role,
        copies,
        threads,
        ...pools.map((pool) => (pool ? amount(pool.demand) : '·')),
        process.declared ? '' : NOT_SUMMED,
      ]),
      ...sums.map(({ name, each, together }) => [name, '', '', '', ...each, together]),
    ],
    3,
    gap,
  );
}

function stackedRows(server: Server, rows: readonly Row[], width: number): readonly string[] {
  return rows.flatMap(({ process, called, copies, threads, pools }) => {
    const held = pools.map((pool) => pool && amount(pool.demand));
    const about = [`${called}: ${copies}`, `threads ${threads}`, ...(process.declared ? [] : [NOT_SUMMED])];
    return [...wrap(about.join(', '), width), ...onEach(server, held, width)];
  });
}

function stackedSums(server: Server, sums: readonly Sum[], width: number): readonly string[] {
  return sums.flatMap(({ name, each, together }) => [
    `${name} ${together}`,
    ...(each.length > 1 ? onEach(server, each, width) : []),
  ]);
}

/** "primary 40, queue 12", indented. */
function onEach({ databases }: Server, numbers: readonly (string | null)[], width: number): readonly string[] {
  const each = databases.flatMap((name, column) => {
    const number = numbers[column];
    return number === null || number === undefined ? [] : [`${escapeControls(name)} ${number}`];
  });
  return wrap(each.join(', '), width - 2).map((line) => `  ${line}`);
}
