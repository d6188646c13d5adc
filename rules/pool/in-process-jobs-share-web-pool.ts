import { amount, capital } from '../../src/lint/phrases.ts';
import { defineRule, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Claim } from '../../src/model/process.ts';
import { changeTheUrl, ownSize, poolLine } from './advice.ts';
import { headroom, type Tight } from './headroom.ts';
import { jobSystemName, roomForAll, runsInside } from './inside.ts';
import { misfits, type Misfit } from './misfit.ts';
import { severityOfSecondary } from './secondary-pool-smaller-than-threads.ts';
import { starvation } from './starvation.ts';
import { termsOfPool } from './terms.ts';

/** R04: jobs run as threads of the web process, and its pool has no room for both. */
export const inProcessJobsShareWebPool: Rule = defineRule<Misfit | Tight>({
  id: 'in-process-jobs-share-web-pool',
  aliases: [],
  group: 'pool',
  severity: 'error',
  fix: 'unsafe',
  summary: 'Jobs run as threads of the web process, on a pool that is too small for requests and jobs together.',
  fineWhen: 'requests and jobs are never all busy at once',
  check: (project) => [
    ...misfits(project, (process, _pool, claim) => runsInside(process, claim), severityOfSecondary),
    ...headroom(project, {
      // Fibers take turns with the connections there are: that is what they are for.
      concerns: (process, _pool, claim) => runsInside(process, claim) && claim.part !== 'job fibers',
      severity: () => 'info',
    }),
  ],
  say: (found) => ('helpers' in found ? sayTight(found) : say(found)),
});

function say(found: Misfit): Sentences {
  const { process, pool, claim } = found;
  const size = amount(pool.size);
  // GoodJob's :async_all runs jobs in every process, those of other job systems too.
  const isWeb = process.role === 'web' || process.role === 'cable';
  const both = isWeb ? 'requests and jobs' : 'its own threads and these jobs';
  return {
    message:
      `${process.name} runs ${jobSystemName(claim.system)} inside: ${both} need ${amount(pool.needed)} ` +
      `connections of a pool of ${size}`,
    consequence: `${capital(both)} wait for each other's connections. ${starvation(found)}`,
    arithmetic: `pool ${size} < ${termsOfPool(pool).join(' + ')} = ${amount(pool.needed)}`,
    ...(changeTheUrl(found) ?? room(found)),
  };
}

function room(found: Misfit): Pick<Sentences, 'advice' | 'snippet'> {
  const { pool } = found;
  if (pool.purpose !== 'application') return ownSize(found, roomForAll);
  return {
    advice: 'let the pool be as large as both together, or run the jobs in a process of their own:',
    snippet: poolLine(pool, roomForAll(found)),
  };
}

function sayTight(found: Tight): Sentences {
  const { process, pool, claim, helpers, total } = found;
  const size = amount(pool.size);
  return {
    message: `the pool of ${size} in ${process.name} has no room for ${ofWhom(claim)} beside its other threads`,
    consequence:
      'When all others are busy these wait, and one that waits longer than ' +
      `${amount(pool.database.checkoutTimeout)} s (checkout_timeout) raises ActiveRecord::ConnectionTimeoutError.`,
    arithmetic: `pool ${size} < ${termsOfPool(pool, helpers).join(' + ')} = ${total}`,
    ...(changeTheUrl(found) ?? room(found)),
  };
}

function ofWhom({ part, threads, threadsOf, system }: Claim): string {
  return part === undefined ? `${amount(threads)} ${threadsOf} of ${jobSystemName(system)}` : threadsOf;
}
