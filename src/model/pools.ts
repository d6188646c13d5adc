import type { DatabaseEntry, PoolSize } from '../database/entry.ts';
import type { BootedProcess, DatabaseClaim, OutsideConnections } from '../systems/system.ts';
import type { Launch, SystemId } from '../launch/launch.ts';
import { combine, known, type Traced } from '../value/traced.ts';
import type { Claim, Pool, Process, Purpose } from './process.ts';
import { poolVerdict } from './verdict.ts';

/** The databases a process has pools for, the application's own first. */
export interface UsedDatabases {
  readonly all: readonly UsedDatabase[];
  /** The one the job system keeps its queue in. */
  readonly queue: DatabaseEntry | null;
}

export interface UsedDatabase {
  readonly entry: DatabaseEntry;
  readonly purpose: Purpose;
  /** How many pools the process has for it; one where nothing is said. */
  readonly pools?: number;
}

/** One kind of OS process with its pools: what the launch's boot said, on the databases it found. */
export function processOf(launch: Launch, booted: BootedProcess, databases: UsedDatabases): Process {
  const copies = times(launch.hosts, booted.processesPerHost);
  const pools = databases.all.flatMap((database) => {
    const claims = booted.claims
      .filter((claim) => uses(claim, database, databases))
      .map((claim): Claim => claimOn(claim, database.entry, launch.system));
    const outside = (booted.outside ?? []).filter((one) => uses(one, database, databases));
    return claims.length > 0 ? [poolOf(database, claims, outside, copies)] : [];
  });
  return {
    launch,
    name: launch.name,
    system: launch.system,
    role: booted.role,
    declared: launch.declared,
    hosts: launch.hosts,
    processesPerHost: booted.processesPerHost,
    copies,
    threads: booted.threads,
    inside: booted.inside ?? [],
    pools,
  };
}

function claimOn(claim: DatabaseClaim, entry: DatabaseEntry, host: SystemId): Claim {
  const { threadsOf, threads, held, counts, part } = claim;
  const system = claim.system ?? host;
  return {
    system,
    threadsOf,
    threads: claim.threadsOn?.(entry) ?? threads,
    held,
    counts,
    ...(part === undefined ? {} : { part }),
  };
}

function uses(claim: Pick<DatabaseClaim, 'on'>, database: UsedDatabase, databases: UsedDatabases): boolean {
  const isFirst = database === databases.all[0];
  if (typeof claim.on === 'object') return database.entry.name === claim.on.entry;
  switch (claim.on) {
    case 'first':
      return isFirst;
    case 'application':
      return database.purpose === 'application';
    case 'cache':
    case 'cable': {
      const { on: purpose } = claim;
      return databases.all.some((one) => one.purpose === purpose) ? database.purpose === purpose : isFirst;
    }
    case 'every':
      return true;
    case 'jobs':
      return database.purpose !== 'cable';
    case 'queue':
      return database.entry === databases.queue;
  }
}

function poolOf(
  { entry: database, purpose, pools = 1 }: UsedDatabase,
  claims: readonly Claim[],
  beside: readonly OutsideConnections[],
  copies: Traced<number>,
): Pool {
  const threads = sum(claims.map((claim) => claim.threads));
  const needed = sum(claims.filter((claim) => claim.counts).map((claim) => claim.threads));
  const taken = sum(beside.map((one) => one.connections));
  const outside = taken.known ? taken.value : 0;
  return {
    database,
    purpose,
    size: database.pool,
    claims,
    threads,
    needed,
    outside,
    pools,
    demand: demandOf(copies, { size: database.pool, threads, outside, pools }),
    ceiling: combine(null, [copies, database.pool], (count, size): PoolSize =>
      size === 'unlimited' ? size : count * pools * Math.max(size, 0),
    ),
    verdict: poolVerdict(database.pool, claims),
  };
}

/** What can be open at once: a pool opens no more than its size, and no more than there are threads to ask. */
export function demandOf(
  copies: Traced<number>,
  { size, threads, outside, pools }: Pick<Pool, 'size' | 'threads' | 'outside' | 'pools'>,
): Traced<number> {
  return combine(null, [copies, size, threads], (count, most, busy) => count * (pools * smaller(most, busy) + outside));
}

function smaller(size: PoolSize, threads: number): number {
  return size === 'unlimited' ? threads : Math.min(Math.max(size, 0), threads);
}

/** A sum that remembers its terms; of nothing, 0. */
export function sum(terms: readonly Traced<number>[]): Traced<number> {
  if (terms.length === 0) return known(0, { kind: 'sum', from: [] });
  return combine(null, terms, (...values) => values.reduce((total, value) => total + value, 0));
}

export function times(...factors: readonly Traced<number>[]): Traced<number> {
  return combine(null, factors, (...values) => values.reduce((product, value) => product * value, 1));
}
