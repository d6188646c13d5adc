import type { Severity } from '../../src/lint/finding.ts';
import { amount } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Claim, Pool, Process } from '../../src/model/process.ts';
import { changeTheUrl, ownSize, wantedText } from './advice.ts';
import { isFirstDatabase } from './databases.ts';
import { runsInside } from './inside.ts';
import { misfits, type Misfit } from './misfit.ts';
import { isUsedBriefly, severityByLease, starvation } from './starvation.ts';
import { tooSmall } from './too_small.ts';
import { threadsOn } from './terms.ts';

/** R11: the test of R01 and R02 for every other database the process uses. */
export const secondaryPoolSmallerThanThreads: Rule = defineRule<Misfit>({
  id: 'secondary-pool-smaller-than-threads',
  aliases: [],
  group: 'pool',
  severity: 'error',
  fix: 'unsafe',
  summary: 'A process runs more threads than the pool of a database beside the first one has connections.',
  fineWhen: 'only few requests or jobs use this database at the same time',
  check: (project) =>
    misfits(project, (process, pool, claim) => isSecondary(project, process, pool, claim), severityOfSecondary).map(
      (outcome) =>
        // Where one number of an anchor cannot be right for all its entries, one finding speaks of the anchor.
        outcome.kind === 'violates' && outcome.found.alsoSizes.length > 0
          ? { ...outcome, leftTo: 'shared-anchor-pool-size' }
          : outcome,
    ),
  say,
});

/** Whether this rule judges a pool: not the first database's, and not one that a rule about job systems speaks of. */
export function isSecondary(project: Project, process: Process, pool: Pool, claim: Claim): boolean {
  if (claim.system === 'solid_queue' || claim.part === 'cable listener') return false;
  return !runsInside(process, claim) && !isFirstDatabase(project, process, pool);
}

export function severityOfSecondary(found: Misfit): Severity {
  return isUsedBriefly(found) ? 'info' : severityByLease(found);
}

function say(found: Misfit): Sentences {
  const { process, pool, claim } = found;
  const size = amount(pool.size);
  return {
    message: `${process.name} runs ${threadsOn(pool, claim)} on a pool of ${size} for ${pool.database.name}`,
    consequence: starvation(found),
    arithmetic: tooSmall(found, 'process'),
    ...(changeTheUrl(found) ?? ownSize(found, wantedText)),
  };
}
