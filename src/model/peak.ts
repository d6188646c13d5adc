import type { Turn } from '../launch/launch.ts';
import { combine, known, unknown, type Traced } from '../value/traced.ts';
import type { Origin } from '../value/origin.ts';
import { demandOf, sum, times } from './pools.ts';
import type { Pool, Process } from './process.ts';

/** One pool of one kind of process, on the server it connects to. */
export interface Member {
  readonly process: Process;
  readonly pool: Pool;
}

/** What a pool can hold open with so many hosts: the one formula, at another number. */
export function demandAt({ process, pool }: Member, hosts: Traced<number>): Traced<number> {
  if (hosts === process.hosts) return pool.demand;
  return demandOf(times(hosts, process.processesPerHost), pool);
}

/** Hosts at the top of autoscaling; never fewer than there are without it. */
export function mostHosts({ hosts, launch }: Process): Traced<number> {
  const { autoscaled } = launch;
  if (!autoscaled) return hosts;
  if (hosts.known && autoscaled.known && autoscaled.value < hosts.value) return hosts;
  return autoscaled;
}

/**
 * Connections during a deploy: every process at its most hosts, and of each as many more as its platform lets overlap;
 * of those that take turns, the turns that hold the most at once.
 * @param declared what connects to one server
 */
export function peakOf(declared: readonly Member[]): Traced<number> {
  const lost = declared.find(({ process: { launch } }) => !launch.overlap && !launch.turns);
  if (lost) {
    const origin: Origin = { kind: 'assumed', text: 'no file says how old and new processes overlap' };
    return unknown(`how many copies of ${lost.process.name} exist at once during a deploy is not known`, origin);
  }
  const terms = declared.map((member) => {
    const most = mostHosts(member.process);
    return demandAt(member, member.process.launch.overlap?.(most) ?? most);
  });
  const takers = takersAmong(declared);
  if (takers.length === 0) return sum(terms);
  const contenders = takers.map(({ name, one, turns }) =>
    combine(null, [one, turns], (holds, its): Contender => ({ name, one: holds, turns: its })),
  );
  const more = combine(null, contenders, (...all) => worstRound(all).connections);
  return sum([...terms, more]);
}

/** Hosts of each process at the peak of a deploy; null where nobody knows how old and new ones overlap. */
export function hostsAtPeak(members: readonly Member[]): (process: Process) => Traced<number> | null {
  const takers = takersAmong(members);
  const all = takers.flatMap(({ name, one, turns }) =>
    one.known && turns.known ? [{ name, one: one.value, turns: turns.value }] : [],
  );
  const { copies } = worstRound(all.length === takers.length ? all : []);
  return (process) => {
    const { overlap, turns } = process.launch;
    const most = mostHosts(process);
    if (!turns) return overlap?.(most) ?? null;
    return combine(null, [most, turns(most)], (count) => count + (copies.get(process.name) ?? 0));
  };
}

/** The processes of one name, which are replaced together. */
interface Taker {
  readonly name: string;
  /** What one copy of it holds of the server. */
  readonly one: Traced<number>;
  readonly turns: Traced<readonly Turn[]>;
}

const ONE: Traced<number> = known(1, { kind: 'sum', from: [] });

function takersAmong(members: readonly Member[]): readonly Taker[] {
  const byName = new Map<string, Member[]>();
  for (const member of members) {
    const { launch, name } = member.process;
    if (!launch.turns) continue;
    const own = byName.get(name);
    if (own) own.push(member);
    else byName.set(name, [member]);
  }
  return [...byName].map(([name, own]) => {
    const { process } = own[0]!;
    return {
      name,
      one: sum(own.map((member) => demandAt(member, ONE))),
      turns: process.launch.turns!(mostHosts(process)),
    };
  });
}

interface Contender {
  readonly name: string;
  readonly one: number;
  readonly turns: readonly Turn[];
}

/**
 * The round that holds the most: on each of its places whichever of those that take turns there holds the most.
 * @returns the connections beyond the steady state, and how many copies of each name exist twice
 */
function worstRound(all: readonly Contender[]): {
  readonly connections: number;
  readonly copies: ReadonlyMap<string, number>;
} {
  const rounds = new Map<number, Map<string, Contender>>();
  for (const contender of all) {
    for (const { round, place } of contender.turns) {
      const places = rounds.get(round) ?? new Map<string, Contender>();
      rounds.set(round, places);
      const leader = places.get(place);
      if (!leader || contender.one > leader.one) places.set(place, contender);
    }
  }
  let worst: { readonly connections: number; readonly leaders: readonly Contender[] } = { connections: 0, leaders: [] };
  for (const places of rounds.values()) {
    const leaders = [...places.values()];
    const connections = leaders.reduce((total, { one }) => total + one, 0);
    if (connections > worst.connections) worst = { connections, leaders };
  }
  const copies = new Map<string, number>();
  for (const { name } of worst.leaders) copies.set(name, (copies.get(name) ?? 0) + 1);
  return { connections: worst.connections, copies };
}
