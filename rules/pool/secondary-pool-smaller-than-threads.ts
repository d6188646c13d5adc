import { amount } from '../../src/lint/phrases.ts';
import { variablesOf } from '../../src/value/history.ts';
import { defineRule, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Severity } from '../../src/lint/finding.ts';
import { poolLine, poolToWrite } from './advice.ts';
import { isFirstDatabase } from './databases.ts';
import { borrows, misfits, severityByLease, starvation, type Misfit } from './misfit.ts';

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
      severityByLease,
    ).map((outcome) => (outcome.kind === 'violates' ? { ...outcome, severity: severityOf(outcome.found) } : outcome)),
  say,
});

/** From Rails 7.2 a cache read or a broadcast borrows for one query; nothing holds on to these databases. */
function severityOf(found: Misfit): Severity {
  const briefly = found.pool.purpose === 'cache' || found.pool.purpose === 'cable';
  return briefly && borrows(found.rails) ? 'info' : severityByLease(found.rails);
}

function say(found: Misfit): Sentences {
  const { process, pool, claim } = found;
  const threads = amount(claim.threads);
  const size = amount(pool.size);
  return {
    message: `${process.name} runs ${threads} threads on a pool of ${size} for ${pool.database.name}`,
    consequence: starvation(found, process.role === 'web' ? 'request' : 'job'),
    arithmetic: `pool ${size} < ${threads} threads, in every process of ${process.name}`,
    advice: `give ${pool.database.name} as many connections as there are threads:`,
    snippet: poolLine(pool, poolToWrite(claim.threads, variablesOf(claim.threads.origin))),
  };
}
