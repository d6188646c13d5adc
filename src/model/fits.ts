import { combine, known, type Traced } from '../value/traced.ts';
import type { Process, Server } from './process.ts';
import type { Member } from './peak.ts';
import { demandOf, sum, times } from './pools.ts';
import { fits } from './servers.ts';

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

/** What there can be more or fewer of: hosts, processes on each host, threads in each process. */
export type Lever = 'host' | 'process' | 'thread';

/** The demand of a pool with another number of one of them: the one formula, at another number. */
function demandWith({ process, pool }: Member, lever: Lever, change: (now: Traced<number>) => Traced<number>) {
  switch (lever) {
    case 'host':
      return demandOf(times(change(process.hosts), process.processesPerHost), pool);
    case 'process':
      return demandOf(times(process.hosts, change(process.processesPerHost)), pool);
    case 'thread': {
      const isBusy = pool.claims.some(
        ({ system, held }) => system === process.system && (held === 'request' || held === 'job'),
      );
      if (!isBusy) return pool.demand;
      const counts = [pool.threads, process.threads, change(process.threads)] as const;
      return demandOf(process.copies, {
        ...pool,
        threads: combine(null, counts, (all, now, then) => all - now + then),
      });
    }
  }
}

const ASSUMED = { kind: 'assumed', text: 'tried' } as const;
/** Nobody runs more of anything. */
const MOST_TRIED = 4096;

/**
 * How many hosts, processes on each host or threads in each process of some processes fit the server while everything
 * else stays as it is: the same sums at another number, not a formula of their own. Null where that is not known, or
 * where no number is too many.
 */
export function mostThatFit(
  members: readonly Member[],
  server: Server,
  lever: Lever,
  concerns: (process: Process) => boolean,
): number | null {
  const holds = (count: number): boolean | null => {
    const tried = known(count, ASSUMED);
    const demands = members.map((member) =>
      concerns(member.process) ? demandWith(member, lever, () => tried) : member.pool.demand,
    );
    const verdict = fits(sum(demands), server.overhead, server.usable);
    return verdict === 'unknown' ? null : verdict === 'holds';
  };
  if (holds(0) === null || holds(MOST_TRIED) !== false) return null;
  if (!holds(0)) return 0;
  let fitting = 0;
  let tooMany = MOST_TRIED;
  while (tooMany - fitting > 1) {
    const middle = Math.floor((fitting + tooMany) / 2);
    if (holds(middle)) fitting = middle;
    else tooMany = middle;
  }
  return fitting;
}

/** One step down for a process, and how many connections fewer it is on the server. */
export interface Saving {
  readonly of: Lever;
  readonly connections: number;
}

/** What one host, one process on each host, or one thread in each process less would save, the most first. */
export function savings(members: readonly Member[], name: string): readonly Saving[] {
  const own = members.filter(({ process }) => process.name === name);
  const levers: readonly (readonly [Lever, least: number])[] = [
    ['host', 0],
    ['process', 1],
    ['thread', 0],
  ];
  return levers
    .flatMap(([of, least]): readonly Saving[] => {
      const fewer = (count: Traced<number>) => combine(null, [count], (now) => Math.max(least, now - 1));
      const less = own.map((member) =>
        combine(null, [member.pool.demand, demandWith(member, of, fewer)], (now, then) => now - then),
      );
      const total = sum(less);
      return total.known && total.value > 0 ? [{ of, connections: total.value }] : [];
    })
    .toSorted((a, b) => b.connections - a.connections);
}
