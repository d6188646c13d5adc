import { capital } from '../lint/phrases.ts';
import type { Project } from '../lint/result.ts';
import type { Pool, Process } from '../model/process.ts';
import { paint } from './ansi.ts';
import { budget } from './budget.ts';
import { amount, ownerOf } from './budget_rows.ts';
import { wrap } from './cells.ts';
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
  return start + projects.map(pools).join('\n');
}

function pools(project: Project): string {
  const where = `${projectName(project)}, ${escapeControls(project.environment)}`;
  const rows = project.processes.flatMap((process) =>
    process.pools.map((pool) => [
      escapeControls(process.name) + (process.role === 'web' || process.role === 'worker' ? '' : ` ${process.role}`),
      escapeControls(nameOf(pool, process)),
      `pool ${amount(pool.size)}`,
      `${amount(pool.threads)} threads`,
      history(pool.size.origin, null),
    ]),
  );
  if (rows.length === 0) return `${where}: ${noDatabase([project])}\n`;
  return [where, ...grid(rows, 5).map((line) => `  ${line}`), ''].join('\n');
}

function nameOf(pool: Pool, { pools: all }: Process): string {
  const { name } = pool.database;
  return all.some((one) => one !== pool && one.database.name === name) ? `${name} (${ownerOf(pool)})` : name;
}
