import { amount, placeName, plural } from '../../src/lint/phrases.ts';
import type { RelatedPlace } from '../../src/lint/finding.ts';
import type { Project } from '../../src/lint/result.ts';
import type { Outcome, Violation } from '../../src/lint/rule.ts';
import type { Pool, Process, Server, Verdict } from '../../src/model/process.ts';
import { demandAt } from '../../src/model/servers.ts';
import type { Span } from '../../src/text/source.ts';
import { writtenIn } from '../../src/value/history.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import { assumptionsOf, type Traced } from '../../src/value/traced.ts';

/** What the processes want of a server, at one number of hosts each. */
export interface Want {
  readonly server: Server;
  /** All of it together. */
  readonly demand: Traced<number>;
  /** Everybody who connects, the hungriest first. */
  readonly members: readonly Member[];
}

export interface Member {
  readonly process: Process;
  readonly pool: Pool;
  readonly hosts: Traced<number>;
  readonly demand: number;
}

/** Hosts of a process at the moment that a rule looks at; null where nobody knows them. */
export type HostsOf = (process: Process) => Traced<number> | null;

/** The servers with one limit; of a pooler that is configured here, `pooler-budget` speaks. */
export function serversOf({ servers }: Project): readonly Server[] {
  return servers.filter(({ pooled }) => !pooled?.pooler.bouncer);
}

/** The declared processes that connect to a server, and what each pool holds there, the largest first. */
export function membersOf(project: Project, server: Server, hostsOf: HostsOf): readonly Member[] {
  return project.processes
    .filter((process) => process.declared)
    .flatMap((process) =>
      process.pools.flatMap((pool): readonly Member[] => {
        const hosts = hostsOf(process);
        if (pool.database.server?.key !== server.key || !hosts) return [];
        const demand = demandAt({ process, pool }, hosts);
        return demand.known ? [{ process, pool, hosts, demand: demand.value }] : [];
      }),
    )
    .toSorted((a, b) => b.demand - a.demand);
}

/** What multiplies: the processes, else the threads, else the command. */
export function placeOfMember({ process }: Member): Span | null {
  return writtenIn(process.copies.origin) ?? writtenIn(process.threads.origin) ?? process.launch.command?.at ?? null;
}

/** A want that is too much, as an outcome: at the place of the first member that has one. */
export function outcomeOf(
  want: Want,
  verdict: Verdict['kind'],
  severity: Violation<Want>['severity'],
  placeOf: (member: Member) => Span | null = placeOfMember,
): Outcome<Want> {
  const { server, demand, members } = want;
  if (verdict === 'holds') return { kind: 'holds' };
  const place = members.map(placeOf).find((one) => one !== null) ?? null;
  const first = members[0];
  if (verdict === 'unknown' || !place || !first) {
    const reason = demand.known ? 'nothing in the repository writes the numbers' : demand.reason;
    return { kind: 'unknown', what: `the connections of ${server.name}`, reason, at: place };
  }
  const related = members.slice(1).flatMap((member): RelatedPlace[] => {
    const at = placeOf(member) ?? placeOfMember(member);
    return at ? [{ at, message: `${plural(member.demand, 'connection')} of ${member.process.name}` }] : [];
  });
  return {
    kind: 'violates',
    severity,
    assumes: allAssumptions(assumptionsOf(demand), assumptionsOf(server.usable)),
    process: first.process.name,
    weight: first.demand,
    database: server.databases[0] ?? null,
    at: place,
    label: `${plural(first.demand, 'connection')} of ${first.process.name}`,
    related,
    found: want,
  };
}

/** "40 (web, primary) + 25 (worker, primary) + 3 for console and migrations". */
export function terms({ server, members }: Want): string {
  const own = members.map(({ process, pool, demand }) => `${demand} (${process.name}, ${pool.database.name})`);
  return [...own, `${amount(server.overhead)} for console and migrations`].join(' + ');
}

/** "97 = 100 - 3 reserved", and where the limit is written. */
export function usableOf({ usable, limit, reserved }: Server): string {
  const at = writtenIn(limit.origin);
  const where = at ? ` (${placeName(at)})` : '';
  const equals = reserved.known && reserved.value === 0 ? '' : ` = ${amount(limit)} - ${amount(reserved)} reserved`;
  return `${amount(usable)}${equals}${where}`;
}

/** What the server does with those that are too many. */
export const REFUSED =
  'When all of them are busy the server refuses the last ones ("remaining connection slots are reserved", "too ' +
  'many clients already", "Too many connections"): their requests and jobs fail, in whichever process is last.';
