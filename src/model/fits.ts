import { combine, known, type Traced } from '../value/traced.ts';
import type { Process, Server } from './process.ts';
import { demandOf, sum, times } from './pools.ts';
import { demandAt, fits, type Member } from './servers.ts';

/** The pools of declared processes on one server: what its sums count. */
export function membersOn(processes: readonly Process[], server: Server): readonly Member[] {
  return processes
    .filter(({ declared }) => declared)
    .flatMap((process) =>
      process.pools
        .filter(({ database }) => database.server?.key === server.key)
        .map((pool): Member => ({ process, pool })),
    );
}

const ASSUMED = { kind: 'assumed', text: 'tried' } as const;
/** Nobody runs more hosts of one process. */
const MOST_HOSTS = 4096;

/**
 * How many hosts of one process fit the server while everything else stays as it is: the same sums at another number,
 * not a formula of their own. Null where that is not known, or where no number is too many.
 */
export function hostsThatFit(members: readonly Member[], server: Server, name: string): number | null {
  const holds = (hosts: number): boolean | null => {
    const tried = known(hosts, ASSUMED);
    const demands = members.map((member) =>
      member.process.name === name ? demandAt(member, tried) : member.pool.demand,
    );
    const verdict = fits(sum(demands), server.overhead, server.usable);
    return verdict === 'unknown' ? null : verdict === 'holds';
  };
  if (holds(0) === null || holds(MOST_HOSTS) !== false) return null;
  if (!holds(0)) return 0;
  let fitting = 0;
  let tooMany = MOST_HOSTS;
  while (tooMany - fitting > 1) {
    const middle = Math.floor((fitting + tooMany) / 2);
    if (holds(middle)) fitting = middle;
    else tooMany = middle;
  }
  return fitting;
}

/** One step down for a process, and how many connections fewer it is on the server. */
export interface Saving {
  readonly of: 'host' | 'process' | 'thread';
  readonly connections: number;
}

/** What one host, one process on each host, or one thread in each process less would save, the most first. */
export function savings(members: readonly Member[], name: string): readonly Saving[] {
  const own = members.filter(({ process }) => process.name === name);
  const saved = (of: Saving['of'], changed: (member: Member) => Traced<number>): readonly Saving[] => {
    const less = own.map((member) => combine(null, [member.pool.demand, changed(member)], (now, then) => now - then));
    const total = sum(less);
    return total.known && total.value > 0 ? [{ of, connections: total.value }] : [];
  };
  return [
    ...saved('host', (member) => demandAt(member, fewer(member.process.hosts, 0))),
    ...saved('process', ({ process, pool }) =>
      demandOf(times(process.hosts, fewer(process.processesPerHost, 1)), pool),
    ),
    ...saved('thread', ({ process, pool }) => {
      const threads = pool.claims.some(({ held }) => held === 'request' || held === 'job') ? 1 : 0;
      return demandOf(process.copies, { ...pool, threads: fewer(pool.threads, 0, threads) });
    }),
  ].toSorted((a, b) => b.connections - a.connections);
}

function fewer(count: Traced<number>, least: number, by = 1): Traced<number> {
  return combine(null, [count], (now) => Math.max(least, now - by));
}
