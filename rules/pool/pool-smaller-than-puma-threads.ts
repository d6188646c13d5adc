import { amount } from '../../src/lint/phrases.ts';
import { defineRule, type Rule, type Sentences } from '../../src/lint/rule.ts';
import { changeTheUrl, followTheThreads } from './advice.ts';
import { isFirstDatabase } from './databases.ts';
import { misfits, type Misfit } from './misfit.ts';
import { severityByLease, starvation } from './starvation.ts';
import { tooSmall } from './too_small.ts';
import { threadsOn } from './terms.ts';

/** R01: a Puma process can run more request threads than the pool of the application's own database has connections. */
export const poolSmallerThanPumaThreads: Rule = defineRule<Misfit>({
  id: 'pool-smaller-than-puma-threads',
  aliases: [],
  group: 'pool',
  severity: 'error',
  fix: 'unsafe',
  summary: 'A Puma process runs more request threads than its pool has connections.',
  fineWhen: 'most requests never touch the database',
  check: (project) =>
    misfits(
      project,
      (process, pool, claim) => claim.system === 'puma' && isFirstDatabase(project, process, pool),
      severityByLease,
    ),
  say,
});

function say(found: Misfit): Sentences {
  const { process, pool, claim } = found;
  const size = amount(pool.size);
  return {
    message: `${process.name} runs ${threadsOn(pool, claim)} on a pool of ${size}`,
    consequence: starvation(found),
    arithmetic: tooSmall(found, 'process'),
    ...(changeTheUrl(found) ?? followTheThreads(found)),
  };
}
