import type { Project } from '../../src/lint/result.ts';
import type { Pool, Process } from '../../src/model/process.ts';

/** Whether the pool belongs to the first entry of the environment: the one Active Record::Base connects to. */
export function isFirstDatabase(project: Project, process: Process, pool: Pool): boolean {
  const booted = project.launches.find((one) => one.launch === process.launch);
  return booted?.databases[0]?.name === pool.database.name;
}
