import type { SystemId } from '../../src/launch/launch.ts';
import type { Claim, Pool, Process } from '../../src/model/process.ts';
import { wantedText } from './advice.ts';
import type { Tight } from './headroom.ts';
import type { Misfit } from './misfit.ts';

/** Job systems that can run as threads of a web process, as sentences call them. */
const JOB_SYSTEMS: Partial<Record<SystemId, string>> = {
  good_job: 'GoodJob',
  solid_queue: 'Solid Queue',
  sidekiq: 'Sidekiq',
  sucker_punch: 'SuckerPunch',
  active_job_async: "Active Job's async adapter",
};

/** Whether a claim is that of jobs that run inside a process of another program. */
export function runsInside(process: Process, claim: Claim): boolean {
  return claim.system !== process.system && claim.system in JOB_SYSTEMS;
}

export function jobSystemName(system: SystemId): string {
  return JOB_SYSTEMS[system] ?? system;
}

/** The size to write: with it the helpers that borrow for one query find room too. */
export function roomForAll(found: Misfit | Tight): string {
  const { pool, wanted } = found;
  if ('helpers' in found || wanted === null) return wantedText(found);
  return String(wanted + utilities(pool));
}

/** Threads of a job system's own that borrow for one query. */
export function utilities({ claims }: Pool): number {
  const own = claims.filter(({ part }) => part === 'utility');
  return own.reduce((sum, { threads }) => sum + (threads.known ? threads.value : 0), 0);
}
