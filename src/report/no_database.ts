import type { Project } from '../lint/result.ts';
import { placeOf } from '../text/source.ts';
import { escapeControls } from './characters.ts';
import { messageWithoutSecrets } from './secrets.ts';

/** Why there is no pool in any of several projects. */
export function noDatabase(projects: readonly Project[]): string {
  return projects.some((project) => problemOf(project) !== null)
    ? 'no database configuration could be read'
    : 'no connection pool';
}

/** Why a project has no database server: it needs none, or what it needs could not be read. */
export function noServer(project: Project): string {
  const databases = [
    ...project.launches.flatMap((launch) => launch.databases),
    ...project.processes.flatMap(({ pools }) => pools.map(({ database }) => database)),
  ];
  const adapters = databases.map(({ adapter }) => (adapter.known ? adapter.value : null));
  if (adapters.length > 0 && adapters.every((adapter) => adapter?.startsWith('sqlite')))
    return 'no database server (SQLite needs none)';
  const problem = problemOf(project);
  if (databases.length > 0) return 'no database server is known';
  if (problem === null)
    return project.launches.length === 0 ? 'no process is known' : 'no database configuration was found';
  const { file, line, column } = placeOf(problem.at);
  const message = escapeControls(messageWithoutSecrets(problem.message));
  return `no database configuration could be read (${escapeControls(file)}:${line}:${column}: ${message})`;
}

/** What went wrong, in the file of the databases before any other one. */
function problemOf({ problems }: Project): Project['problems'][number] | null {
  return problems.find(({ at }) => /(^|\/)database\.yml/.test(at.file.path)) ?? problems[0] ?? null;
}
