import type { PoolSize } from '../database/entry.ts';
import { combine, known, unknown, type Traced } from '../value/traced.ts';
import type { Origin } from '../value/origin.ts';
import { sum } from './pools.ts';
import type { Pool, Process, Server, Verdict } from './process.ts';

/** What is said of the servers from outside the repository. */
export interface ServerLimits {
  readonly overhead: Traced<number> | null;
  /** By server name; null for a limit that holds for every server. */
  readonly maxConnections: readonly { readonly server: string | null; readonly limit: Traced<number> }[];
}

/** Connections for a console, a cron job, a migration: once per server, beside the sums. */
const OVERHEAD = 3;

/** PostgreSQL keeps `superuser_reserved_connections` (3) back. Source: src/backend/utils/misc/postgresql.conf.sample@REL_17 */
const RESERVED: Readonly<Record<string, number>> = { postgresql: 3, postgis: 3 };

/** The servers that the processes connect to, in the order in which the processes name them. */
export function serversOf(processes: readonly Process[], limits: ServerLimits): readonly Server[] {
  const groups = new Map<string, { process: Process; pool: Pool }[]>();
  for (const process of processes) {
    for (const pool of process.pools) {
      const key = pool.database.server?.key;
      if (key === undefined) continue;
      groups.set(key, [...(groups.get(key) ?? []), { process, pool }]);
    }
  }
  return [...groups.values()].map((members) => serverOf(members, limits));
}

function serverOf(members: readonly { process: Process; pool: Pool }[], limits: ServerLimits): Server {
  const first = members[0]!.pool.database;
  const name = first.server?.name ?? first.name;
  const declared = members.filter(({ process }) => process.declared).map(({ pool }) => pool);
  const demand = sum(declared.map((pool) => pool.demand));
  const ceiling = ceilings(declared.map((pool) => pool.ceiling));
  const limit = limitOf(name, limits);
  const reserved = reservedOf(first.adapter);
  const usable = combine(null, [limit, reserved], (most, kept) => most - kept);
  const overhead =
    limits.overhead ??
    known(OVERHEAD, { kind: 'assumed', text: `${OVERHEAD} for console, cron and migrations` } as const);
  const peak = unknown<number>('how much old and new processes overlap during a deploy is not known', limit.origin);
  return {
    key: first.server?.key ?? '',
    name,
    databases: [...new Set(members.map(({ pool }) => pool.database.name))],
    demand,
    ceiling,
    autoscaled: demand,
    peak,
    limit,
    reserved,
    usable,
    overhead,
    verdict: fits(demand, overhead, usable),
    autoscaledVerdict: fits(demand, overhead, usable),
    peakVerdict: fits(peak, overhead, usable),
  };
}

function ceilings(terms: readonly Traced<PoolSize>[]): Traced<PoolSize> {
  if (terms.length === 0) return known<PoolSize>(0, { kind: 'sum', from: [] });
  return combine(null, terms, (...values) =>
    values.reduce(
      (total: PoolSize, value) => (total === 'unlimited' || value === 'unlimited' ? 'unlimited' : total + value),
      0,
    ),
  );
}

function limitOf(name: string, limits: ServerLimits): Traced<number> {
  const said =
    limits.maxConnections.find((one) => one.server === name) ??
    limits.maxConnections.find((one) => one.server === null);
  if (said) return said.limit;
  const origin: Origin = { kind: 'assumed', text: 'nothing states a limit' };
  return unknown('nothing in the repository states max_connections: say --max-connections', origin);
}

function reservedOf(adapter: Traced<string | null>): Traced<number> {
  return combine(null, [adapter], (name) => (name === null ? 0 : (RESERVED[name] ?? 0)));
}

function fits(demand: Traced<number>, overhead: Traced<number>, usable: Traced<number>): Verdict['kind'] {
  const result = combine(null, [demand, overhead, usable], (busy, beside, allowed) => busy + beside <= allowed);
  if (!result.known) return 'unknown';
  return result.value ? 'holds' : 'violates';
}
