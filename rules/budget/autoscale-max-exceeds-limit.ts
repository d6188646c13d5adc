import { amount } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Server } from '../../src/model/process.ts';
import { mostHosts } from '../../src/model/peak.ts';
import { writtenIn } from '../../src/value/history.ts';
import {
  membersOf,
  outcomeOf,
  placeOfMember,
  REFUSED,
  serversOf,
  terms,
  toGive,
  usableOf,
  type Member,
  type Want,
} from './members.ts';

/** R19: it fits, until autoscaling goes to its maximum. */
export const autoscaleMaxExceedsLimit: Rule = defineRule<Want>({
  id: 'autoscale-max-exceeds-limit',
  aliases: [],
  group: 'budget',
  severity: 'warning',
  fix: null,
  summary: 'At the maximum of autoscaling the processes can open more connections than the database server allows.',
  fineWhen: 'the maximum is never reached',
  check: (project) => serversOf(project).flatMap((server) => excessOf(project, server)),
  say,
});

/** What does not fit even without autoscaling is another rule's. */
function excessOf(project: Project, server: Server): readonly Outcome<Want>[] {
  const members = membersOf(project, server, mostHosts);
  const scaled = members.some(({ process, hosts }) => hosts !== process.hosts);
  if (!scaled || !server.limit.known || server.verdict !== 'holds') return [];
  // The finding stands at a maximum, so the process that scales the furthest goes first.
  const first = members.toSorted((a, b) => growth(b) - growth(a));
  return [
    outcomeOf({ server, demand: server.autoscaled, members: first }, server.autoscaledVerdict, 'warning', placeOf),
  ];
}

function growth({ pool, demand }: Member): number {
  return pool.demand.known ? demand - pool.demand.value : 0;
}

function placeOf(member: Member): ReturnType<typeof placeOfMember> {
  const { hosts, process } = member;
  return hosts === process.hosts ? placeOfMember(member) : (writtenIn(hosts.origin) ?? placeOfMember(member));
}

function say(want: Want): Sentences {
  const { server, members } = want;
  const [first] = members;
  const name = first?.process.name ?? '';
  const scaled = `${amount(first!.hosts)} hosts of ${name}`;
  return {
    message: `at ${scaled} the processes want ${amount(want.demand)} connections of ${server.name}, which has ${toGive(want)}`,
    consequence: `Load is what starts more of them, so this happens in the busiest hour. ${REFUSED}`,
    arithmetic: `${terms(want)} > ${usableOf(server)}; without autoscaling ${amount(server.demand)}`,
    advice: 'lower the maximum, or the threads of each process, or raise the limit of the server:',
    snippet: 'rails-pool-lint budget',
  };
}
