import type { Severity } from '../../src/lint/finding.ts';
import { amount, list } from '../../src/lint/phrases.ts';
import type { SystemId } from '../../src/launch/launch.ts';
import type { Claim, Pool } from '../../src/model/process.ts';
import type { Misfit } from './misfit.ts';

/** Up to Rails 7.1 a query pins its connection to the thread, from 7.2 it borrows one. */
export function severityByLease({ lease }: Pick<Misfit, 'lease'>): Severity {
  return lease.keeps === true ? 'error' : 'warning';
}

/** Whether only single queries use a database, so that from Rails 7.2 nothing holds on to its connections. */
export function isUsedBriefly({ pool, lease }: Misfit): boolean {
  return (pool.purpose === 'cache' || pool.purpose === 'cable') && lease.keeps !== true;
}

/** What a thread does while it holds a connection, and what becomes of it when it gets none. */
const WORK: Partial<Record<SystemId, { readonly unit: string; readonly then: string }>> = {
  puma: { unit: 'request', then: 'its request fails' },
  sidekiq: { unit: 'job', then: 'its job is retried' },
  solid_queue: { unit: 'job', then: 'its job fails, and stays failed unless it says retry_on' },
};

const OTHER = { unit: 'job', then: 'its job fails' };

/** What happens in production when the threads of a process share too small a pool. */
export function starvation(found: Misfit): string {
  return `${waiting(found)}${sharedToo(found)}`;
}

/** The number at hand sizes other pools too: another finding says which of them it fits. */
export function sharedToo({ alsoSizes }: Misfit): string {
  return alsoSizes.length > 0 ? ` The same number sizes ${list(alsoSizes)}: see shared-anchor-pool-size.` : '';
}

/** Requests and jobs of one process can share a pool. */
function workOf(pool: Pool, claim: Claim): { readonly unit: string; readonly then: string } {
  const works = pool.claims.filter(({ counts }) => counts).map(({ system }) => WORK[system] ?? OTHER);
  const units = new Set(works.map(({ unit }) => unit));
  return units.size > 1 ? { unit: 'request or job', then: 'its request or job fails' } : (WORK[claim.system] ?? OTHER);
}

function waiting({ pool, claim, lease }: Misfit): string {
  const { unit, then } = workOf(pool, claim);
  const size = amount(pool.size);
  const threads = amount(pool.needed);
  const seconds = amount(pool.database.checkoutTimeout);
  const late =
    `One that waits longer than ${seconds} s (checkout_timeout) raises ` +
    `ActiveRecord::ConnectionTimeoutError; ${then}.`;
  const which = lease.rails === null ? '' : ` (${lease.rails})`;
  if (lease.keeps !== true) {
    return `At most ${size} of ${threads} threads can be in a transaction or hold a connection at once${which}. ${late}`;
  }
  const missing = pool.size.known && pool.needed.known ? pool.needed.value - Number(pool.size.value) : null;
  const waiters =
    missing === null
      ? 'The other threads wait'
      : `${missing} of ${threads} threads ${missing === 1 ? 'waits' : 'wait'}`;
  const holding = size === '1' ? '1 holds one to the end of its' : `${size} hold one to the end of their`;
  return `${waiters} for a connection while ${holding} ${unit}${which}. ${late}`;
}
