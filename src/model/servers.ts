import type { PoolSize } from '../database/entry.ts';
import type { Uncounted } from '../launch/launch.ts';
import { agree, combine, known, unknown, type Traced } from '../value/traced.ts';
import type { Origin } from '../value/origin.ts';
import { deployedServer, kindOf, type DeployedServer } from './deployed_servers.ts';
import { numberOf } from '../limits/pgbouncer.ts';
import type { ConfiguredPooler, Pooler } from '../limits/pooler.ts';
import { pooled, poolerOf } from './pooled.ts';
import { demandAt, mostHosts, peakOf, type Member } from './peak.ts';
import { sum } from './pools.ts';
import type { Process, Server, Verdict } from './process.ts';

/** What is said of the servers, beside what connects to them. */
export interface ServerLimits {
  readonly overhead: Traced<number> | null;
  /** The user's word, the strongest first. By server name; null for a limit that holds for every server. */
  readonly maxConnections: readonly StatedLimit[];
  /** What the deployment starts itself. */
  readonly deployed?: readonly DeployedServer[];
  /** Processes of the deployment of which nobody can tell what they run. */
  readonly uncounted?: readonly Uncounted[];
  /** Poolers that the repository configures. */
  readonly poolers?: readonly ConfiguredPooler[];
  /** What a file of the repository states for the only server of that kind. */
  readonly committed?: (kind: DeployedServer['kind']) => Pick<DeployedServer, 'limit' | 'reserved'> | null;
}

export interface StatedLimit {
  readonly server: string | null;
  readonly limit: Traced<number>;
  /** A plan's own reserve; null for what such a server reserves by default. */
  readonly reserved: Traced<number> | null;
}

/** Connections for a console, a cron job, a migration: once per server, beside the sums. */
const OVERHEAD = 3;

/** PostgreSQL keeps `superuser_reserved_connections` (3) back. Source: src/backend/utils/misc/postgresql.conf.sample@REL_17 */
const RESERVED: Readonly<Record<DeployedServer['kind'], number>> = { postgresql: 3, mysql: 0 };

/** The servers that the processes connect to, in the order in which the processes name them. */
export function serversOf(processes: readonly Process[], limits: ServerLimits): readonly Server[] {
  const groups = new Map<string, Member[]>();
  for (const process of processes) {
    for (const pool of process.pools) {
      const key = pool.database.server?.key;
      if (key === undefined) continue;
      groups.set(key, [...(groups.get(key) ?? []), { process, pool }]);
    }
  }
  const only = new Set<DeployedServer['kind']>();
  for (const kind of ['postgresql', 'mysql'] as const) {
    const ofKind = [...groups.values()].filter(([first]) => kindOfMember(first!) === kind);
    if (ofKind.length === 1) only.add(kind);
  }
  const all = [...groups.values()];
  return all.map((members) => serverOf(members, limits, only, all));
}

function kindOfMember({ pool }: Member): DeployedServer['kind'] | null {
  return kindOf(pool.database.adapter);
}

function serverOf(
  members: readonly Member[],
  limits: ServerLimits,
  only: ReadonlySet<DeployedServer['kind']>,
  groups: readonly (readonly Member[])[],
): Server {
  const first = members[0]!.pool.database;
  const name = first.server?.name ?? first.name;
  const declared = members.filter(({ process }) => process.declared);
  const countedSum = <T>(sumOf: (counted: readonly Member[]) => Traced<T>): Traced<T> =>
    sumOver(declared, limits.uncounted ?? [], sumOf);
  const demand = countedSum((counted) => sum(counted.map(({ pool }) => pool.demand)));
  const ceiling = countedSum((counted) => ceilings(counted.map(({ pool }) => pool.ceiling)));
  const pooler = poolerOf(first, limits.poolers ?? []);
  const behind = pooler && serverBehind(pooler, limits);
  const { limit, reserved } = (pooler && clientLimit(name, pooler, limits)) ?? limitOf(name, members[0]!, limits, only);
  const usable = usableOf(limit, reserved);
  const overhead =
    limits.overhead ??
    known(OVERHEAD, { kind: 'assumed', text: `${OVERHEAD} for console, cron and migrations` } as const);
  const autoscaled = countedSum((counted) => sum(counted.map((member) => demandAt(member, mostHosts(member.process)))));
  const peak = countedSum(peakOf);
  return {
    key: first.server?.key ?? '',
    name,
    databases: [...new Set(members.map(({ pool }) => pool.database.name))],
    demand,
    ceiling,
    autoscaled,
    peak,
    limit,
    reserved,
    usable,
    pooled: pooler && pooled(pooler, declared, backendOf(behind, members[0]!, limits), directDemand(behind, groups)),
    overhead,
    verdict: fits(demand, overhead, usable),
    autoscaledVerdict: fits(autoscaled, overhead, usable),
    peakVerdict: fits(peak, overhead, usable),
  };
}

/**
 * A sum over what is counted: not known where nothing is and something runs, nor where it depends on whose server it is.
 */
