import { amount, plural } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Pool, Process, Server } from '../../src/model/process.ts';
import type { Span } from '../../src/text/source.ts';
import { writtenIn } from '../../src/value/history.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import { assumptionsOf } from '../../src/value/traced.ts';

interface Excess {
  readonly server: Server;
  /** Everybody who connects, the hungriest first. */
  readonly members: readonly Member[];
}

interface Member {
  readonly process: Process;
  readonly pool: Pool;
  readonly demand: number;
}

/** R16: all processes together want more connections of a server than it has. */
export const budgetExceedsMaxConnections: Rule = defineRule<Excess>({
  id: 'budget-exceeds-max-connections',
  aliases: [],
  group: 'budget',
  severity: 'error',
  fix: null,
  summary: 'All processes together can open more connections than the database server allows.',
  fineWhen: 'the processes are never all busy at once',
  check: (project) => project.servers.flatMap((server) => excessOf(project, server)),
  say,
});

/** Without a stated limit there is nothing to compare with, and nothing is said. */
function excessOf(project: Project, server: Server): readonly Outcome<Excess>[] {
  if (!server.limit.known) return [];
  if (server.verdict === 'holds') return [{ kind: 'holds' }];
  const members = membersOf(project, server);
  const at = members.map(placeOf).find((place) => place !== null) ?? null;
  if (server.verdict === 'unknown' || !at) {
    const reason = server.demand.known ? 'nothing in the repository writes the numbers' : server.demand.reason;
    return [{ kind: 'unknown', what: `the connections of ${server.name}`, reason, at }];
  }
  const assumes = allAssumptions(assumptionsOf(server.demand), assumptionsOf(server.usable));
  const related = members.slice(1).flatMap((member) => {
    const place = placeOf(member);
    const message = `${plural(member.demand, 'connection')} of ${member.process.name}`;
    return place ? [{ at: place, message }] : [];
  });
  const [first] = members;
  return [
    {
      kind: 'violates',
      severity: 'error',
      assumes,
      process: first!.process.name,
      weight: first!.demand,
      database: server.databases[0] ?? null,
      at,
      label: `${plural(first!.demand, 'connection')} of ${first!.process.name}`,
      related,
      found: { server, members },
    },
  ];
}

function membersOf(project: Project, server: Server): readonly Member[] {
  return project.processes
    .filter((process) => process.declared)
    .flatMap((process) =>
      process.pools.flatMap((pool): readonly Member[] => {
        const here = pool.database.server?.key === server.key;
        return here && pool.demand.known ? [{ process, pool, demand: pool.demand.value }] : [];
      }),
    )
    .toSorted((a, b) => b.demand - a.demand);
}

/** What multiplies: the processes, else the threads, else the command. */
function placeOf({ process }: Member): Span | null {
  return writtenIn(process.copies.origin) ?? writtenIn(process.threads.origin) ?? process.launch.command?.at ?? null;
}

function say({ server, members }: Excess): Sentences {
  const demand = amount(server.demand);
  const usable = amount(server.usable);
  const overhead = amount(server.overhead);
  const terms = members.map(({ process, pool, demand: own }) => `${own} (${process.name}, ${pool.database.name})`);
  return {
    message: `the processes want ${demand} connections of ${server.name}, which has ${usable} to give`,
    consequence:
      'When all of them are busy the server refuses the last ones ("remaining connection slots are reserved", "too ' +
      'many clients already", "Too many connections"): their requests and jobs fail, in whichever process is last.',
    arithmetic: `${terms.join(' + ')} + ${overhead} for console and migrations > ${usable} = ${amount(server.limit)} - ${amount(server.reserved)} reserved`,
    advice: 'run fewer processes or threads, raise the limit of the server, or put a pooler in front of it:',
    snippet: 'rails-pool-lint budget',
  };
}
