import type { DatabaseEntry, PoolSize } from '../database/entry.ts';
import type { BootedProcess, DatabaseClaim } from '../systems/system.ts';
import type { Launch } from '../launch/launch.ts';
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
}

/** One kind of OS process with its pools: what the launch's boot said, on the databases it found. */
export function processOf(launch: Launch, booted: BootedProcess, databases: UsedDatabases): Process {
  const copies = times(launch.hosts, booted.processesPerHost);
  const pools = databases.all.flatMap((database) => {
    const claims = booted.claims
      .filter((claim) => uses(claim, database, databases))
      .map((claim): Claim => ({ ...claim, system: claim.system ?? launch.system }));
    return claims.length > 0 ? [poolOf(database, claims, copies)] : [];
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

function uses(claim: DatabaseClaim, database: UsedDatabase, databases: UsedDatabases): boolean {
  switch (claim.on) {
    case 'every':
      return true;
    case 'jobs':
      return database.purpose !== 'cable';
    case 'queue':
      return database.entry === databases.queue;
  }
}

function poolOf({ entry: database, purpose }: UsedDatabase, claims: readonly Claim[], copies: Traced<number>): Pool {
  const threads = sum(claims.map((claim) => claim.threads));
  const needed = sum(claims.filter((claim) => claim.counts).map((claim) => claim.threads));
  const outside = 0;
  return {
    database,
    purpose,
    size: database.pool,
    claims,
    threads,
    needed,
    outside,
    demand: combine(
      null,
      [copies, database.pool, threads],
      (count, size, busy) => count * (smaller(size, busy) + outside),
    ),
    ceiling: combine(null, [copies, database.pool], (count, size): PoolSize =>
      size === 'unlimited' ? size : count * Math.max(size, 0),
    ),
    verdict: poolVerdict(database.pool, claims),
  };
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
