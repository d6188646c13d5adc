import { amount } from '../../src/lint/phrases.ts';
import { defineRule, type Rule, type Sentences } from '../../src/lint/rule.ts';
import { assumptionsOf } from '../../src/value/traced.ts';
import { changeTheUrl, poolLine, wantedText } from './advice.ts';
import { headroom, type Tight } from './headroom.ts';
import { termsOfPool } from './terms.ts';

/** R09: requests that the app marks as waiting run on threads beyond `threads`, from Puma 8 on. */
export const pumaIoThreadsExceedPool: Rule = defineRule<Tight>({
  id: 'puma-io-threads-exceed-pool',
  aliases: [],
  group: 'pool',
  severity: 'warning',
  fix: 'unsafe',
  summary: 'Requests marked as I/O bound let Puma run more threads than its pool has connections.',
  fineWhen: 'a marked request gives its connection back before it waits',
  check: (project) =>
    headroom(project, {
      concerns: (_process, _pool, claim) =>
        claim.part === 'io' && assumptionsOf(claim.threads).every(({ kind }) => kind !== 'reachable'),
      severity: () => 'warning',
      fixable: () => true,
    }),
  say,
});

function say(found: Tight): Sentences {
  const { process, pool, claim, helpers, total } = found;
  const size = amount(pool.size);
  return {
    message: `${process.name} can run ${total} threads at once with ${amount(claim.threads)} for marked requests, on a pool of ${size}`,
    consequence:
      'A marked request lets Puma start another thread while it waits. If it still holds its connection, the others ' +
      `wait for one, and raise ActiveRecord::ConnectionTimeoutError after ${amount(pool.database.checkoutTimeout)} s.`,
    arithmetic: `pool ${size} < ${termsOfPool(pool, helpers).join(' + ')} = ${total}`,
    ...(changeTheUrl(found) ?? {
      advice: 'let the pool cover both, or release the connection before a marked request waits:',
      snippet: poolLine(pool, wantedText(found)),
    }),
  };
}
