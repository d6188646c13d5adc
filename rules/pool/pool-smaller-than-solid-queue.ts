import { amount } from '../../src/lint/phrases.ts';
import { defineRule, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Severity } from '../../src/lint/finding.ts';
import { atLeast, version } from '../../src/versions/compare.ts';
import { largest, poolLine } from './advice.ts';
import { misfits, severityByLease, starvation, type Misfit } from './misfit.ts';

/** R03: a Solid Queue process has more threads on a pool than the pool has connections; the gem's own check included. */
export const poolSmallerThanSolidQueue: Rule = defineRule<Misfit>({
  id: 'pool-smaller-than-solid-queue',
  aliases: [],
  group: 'pool',
  severity: 'error',
  fix: null,
  summary: 'A Solid Queue process has more threads than its pool has connections; some versions refuse to start.',
  fineWhen: 'the jobs spend their time outside the database, on Solid Queue 1.5 or later and Rails 7.2 or later',
  check: (project) => {
    const solidQueue = project.versions['solid_queue'] ?? null;
    return misfits(
      project,
      (_process, _pool, claim) => claim.system === 'solid_queue',
      (rails) => severityOf(solidQueue, rails),
    ).map((outcome) =>
      outcome.kind === 'violates' && !isQueuePool(outcome.found)
        ? { ...outcome, severity: severityByLease(outcome.found.rails) }
        : outcome,
    );
  },
  say,
});

/** Source: lib/solid_queue/configuration.rb@v1.1.1 … v1.4.0 (an error: the supervisor exits), @v1.5.0 (a warning). */
function severityOf(solidQueue: string | null, rails: string | null): Severity {
  return refusesToStart(solidQueue) ? 'error' : severityByLease(rails);
}

function refusesToStart(solidQueue: string | null): boolean {
  if (solidQueue === null) return false;
  const gem = version(solidQueue);
  return atLeast(gem, '1.1.1') && !atLeast(gem, '1.5.0');
}

/** The poller and the heartbeat only claim the database that keeps the queue. */
function isQueuePool({ pool }: Misfit): boolean {
  return pool.claims.some((claim) => claim.system === 'solid_queue' && claim.held === 'loop');
}

function say(found: Misfit): Sentences {
  const { process, pool } = found;
  const needed = amount(pool.needed);
  const size = amount(pool.size);
  const who =
    process.role === 'worker'
      ? `a Solid Queue worker of ${process.name}`
      : `the Solid Queue ${process.role} of ${process.name}`;
  const parts = pool.claims
    .filter((claim) => claim.counts)
    .map((claim) => `${amount(claim.threads)} ${claim.threadsOf}`);
  return {
    message: `${who} needs ${needed} connections of ${pool.database.name}, its pool has ${size}`,
    consequence: consequenceOf(found),
    arithmetic: `pool ${size} < ${parts.join(' + ')}${parts.length > 1 ? ` = ${needed}` : ''}`,
    advice: `give ${pool.database.name} a pool of its own:`,
    snippet: poolLine(
      pool,
      `<%= ENV.fetch("${pool.database.name.toUpperCase()}_POOL", ${largest(pool.needed) ?? '…'}) %>`,
    ),
  };
}

function consequenceOf(found: Misfit): string {
  if (isQueuePool(found) && refusesToStart(found.solidQueue)) {
    return `Solid Queue ${found.solidQueue} checks this when it starts and exits; run by Puma's plugin it takes the web server down with it.`;
  }
  return starvation(found, 'job');
}
