import type { SystemId } from '../../src/launch/launch.ts';
import { amount, list, plural } from '../../src/lint/phrases.ts';
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

/** "3 request threads + 5 job threads", of the claims that count and of those. */
export function termsOfPool(pool: Pool, also: readonly Claim[] = []): readonly string[] {
  return [...pool.claims.filter((claim) => claim.counts), ...also].map(termOf);
}

/** "1 job thread", "2 for poller and heartbeat": a number of what can be counted, or one for what is listed. */
function termOf({ threads, threadsOf }: Claim): string {
  const number = amount(threads);
  const noun = /\b(?:thread|worker|fiber)s?\b/.exec(threadsOf)?.[0];
  if (number === '1') return noun?.endsWith('s') ? `1 ${threadsOf.replace(noun, noun.slice(0, -1))}` : `1 ${threadsOf}`;
  return noun?.endsWith('s') ? `${number} ${threadsOf}` : `${number} for ${threadsOf}`;
}

/** "16 threads", or, where others share the pool, "16 request threads and 2 job threads". */
export function threadsOn(pool: Pool, claim: Claim): string {
  const terms = termsOfPool(pool);
  return terms.length > 1 ? list(terms) : plural(amount(claim.threads), 'thread');
}

/** The size to write: with it the helpers that borrow for one query find room too. */
export function roomForAll(found: Misfit | Tight): string {
  const { pool, wanted } = found;
  if ('helpers' in found || wanted === null) return wantedText(found);
  const helpers = pool.claims.filter(({ part }) => part === 'utility');
  return String(helpers.reduce((sum, { threads }) => sum + (threads.known ? threads.value : 0), wanted));
}
