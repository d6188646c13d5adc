import { amount, plural } from '../../src/lint/phrases.ts';
import { defineRule, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Project } from '../../src/lint/result.ts';
import type { Claim, Process } from '../../src/model/process.ts';
import { changeTheUrl, poolLine } from './advice.ts';
import { isFirstDatabase } from './databases.ts';
import { headroom, type Tight } from './headroom.ts';
import { roomForAll } from './inside.ts';
import { misfits, type Misfit } from './misfit.ts';
import { starvation } from './starvation.ts';
import { termsOfPool } from './terms.ts';

interface Starved extends Misfit {
  /** Whether a job certainly keeps its connection to its end for an advisory lock, whatever the version of Rails. */
  readonly locks: boolean;
}

/** R14: a process that works on a queue runs more threads than its pool has connections. */
export const consumerConcurrencyExceedsPool: Rule = defineRule<Starved | Tight>({
  id: 'consumer-concurrency-exceeds-pool',
  aliases: [],
  group: 'pool',
  severity: 'warning',
  fix: 'unsafe',
  summary: 'A process of GoodJob or another consumer runs more threads than its pool has connections.',
  fineWhen: 'most of its work never touches the database',
  check: (project) => [
    ...misfits(
      project,
      (process, pool, claim) => isConsumer(process, claim) && isFirstDatabase(project, process, pool),
      () => 'warning',
    ).map((outcome) =>
      outcome.kind === 'violates'
        ? { ...outcome, found: { ...outcome.found, ...locked(project, outcome.found) } }
        : outcome,
    ),
    ...headroom(project, {
      concerns: (process, _pool, claim) => isConsumer(process, claim) && claim.part === 'utility',
      severity: () => 'info',
    }),
  ],
  say: (found) => ('helpers' in found ? sayTight(found) : say(found)),
});

/** Sidekiq and Solid Queue have rules of their own. */
function isConsumer({ system, role }: Process, claim: Claim): boolean {
  return role === 'worker' && claim.system === system && system !== 'sidekiq' && system !== 'solid_queue';
}

/** Source: app/models/good_job/job/lockable.rb@v4.23.1 (lease_connection only with an advisory lock) */
function locked({ launches }: Project, { process }: Misfit): Pick<Starved, 'locks'> {
  const strategy = launches.find(({ launch }) => launch === process.launch)?.settings['lock_strategy'];
  if (typeof strategy !== 'object' || !('known' in strategy) || !strategy.known) return { locks: false };
  return { locks: strategy.value === 'advisory' || strategy.value === 'hybrid' };
}

function say(found: Starved): Sentences {
  const { process, pool } = found;
  const size = amount(pool.size);
  const needed = amount(pool.needed);
  return {
    message: `${process.name} runs ${plural(needed, 'thread')} on a pool of ${size}`,
    consequence: found.locks ? lockedOut(found) : starvation(found),
    arithmetic: `pool ${size} < ${plural(needed, 'thread')}, in every copy of ${process.name}`,
    ...wayOut(found),
  };
}

/** Source: app/models/concerns/good_job/advisory_lockable.rb@v4.19.2 (lease_connection) */
function lockedOut({ pool }: Misfit): string {
  return (
    `A job keeps its connection to its end, for its advisory lock: ${amount(pool.size)} jobs run, and the other ` +
    `threads wait ${amount(pool.database.checkoutTimeout)} s (checkout_timeout), raise ` +
    'ActiveRecord::ConnectionTimeoutError and leave their jobs in the queue.'
  );
}

function wayOut(found: Misfit): Pick<Sentences, 'advice' | 'snippet'> {
  const advice = 'let the pool be at least as large as the threads:';
  return changeTheUrl(found) ?? { advice, snippet: poolLine(found.pool, roomForAll(found)) };
}

function sayTight(found: Tight): Sentences {
  const { process, pool, claim, helpers, total } = found;
  const size = amount(pool.size);
  return {
    message: `the pool of ${size} in ${process.name} has no room for ${claim.threadsOf} beside its job threads`,
    consequence:
      'While every job thread is busy these wait, and raise ActiveRecord::ConnectionTimeoutError after ' +
      `${amount(pool.database.checkoutTimeout)} s (checkout_timeout): a cron job may be left out.`,
    arithmetic: `pool ${size} < ${termsOfPool(pool, helpers).join(' + ')} = ${total}`,
    ...wayOut(found),
  };
}
