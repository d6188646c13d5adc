import { capital } from '../lint/phrases.ts';
import type { Project } from '../lint/result.ts';
import type { Pool, Process } from '../model/process.ts';
import { paint } from './ansi.ts';
import { budget } from './budget.ts';
import { amount, ownerOf } from './budget_rows.ts';
import { cells, padEnd, wrap } from './cells.ts';
import { escapeControls } from './characters.ts';
import { projectName } from './project_name.ts';
import type { KnownMessage } from './error_messages.ts';
import { grid } from './grid.ts';
import { noDatabase } from './no_database.ts';
import { history } from './history.ts';

const NAMES = {
  pool: 'the connection pool of one process',
  server: 'the connection limit of the database server',
  role: 'the connection limit of a role',
  database: 'the connection limit of a database',
  pooler: 'the pooler between the app and the server',
  user: 'the connection limit of a user',
} as const;

/** A column of text is no narrower, however narrow the terminal is. */
const LEAST = 30;

/** What an error message means, and what in this repository feeds the limit it names. */
export function explained(
  message: KnownMessage,
  projects: readonly Project[],
  options: { readonly color: boolean; readonly width: number },
): string {
  const brush = paint(options.color);
  const lines = [
    `${brush('The limit', 'bold')}  ${NAMES[message.limit]}`,
    '',
    ...wrap(`${capital(message.means)}.`, options.width),
    ...wrap(`Look at ${message.look}:`, options.width),
    '',
  ];
  const start = `${lines.join('\n')}\n`;
  if (message.limit !== 'pool') return start + budget(projects, options);
  return start + projects.map((project) => pools(project, options.width)).join('\n');
}

function pools(project: Project, width: number): string {
  const where = `${projectName(project)}, ${escapeControls(project.environment)}`;
  const all = project.processes.flatMap((process) => process.pools.map((pool) => ({ process, pool })));
  if (all.length === 0) return `${where}: ${noDatabase([project])}\n`;
  const rows = all.map(({ process, pool }) => [
    escapeControls(process.name) + (process.role === 'web' || process.role === 'worker' ? '' : ` ${process.role}`),
    escapeControls(nameOf(pool, process)),
    `pool ${amount(pool.size)}`,
    `${amount(pool.threads)} threads`,
  ]);
  const starts = grid(rows, 4);
  const indent = 4 + Math.max(...starts.map(cells));
  const lines = all.flatMap(({ pool }, index) => {
    const [first = '', ...rest] = wrap(history(pool.size.origin, null), Math.max(LEAST, width - indent));
    const start = padEnd(`  ${starts[index]}`, indent);
    return [`${start}${first}`.trimEnd(), ...rest.map((line) => ' '.repeat(indent) + line)];
  });
  return [where, ...lines, ''].join('\n');
}

function nameOf(pool: Pool, { pools: all }: Process): string {
  const { name } = pool.database;
  return all.some((one) => one !== pool && one.database.name === name) ? `${name} (${ownerOf(pool)})` : name;
}
