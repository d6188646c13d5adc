import { amount } from '../../src/lint/phrases.ts';
import { defineRule, type Rule, type Sentences } from '../../src/lint/rule.ts';
import { changeTheUrl, ownSize, wantedText } from './advice.ts';
import { isFirstDatabase } from './databases.ts';
import { misfits, type Misfit } from './misfit.ts';
import { isUsedBriefly, severityByLease, starvation } from './starvation.ts';

/** R11: the test of R01 and R02 for every other database the process uses. */
export const secondaryPoolSmallerThanThreads: Rule = defineRule<Misfit>({
  id: 'secondary-pool-smaller-than-threads',
  aliases: [],
  group: 'pool',
  severity: 'error',
  fix: null,
  summary: 'A process runs more threads than the pool of a database beside the first one has connections.',
  fineWhen: 'only few requests or jobs use this database at the same time',
  check: (project) =>
    misfits(
      project,
      (process, pool, claim) => claim.system !== 'solid_queue' && !isFirstDatabase(project, process, pool),
      (found) => (isUsedBriefly(found) ? 'info' : severityByLease(found)),
    ),
  say,
});

function say(found: Misfit): Sentences {
  const { process, pool, claim } = found;
  const threads = amount(claim.threads);
  const size = amount(pool.size);
  return {
    message: `${process.name} runs ${threads} threads on a pool of ${size} for ${pool.database.name}`,
    consequence: starvation(found),
    arithmetic: `pool ${size} < ${threads} threads, in every process of ${process.name}`,
    ...(changeTheUrl(found) ?? ownSize(found, wantedText(found))),
  };
}
