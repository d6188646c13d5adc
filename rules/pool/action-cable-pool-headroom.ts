import { amount } from '../../src/lint/phrases.ts';
import { defineRule, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Process } from '../../src/model/process.ts';
import { changeTheUrl, poolLine, wantedText } from './advice.ts';
import { headroom, type Tight } from './headroom.ts';
import { misfits, type Misfit } from './misfit.ts';
import { termsOfPool } from './terms.ts';

/** R06: the workers of Action Cable use the pools of the process they run in, beside its request threads. */
export const actionCablePoolHeadroom: Rule = defineRule<Misfit | Tight>({
  id: 'action-cable-pool-headroom',
  aliases: [],
  group: 'pool',
  severity: 'warning',
  fix: 'unsafe',
  summary: 'Workers or the listener of Action Cable find no connection beside the request threads of their process.',
  fineWhen: 'channels rarely ask the database',
  check: (project) => [
    ...misfits(
      project,
      (_process, _pool, claim) => claim.part === 'cable listener',
      () => 'warning',
    ),
    ...headroom(project, {
      concerns: (_process, _pool, claim) => claim.part === 'cable worker',
      severity: ({ process }) => severityOf(process),
      fixable: () => true,
    }),
  ],
  say: (found) => ('helpers' in found ? sayTight(found) : say(found)),
});

/** In the web process it is a matter of load; a process that is there for the cable has nothing else to do. */
function severityOf({ role }: Process): 'warning' | 'info' {
  return role === 'cable' ? 'warning' : 'info';
}

function say(found: Misfit): Sentences {
  const { process, pool, claim } = found;
  const size = amount(pool.size);
  return {
    message: `the ${claim.threadsOf} keeps one connection of ${process.name} for good, and its pool of ${size} has no other left`,
    consequence:
      'It takes a connection when the first client subscribes and never gives it back: one request thread too many ' +
      `waits, and raises ActiveRecord::ConnectionTimeoutError after ${amount(pool.database.checkoutTimeout)} s.`,
    arithmetic: `pool ${size} < ${termsOfPool(pool).join(' + ')} = ${amount(pool.needed)}`,
    ...wayOut(found),
  };
}

function sayTight(found: Tight): Sentences {
  const { process, pool, helpers, claim, total } = found;
  const size = amount(pool.size);
  return {
    message: `${process.name} runs ${amount(claim.threads)} ${claim.threadsOf} beside its requests, on a pool of ${size}`,
    consequence:
      'Channels that ask the database while every request thread holds a connection wait, and raise ' +
      `ActiveRecord::ConnectionTimeoutError after ${amount(pool.database.checkoutTimeout)} s (checkout_timeout).`,
    arithmetic: `pool ${size} < ${termsOfPool(pool, helpers).join(' + ')} = ${total}`,
    ...wayOut(found),
  };
}

function wayOut(found: Misfit): Pick<Sentences, 'advice' | 'snippet'> {
  const advice = 'lower config.action_cable.worker_pool_size, or let the pool have room for them:';
  return changeTheUrl(found) ?? { advice, snippet: poolLine(found.pool, wantedText(found)) };
}
