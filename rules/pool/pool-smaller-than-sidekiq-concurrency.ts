import { amount, oneLine } from '../../src/lint/phrases.ts';
import { defineRule, type Rule, type Sentences } from '../../src/lint/rule.ts';
import { carried, variablesOf } from '../../src/value/history.ts';
import { changeTheUrl, isOneVariable, poolLine, setForProcess, wantedText, type WayOut } from './advice.ts';
import { isFirstDatabase } from './databases.ts';
import { largest, misfits, type Misfit } from './misfit.ts';
import { severityByLease, starvation } from './starvation.ts';
import { tooSmall } from './too_small.ts';
import { threadsOn } from './terms.ts';

/** R02: a Sidekiq process runs more job threads, over all capsules, than its pool has connections. */
export const poolSmallerThanSidekiqConcurrency: Rule = defineRule<Misfit>({
  id: 'pool-smaller-than-sidekiq-concurrency',
  aliases: [],
  group: 'pool',
  severity: 'error',
  fix: 'unsafe',
  summary: 'A Sidekiq process runs more job threads than its pool has connections.',
  fineWhen: 'most jobs never touch the database',
  check: (project) =>
    misfits(
      project,
      (process, pool, claim) => claim.system === 'sidekiq' && isFirstDatabase(project, process, pool),
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
    arithmetic: tooSmall(found, 'copy'),
    ...(changeTheUrl(found) ?? wayOut(found)),
  };
}

/** One variable that sizes the pool and that Sidekiq reads too, set for this process alone; else a larger pool. */
function wayOut(found: Misfit): WayOut {
  const { pool, claim } = found;
  const needed = largest(claim.threads);
  const [variable, ...others] = variablesOf(pool.size.origin);
  if (needed === null || variable === undefined || others.length > 0 || !isOneVariable(pool.size)) {
    return {
      advice: 'let the pool be at least as large as the concurrency:',
      snippet: poolLine(pool, wantedText(found)),
    };
  }
  // A variable that is also added to something else raises the threads with the pool: it can never catch up.
  const raisesBoth = variablesOf(claim.threads.origin).includes(variable) && !isOneVariable(claim.threads);
  return raisesBoth ? ownVariable(found, variable, needed) : setForThisProcess(found, variable, needed);
}

function ownVariable({ process, pool }: Misfit, variable: string, needed: number): WayOut {
  const origin = carried(pool.size.origin);
  const before = 'at' in origin && origin.at ? oneLine(origin.at) : '5';
  const file = process.launch.setting?.file;
  const where = file === undefined ? '' : ` in ${file}`;
  return {
    advice: `${variable} raises both: let the pool read DB_POOL first, and set DB_POOL=${needed} for ${process.name}${where}:`,
    snippet: poolLine(pool, `<%= ENV.fetch("DB_POOL") { ${before} } %>`),
  };
}

function setForThisProcess({ process }: Misfit, variable: string, needed: number): WayOut {
  const { command, setting } = process.launch;
  // RAILS_MAX_THREADS is what Sidekiq reads when nothing else says a concurrency: one variable then sizes both.
  const isShared = setting?.inCommand === true && variable === 'RAILS_MAX_THREADS';
  const line = isShared ? withoutConcurrency(command?.text ?? '') : command?.text;
  const both = isShared && line !== command?.text;
  return setForProcess(process.launch, variable, String(needed), {
    ...(line === undefined ? {} : { line }),
    advice: both ? 'let one variable size both, for this process only' : `set ${variable} for this process only`,
  });
}

function withoutConcurrency(command: string): string {
  return command.replace(/(?<!\s)\s+(?:-c\s*|--concurrency[\s=])\d+/, '');
}
