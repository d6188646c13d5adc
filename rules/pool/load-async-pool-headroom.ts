import { amount } from '../../src/lint/phrases.ts';
import { defineRule, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Claim, Pool } from '../../src/model/process.ts';
import { assumptionsOf } from '../../src/value/traced.ts';
import { changeTheUrl, poolLine, wantedText } from './advice.ts';
import { headroom, type Tight } from './headroom.ts';
import { termsOfPool } from './terms.ts';

/** The guide adds one to the threads of the global executor. Source: guides/source/configuring.md@v8.1.3.1 */
const MARGIN = 1;

/** R05: queries of `load_async` run on threads that the pool has no connections for. */
export const loadAsyncPoolHeadroom: Rule = defineRule<Tight>({
  id: 'load-async-pool-headroom',
  aliases: [],
  group: 'pool',
  severity: 'warning',
  fix: 'unsafe',
  summary: 'Queries of load_async run on threads that find no connection beside the other threads of the process.',
  fineWhen: 'few requests load queries asynchronously at the same time',
  check: (project) => [
    ...headroom(project, {
      concerns: (_process, _pool, claim) => claim.part === 'load_async' && claim.threadsOf === GLOBAL,
      margin: MARGIN,
      severity: severityOf,
      fixable: () => true,
    }),
    ...headroom(project, {
      concerns: (_process, _pool, claim) => claim.part === 'load_async' && claim.threadsOf !== GLOBAL,
      severity: (found) => (followsThePool(found.pool) ? 'info' : severityOf(found)),
      fixable: ({ pool }) => !followsThePool(pool),
    }),
  ],
  say,
});

const GLOBAL = 'load_async threads';

/** Where no code loads anything asynchronously, only the configuration asks for it. */
function severityOf({ claim }: Tight): 'warning' | 'info' {
  return isCalled(claim) ? 'warning' : 'info';
}

function isCalled(claim: Claim): boolean {
  return assumptionsOf(claim.threads).every(({ kind }) => kind !== 'reachable');
}

/** Rails 7.0 to 8.0 take the pool for `max_threads` where nothing says it: then no pool is large enough. */
function followsThePool({ database, claims, size }: Pool): boolean {
  const threads = claims.find(({ part }) => part === 'load_async')?.threads;
  if (database.settings.has('max_threads') || !threads?.known || !size.known) return false;
  return threads.value === size.value;
}

/** Source: activerecord/lib/active_record/future_result.rb@v7.0.8.7, @v8.0.2 (`execute_or_skip`, `execute_or_wait`) */
function say(found: Tight): Sentences {
  const { process, pool, claim, helpers, total } = found;
  const size = amount(pool.size);
  const margin = claim.threadsOf === GLOBAL ? ` + ${MARGIN}` : '';
  const follows = followsThePool(pool);
  const larger = { advice: 'let the pool have room for them:', snippet: poolLine(pool, wantedText(found)) };
  return {
    message: `${process.name} loads queries on ${amount(claim.threads)} threads of their own, and its pool of ${size} has no room for them`,
    consequence:
      'While the pool has no connection for them nothing is loaded ahead: whoever reads the result runs the query itself. ' +
      'And what they hold is missing elsewhere: a request or job that finds no connection waits, and raises ' +
      `ActiveRecord::ConnectionTimeoutError after ${amount(pool.database.checkoutTimeout)} s (checkout_timeout).`,
    arithmetic: `pool ${size} < ${termsOfPool(pool, helpers).join(' + ')}${margin} = ${total}`,
    ...(follows
      ? {
          advice: 'give the executor a number of its own, or it grows with the pool:',
          snippet: 'max_threads: 2',
        }
      : (changeTheUrl(found) ?? larger)),
  };
}
