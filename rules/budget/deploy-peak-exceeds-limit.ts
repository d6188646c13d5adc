import { amount } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Server } from '../../src/model/process.ts';
import { membersOn } from '../../src/model/fits.ts';
import { hostsAtPeak, mostHosts } from '../../src/model/peak.ts';
import { termsOf, writtenIn } from '../../src/value/history.ts';
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

/** R18: it fits, until a deploy starts new processes beside the old ones. */
export const deployPeakExceedsLimit: Rule = defineRule<Want>({
  id: 'deploy-peak-exceeds-limit',
  aliases: [],
  group: 'budget',
  severity: 'warning',
  fix: null,
  summary: 'During a deploy, old and new processes together can open more connections than the database server allows.',
  fineWhen: 'nothing is deployed while the processes are busy',
  check: (project) => serversOf(project).flatMap((server) => excessOf(project, server)),
  say,
});

/** What does not fit even without a deploy is another rule's; an overlap nobody knows is a row of the budget. */
function excessOf(project: Project, server: Server): readonly Outcome<Want>[] {
  const { limit, peak, autoscaled, verdict } = server;
  if (!limit.known || !peak.known || verdict !== 'holds') return [];
  // Where nothing overlaps, a deploy is no worse than what runs anyway.
  if (autoscaled.known && peak.value <= autoscaled.value) return [{ kind: 'holds' }];
  const members = membersOf(project, server, hostsAtPeak(membersOn(project.processes, server)));
  const first = members.toSorted((a, b) => growth(b) - growth(a));
  return [outcomeOf({ server, demand: server.peak, members: first }, server.peakVerdict, 'warning', placeOf)];
}

function growth({ pool, demand }: Member): number {
  return pool.demand.known ? demand - pool.demand.value : 0;
}

/** The overlap where a file states it, else what it multiplies. */
function placeOf(member: Member): ReturnType<typeof placeOfMember> {
  const steady = new Set(termsOf(mostHosts(member.process).origin));
  const overlap = termsOf(member.hosts.origin).filter((term) => !steady.has(term));
  const stated = overlap.map(writtenIn).find((place) => place !== null);
  return stated ?? writtenIn(member.hosts.origin) ?? placeOfMember(member);
}

function say(want: Want): Sentences {
  const { server, members } = want;
  const overlapping = members.find((member) => growth(member) > 0);
  const copies = overlapping
    ? `${amount(overlapping.hosts)} instead of ${amount(overlapping.process.hosts)} hosts of ${overlapping.process.name}`
    : 'old and new processes';
  return {
    message: `during a deploy the processes want ${amount(want.demand)} connections of ${server.name}, which has ${toGive(want)}`,
    consequence: `New processes start before the old ones have stopped: ${copies} at once. ${REFUSED}`,
    arithmetic: `${terms(want)} > ${usableOf(server)}; without a deploy ${amount(server.demand)}`,
    advice:
      'let fewer processes overlap (a smaller surge, one host at a time), or leave the server room for twice as many:',
    snippet: 'rails-pool-lint budget',
  };
}
