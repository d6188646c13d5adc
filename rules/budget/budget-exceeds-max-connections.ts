import { amount } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Server } from '../../src/model/process.ts';
import { membersOf, outcomeOf, REFUSED, serversOf, terms, toGive, usableOf, type Want } from './members.ts';

/** R16: all processes together want more connections of a server than it has. */
export const budgetExceedsMaxConnections: Rule = defineRule<Want>({
  id: 'budget-exceeds-max-connections',
  aliases: [],
  group: 'budget',
  severity: 'error',
  fix: null,
  summary: 'All processes together can open more connections than the database server allows.',
  fineWhen: 'the processes are never all busy at once',
  check: (project) => serversOf(project).flatMap((server) => excessOf(project, server)),
  say,
});

/** Without a stated limit there is nothing to compare with, and nothing is said. */
function excessOf(project: Project, server: Server): readonly Outcome<Want>[] {
  if (!server.limit.known) return [];
  const members = membersOf(project, server, ({ hosts }) => hosts);
  return [outcomeOf({ server, demand: server.demand, members }, server.verdict, 'error')];
}

function say(want: Want): Sentences {
  const { server, demand } = want;
  return {
    message: `the processes want ${amount(demand)} connections of ${server.name}, which has ${toGive(want)}`,
    consequence: REFUSED,
    arithmetic: `${terms(want)} > ${usableOf(server)}`,
    advice: 'run fewer processes or threads, raise the limit of the server, or put a pooler in front of it:',
    snippet: 'rails-pool-lint budget',
  };
}
