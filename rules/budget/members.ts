import { amount, placeName, plural } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import type { Outcome, Violation } from '../../src/lint/rule.ts';
import type { Pool, Process, Server, Verdict } from '../../src/model/process.ts';
import { demandAt } from '../../src/model/peak.ts';
import { sameSpan, type Span } from '../../src/text/source.ts';
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

/** The declared processes that connect to a server, and what each pool holds there, the hungriest process first. */
export function membersOf(project: Project, server: Server, hostsOf: HostsOf): readonly Member[] {
  const members = project.processes
    .filter((process) => process.declared)
    .flatMap((process) =>
      process.pools.flatMap((pool): readonly Member[] => {
        const hosts = hostsOf(process);
        if (pool.database.server?.key !== server.key || !hosts) return [];
        const demand = demandAt({ process, pool }, hosts);
        return demand.known ? [{ process, pool, hosts, demand: demand.value }] : [];
      }),
    );
  const all = new Map(byName(members).map((own) => [own[0]!.process.name, together(own)]));
  const ofProcess = ({ process }: Member): number => all.get(process.name) ?? 0;
  return members.toSorted((a, b) => ofProcess(b) - ofProcess(a) || b.demand - a.demand);
}

/** What the pools of one launch hold together: a process of several databases is one line for its reader. */
function byName(members: readonly Member[]): readonly (readonly Member[])[] {
  const names = [...new Set(members.map(({ process }) => process.name))];
  return names.map((name) => members.filter(({ process }) => process.name === name));
}

function together(members: readonly Member[]): number {
  return members.reduce((sum, { demand }) => sum + demand, 0);
}

interface Share {
  readonly at: Span;
  readonly process: Process;
  readonly demand: number;
}

/** What multiplies the connections, once for each place of a process, in the order of the members. */
function sharesOf(members: readonly Member[], placeOf: (member: Member) => Span | null): readonly Share[] {
  return byName(members).flatMap((own) => {
    const placed = own.flatMap((member) => {
      const at = placeOf(member) ?? placeOfMember(member);
      return at ? [{ at, member }] : [];
    });
    const places = placed.filter(({ at }, index) => placed.findIndex((one) => sameSpan(one.at, at)) === index);
    return places.map(({ at, member: { process } }): Share => {
      const here = placed.filter((one) => sameSpan(one.at, at)).map(({ member }) => member);
      return { at, process, demand: together(here) };
    });
  });
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
  const written = members.find((member) => placeOf(member) !== null);
  const [share, ...others] = written ? sharesOf([written, ...members.filter((one) => one !== written)], placeOf) : [];
  if (verdict === 'unknown' || !share) {
    const reason = demand.known ? 'nothing in the repository writes the numbers' : demand.reason;
    return { kind: 'unknown', what: `the connections of ${server.name}`, reason, at: share?.at ?? null };
  }
  const label = (one: Share): string => `${plural(one.demand, 'connection')} of ${one.process.name}`;
  return {
    kind: 'violates',
    severity,
    assumes: allAssumptions(assumptionsOf(demand), assumptionsOf(server.usable)),
    process: share.process.name,
    weight: share.demand,
    database: server.databases[0] ?? null,
    at: share.at,
    label: label(share),
    related: others.map((one) => ({ at: one.at, message: label(one) })),
    found: want,
  };
}

/** "160 (web, 4 databases) + 25 (worker, primary) + 3 for console and migrations". */
export function terms({ server, members }: Want): string {
  const own = byName(members).map((same) => {
    const databases = [...new Set(same.map(({ pool }) => pool.database.name))];
    const which = databases.length === 1 ? databases[0]! : plural(databases.length, 'database');
    return `${together(same)} (${same[0]!.process.name}, ${which})`;
  });
  return [...own, `${amount(server.overhead)} for console and migrations`].join(' + ');
}

/** "37 to give"; where only console and migrations are too many, "14 to give beside 3 for console and migrations". */
export function toGive({ server, demand }: Want): string {
  const { overhead, usable } = server;
  const all = `${amount(usable)} to give`;
  if (!demand.known || !overhead.known || !usable.known || demand.value > usable.value) return all;
  const room = Math.max(0, usable.value - overhead.value);
  return `${room} to give beside ${overhead.value} for console and migrations`;
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