function sumOver<T>(
  declared: readonly Member[],
  [lost]: readonly Uncounted[],
  sumOf: (counted: readonly Member[]) => Traced<T>,
): Traced<T> {
  if (declared.length === 0 && lost) {
    const origin: Origin = { kind: 'assumed', text: 'a process that is not read' };
    return unknown(`nobody can tell what ${lost.name} connects to: ${lost.reason}`, origin);
  }
  const certain = declared.filter(({ pool }) => pool.database.server?.perhaps !== true);
  const other = declared.find((member) => !certain.includes(member));
  if (!other || certain.length === 0) return sumOf(declared);
  const reason = `nobody can tell whether ${other.process.name} connects to the same server`;
  return agree(reason, [sumOf(declared), sumOf(certain)]);
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

/** The user's word for this server, for all of them; the deployment's own server; a file that states it. */
function limitOf(
  name: string,
  first: Member,
  { maxConnections, deployed, committed }: ServerLimits,
  only: ReadonlySet<DeployedServer['kind']>,
): { readonly limit: Traced<number>; readonly reserved: Traced<number> } {
  const kind = kindOfMember(first);
  const stated =
    maxConnections.find((one) => one.server === name) ??
    maxConnections.find((one) => one.server === null) ??
    deployedServer(first.pool.database, deployed ?? []) ??
    (kind !== null && only.has(kind) ? committed?.(kind) : null);
  const reserved = stated?.reserved ?? reservedBy(first.pool.database.adapter);
  if (stated) return { limit: stated.limit, reserved };
  const origin: Origin = { kind: 'assumed', text: 'nothing states a limit' };
  return {
    limit: unknown('nothing in the repository states max_connections: say --max-connections', origin),
    reserved,
  };
}

/**
 * What a pooler allows its clients: the user's word for it by name, else what it is configured with. What holds for
 * every server is about the one behind it. Null for a proxy that gives every client a connection of its own.
 */
function clientLimit(
  name: string,
  { kind, bouncer, name: called }: Pooler,
  { maxConnections }: ServerLimits,
): { readonly limit: Traced<number>; readonly reserved: Traced<number> } | null {
  if (kind === 'rds-proxy' || maxConnections.some(({ server }) => server === name)) return null;
  const reserved = known(0, { kind: 'sum', from: [] });
  if (bouncer) return { limit: numberOf(bouncer, 'max_client_conn'), reserved };
  const reason = `how many clients ${called} takes is not known: say --max-connections ${name}=N`;
  return { limit: unknown(reason, { kind: 'assumed', text: 'nothing states a limit' }), reserved };
}

/** The database server behind a pooler: the one it is told, or the only one that the deployment starts. */
function serverBehind({ bouncer }: Pooler, { deployed = [] }: ServerLimits): DeployedServer | null {
  const hosts = [...(bouncer?.databases.values() ?? [])].flatMap(({ host }) => host ?? []);
  const servers = deployed.filter(({ kind }) => kind === 'postgresql');
  const told = servers.find(({ names }) => hosts.some((host) => names.includes(host)));
  return told ?? (servers.length === 1 && hosts.length === 0 ? servers[0]! : null);
}

/** What that server has to give: the user's word for every server, or its own limit. */
function backendOf(behind: DeployedServer | null, first: Member, { maxConnections }: ServerLimits): Traced<number> {
  const found = maxConnections.find(({ server }) => server === null) ?? behind;
  const reserved = found?.reserved ?? reservedBy(first.pool.database.adapter);
  const origin: Origin = { kind: 'assumed', text: 'nothing states a limit' };
  const limit = found?.limit ?? unknown<number>('nothing states what the server behind the pooler allows', origin);
  return usableOf(limit, reserved);
}

/** What a server keeps for itself is not there for the application. */
function usableOf(limit: Traced<number>, reserved: Traced<number>): Traced<number> {
  return combine(null, [limit, reserved], (most, kept) => Math.max(0, most - kept));
}

/** What declared processes open on a deployed server without a pooler between. */
function directDemand(server: DeployedServer | null, groups: readonly (readonly Member[])[]): Traced<number> {
  const direct = groups.filter(([first]) => server && deployedServer(first!.pool.database, [server]) === server);
  return sum(direct.flat().flatMap(({ process, pool }) => (process.declared ? [pool.demand] : [])));
}

function reservedBy(adapter: Traced<string | null>): Traced<number> {
  return combine(null, [adapter], (name) => {
    const kind = kindOf(known(name, adapter.origin));
    return kind === null ? 0 : RESERVED[kind];
  });
}

/** Whether a demand, with what stands beside it, fits. Of several possible numbers all must agree. */
export function fits(demand: Traced<number>, overhead: Traced<number>, usable: Traced<number>): Verdict['kind'] {
  const result = combine(null, [demand, overhead, usable], (busy, beside, allowed) => busy + beside <= allowed);
  const answers = result.known ? [result.value] : (result.candidates ?? []).map(({ value }) => value);
  if (answers.length === 0) return 'unknown';
  if (answers.every((answer) => answer)) return 'holds';
  return answers.some((answer) => answer) ? 'unknown' : 'violates';
}
