import type { Severity } from '../../src/lint/finding.ts';
import { amount } from '../../src/lint/phrases.ts';
import { defineRule, type Rule, type Sentences } from '../../src/lint/rule.ts';
import { atLeast, version } from '../../src/versions/compare.ts';
import { changeTheUrl, ownSize, wantedText } from './advice.ts';
import { runsInside } from './inside.ts';
import { largest, lowest, misfits, type Misfit } from './misfit.ts';
import { isUsedBriefly, severityByLease, sharedToo, starvation } from './starvation.ts';
import { termsOfPool } from './terms.ts';

/** R03: a Solid Queue process has more threads on a pool than the pool has connections; the gem's own check included. */
export const poolSmallerThanSolidQueue: Rule = defineRule<Misfit>({
  id: 'pool-smaller-than-solid-queue',
  aliases: [],
  group: 'pool',
  severity: 'error',
  fix: 'unsafe',
  summary: 'A Solid Queue process has more threads than its pool has connections; some versions refuse to start.',
  fineWhen: 'the jobs spend their time outside the database, on Solid Queue 1.5 or later and Rails 7.2 or later',
  check: (project) =>
    misfits(
      project,
      (process, _pool, claim) => claim.system === 'solid_queue' && !runsInside(process, claim),
      severityOf,
    ),
  say,
});

function severityOf(found: Misfit): Severity {
  if (refusesToStart(found)) return 'error';
  return isUsedBriefly(found) ? 'info' : severityByLease(found);
}

/**
 * Whether the gem's own check stops the supervisor: the threads of its largest worker and two more, against the pool of
 * the queue. Source: lib/solid_queue/configuration.rb@v1.1.1 … v1.4.0 (an error), @v1.5.0 (a warning)
 */
export function refusesToStart({ pool, solidQueue }: Misfit): boolean {
  if (solidQueue === null || !atLeast(version(solidQueue), '1.1.1') || atLeast(version(solidQueue), '1.5.0'))
    return false;
  const keepsTheQueue = pool.claims.some((claim) => claim.system === 'solid_queue' && claim.held === 'loop');
  const threads = pool.claims.filter(({ system, held }) => system === 'solid_queue' && held === 'job');
  const most = Math.max(0, ...threads.map((claim) => lowest(claim.threads) ?? 0));
  const size = largest(pool.size);
  return keepsTheQueue && most > 0 && size !== null && size < most + 2;
}

function say(found: Misfit): Sentences {
  const { process, pool } = found;
  const needed = amount(pool.needed);
  const size = amount(pool.size);
  const role = process.system === 'solid_queue' ? process.role : 'threads';
  const who = `${role === 'worker' ? 'a Solid Queue worker' : `the Solid Queue ${role}`} of ${process.name}`;
  const parts = termsOfPool(pool);
  const variable = `${pool.database.name.toUpperCase().replaceAll(/\W/g, '_')}_POOL`;
  const refuses = refusesToStart(found);
  return {
    message: `${who} ${role === 'threads' ? 'need' : 'needs'} ${needed} connections of ${pool.database.name}, its pool has ${size}`,
    consequence: refuses ? refusal(found) : starvation(found),
    arithmetic: `pool ${size} < ${parts.join(' + ')}${parts.length > 1 ? ` = ${needed}` : ''}`,
    ...(changeTheUrl(found) ?? ownSize(found, (one) => `<%= ENV.fetch("${variable}", ${wantedText(one)}) %>`)),
    ...(refuses ? { fineWhen: null } : fewJobs(found)),
  };
}

/** Nobody can tell which jobs use a class that connects to a database of its own: the threads of all of them count. */
function fewJobs({ pool: { owner, purpose, size } }: Misfit): Pick<Sentences, 'fineWhen'> {
  if (owner === null || purpose !== 'application') return {};
  const most = amount(size);
  return {
    fineWhen:
      `no more than ${most} ${most === '1' ? 'job uses' : 'jobs use'} ${owner} at the same time: which jobs do is not ` +
      'known, so all their threads are counted',
  };
}

/** What a version that compares the two at its start makes of too small a pool. */
export function refusal(found: Misfit): string {
  return (
    `Solid Queue ${found.solidQueue} checks this when it starts and exits; run by Puma's plugin it takes the web ` +
    `server down with it.${sharedToo(found)}`
  );
}
