import { amount, plural } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Server } from '../../src/model/process.ts';
import { membersOf, outcomeOf, serversOf, terms, usableOf, type Want } from './members.ts';

/** From this share of a server's connections on, the next process or thread is one too many. */
const NEAR = 0.8;

/** R17: it fits, and little is left. */
export const budgetNearLimit: Rule = defineRule<Want>({
  id: 'budget-near-limit',
  aliases: [],
  group: 'budget',
  severity: 'warning',
  fix: null,
  summary: 'All processes together can use more than 80 % of the connections of the database server.',
  fineWhen: 'nothing else connects to the server, and nobody will add a process',
  check: (project) => serversOf(project).flatMap((server) => nearnessOf(project, server)),
  say,
});

/** A budget that does not fit at all is another rule's. */
function nearnessOf(project: Project, server: Server): readonly Outcome<Want>[] {
  const { demand, overhead, usable } = server;
  if (server.verdict !== 'holds' || !demand.known || !overhead.known || !usable.known) return [];
  const near = demand.value > 0 && demand.value + overhead.value > NEAR * usable.value;
  const members = membersOf(project, server, ({ hosts }) => hosts);
  return [outcomeOf({ server, demand, members }, near ? 'violates' : 'holds', 'warning')];
}

function say(want: Want): Sentences {
  const { server, demand } = want;
  const total = totalOf(server);
  const usable = server.usable.known ? server.usable.value : 0;
  return {
    message: `the processes want ${amount(demand)} of the ${amount(server.usable)} connections that ${server.name} has to give`,
    consequence:
      `${plural(usable - total, 'connection')} ${usable - total === 1 ? 'is' : 'are'} left for everything that is not counted here: the old processes ` +
      'during a deploy, another process or host, a monitor, a second app. Whoever comes last is refused.',
    arithmetic: `${terms(want)} = ${total}, ${Math.floor((total / usable) * 100)} % of ${usableOf(server)}`,
    advice: 'leave room for the next process: fewer threads or processes, or a higher limit of the server:',
    snippet: 'rails-pool-lint budget',
  };
}

function totalOf({ demand, overhead }: Server): number {
  return demand.known && overhead.known ? demand.value + overhead.value : 0;
}
