import { amount, oneLine } from '../../src/lint/phrases.ts';
import { carried, variablesOf } from '../../src/value/history.ts';
import { defineRule, type Rule, type Sentences } from '../../src/lint/rule.ts';
import { largest, poolLine } from './advice.ts';
import { isFirstDatabase } from './databases.ts';
import { misfits, severityByLease, starvation, type Misfit } from './misfit.ts';

/** R02: a Sidekiq process runs more job threads, over all capsules, than its pool has connections. */
export const poolSmallerThanSidekiqConcurrency: Rule = defineRule<Misfit>({
  id: 'pool-smaller-than-sidekiq-concurrency',
  aliases: [],
  group: 'pool',
  severity: 'error',
  fix: null,
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
  const threads = amount(claim.threads);
  const size = amount(pool.size);
  return {
    message: `${process.name} runs ${threads} threads on a pool of ${size}`,
    consequence: starvation(found, 'job'),
    arithmetic: `pool ${size} < ${threads} threads, in every copy of ${process.name}`,
    ...wayOut(found),
  };
}

/** One variable that sizes the pool and that Sidekiq reads too, set for this process alone; else a larger pool. */
function wayOut(found: Misfit): { advice: string; snippet: string } {
  const { process, pool, claim } = found;
  const needed = largest(claim.threads);
  const poolVariables = variablesOf(pool.size.origin);
  const [variable] = poolVariables;
  const shared = variable !== undefined && variablesOf(claim.threads.origin).includes(variable);
  if (needed === null || variable === undefined || shared || poolVariables.length > 1) {
    if (shared && needed !== null) {
      return {
        advice: `${variable} raises both: give the pool a variable of its own, and set it to ${needed} for ${process.name}:`,
        snippet: poolLine(pool, `<%= ENV.fetch("DB_POOL") { ${expressionOf(found)} } %>`),
      };
    }
    return {
      advice: 'let the pool be at least as large as the concurrency:',
      snippet: poolLine(pool, String(needed ?? '…')),
    };
  }
  const command = process.launch.command;
  if (command === null) {
    return {
      advice: `set ${variable} where this process is started, for this process only:`,
      snippet: `${variable}=${needed}`,
    };
  }
  // RAILS_MAX_THREADS is what Sidekiq reads when nothing else says a concurrency: one variable then sizes both.
  const line = variable === 'RAILS_MAX_THREADS' ? withoutConcurrency(command.text) : command.text;
  const both = line !== command.text;
  return {
    advice: both ? 'let one variable size both, for this process only:' : `set ${variable} for this process only:`,
    snippet: `${process.name}: ${variable}=${needed} ${line}`,
  };
}

function withoutConcurrency(command: string): string {
  return command.replace(/\s+(?:-c\s*|--concurrency[\s=])\d+/, '');
}

function expressionOf({ pool }: Misfit): string {
  const origin = carried(pool.size.origin);
  return 'at' in origin && origin.at ? oneLine(origin.at) : '5';
}
