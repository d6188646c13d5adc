import type { DatabaseEntry, PoolSize } from '../database/entry.ts';
import type { BootedProcess, DatabaseClaim, OutsideConnections } from '../systems/system.ts';
import type { Launch, SystemId } from '../launch/launch.ts';
import { assuming, combine, known, type Traced } from '../value/traced.ts';
import type { Claim, Pool, Process, Purpose } from './process.ts';
import { poolVerdict } from './verdict.ts';

/** The pools that a process has, that of ActiveRecord::Base first. */
export interface UsedDatabases {
  readonly all: readonly UsedDatabase[];
  /** The one the job system keeps its queue in. */
  readonly queue: DatabaseEntry | null;
  /** Whether code that jobs may run broadcasts, which writes to the database of Solid Cable. */
  readonly broadcasts?: boolean;
  /** False where the jobs of the application go elsewhere: then only Solid Queue itself asks for its database. */
  readonly enqueues?: boolean;
}

/** One pool of a process: for an entry of database.yml there may be several. */
export interface UsedDatabase {
  readonly entry: DatabaseEntry;
  readonly purpose: Purpose;
  /** The class whose pool it is; null for ActiveRecord::Base. */
  readonly owner: string | null;
  readonly role: string;
  readonly shard: string;
  /** In another role than `writing` threads come only where the application's code switches to it. */
  readonly askedBy: 'all' | 'application' | 'requests';
  /** Pools of the same size beside it that nobody asks. */
  readonly idle: number;
}

/** One kind of OS process with its pools: what the launch's boot said, on the databases it found. */
export function processOf(launch: Launch, booted: BootedProcess, databases: UsedDatabases): Process {
  const copies = times(launch.hosts, booted.processesPerHost);
  const pools = databases.all.flatMap((database) => {
    const claims = claimsOn(database, booted, databases, launch.system);
    const outside = (booted.outside ?? []).filter(
      (one) => database.askedBy === 'all' && uses(one, database, databases),
    );
    const beside = databases.all.filter((one) => isIdleBeside(one, database, booted, databases)).length;
    const idle = database.idle + beside;
    return claims.length > 0 ? [poolOf({ ...database, idle }, claims, outside, copies)] : [];
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

function claimsOn(
  database: UsedDatabase,
  { claims }: BootedProcess,
  databases: UsedDatabases,
  system: SystemId,
): readonly Claim[] {
  return claims
    .filter((claim) => uses(claim, database, databases) && asksFor(claim, database))
    .filter((claim) => database.purpose !== 'queue' || databases.enqueues !== false || isSolidQueue(claim, system))
    .map((claim) => claimOn(claim, database.entry, system))
    .map((claim) => (database.purpose === 'cable' && claim.held === 'job' ? broadcasting(claim) : claim));
}

function isSolidQueue({ system }: DatabaseClaim, host: SystemId): boolean {
  return (system ?? host) === 'solid_queue';
}

function broadcasting(claim: Claim): Claim {
  return { ...claim, threads: assuming(claim.threads, [{ kind: 'reachable', text: 'all of its jobs broadcast' }]) };
}

/** A pool of the same class and shard in a role to which nothing of this process switches. */
function isIdleBeside(
  one: UsedDatabase,
  { entry, owner, shard, askedBy }: UsedDatabase,
  { claims }: BootedProcess,
  databases: UsedDatabases,
): boolean {
  if (askedBy !== 'all' || one.askedBy === 'all' || one.entry !== entry) return false;
  return (
    one.owner === owner &&
    one.shard === shard &&
    !claims.some((claim) => uses(claim, one, databases) && asksFor(claim, one))
  );
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
  if (typeof claim.on === 'object') {
    const { entry: name } = claim.on;
    const own = databases.all.filter(({ entry, purpose }) => entry.name === name && purpose === 'application');
    return database.entry.name === name && (own.length === 0 || own.at(-1) === database);
  }
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
      return database.purpose !== 'cable' || databases.broadcasts === true;
    case 'queue': {
      const own = databases.all.filter(({ entry }) => entry === databases.queue);
      // Without a class of its own it is the application's.
      const isOwn = own.some(({ purpose }) => purpose === 'queue');
      return isOwn ? own.includes(database) && database.purpose === 'queue' : database === own[0];
    }
  }
}

/** Whether a claim asks that pool. Helpers of a server, of jobs and of Rails switch to no other role: they run no code of the application. */
function asksFor({ held, part }: DatabaseClaim, { askedBy }: UsedDatabase): boolean {
  if (askedBy === 'all') return true;
  if (askedBy === 'requests') return held === 'request';
  return held === 'request' || held === 'job' || part === 'cable worker' || part === 'load_async';
}

function poolOf(
  { entry: database, purpose, owner, role, shard, idle }: UsedDatabase,
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
    owner,
    role,
    shard,
    size: database.pool,
    claims,
    threads,
    needed,
    outside,
    idle,
    demand: demandOf(copies, { size: database.pool, threads, outside }),
    ceiling: combine(null, [copies, database.pool], (count, size): PoolSize =>
      size === 'unlimited' ? size : count * ((1 + idle) * Math.max(size, 0) + outside),
    ),
    verdict: poolVerdict(database.pool, claims),
  };
}

/** What can be open at once: a pool opens no more than its size, and no more than there are threads to ask. */
export function demandOf(
  copies: Traced<number>,
  { size, threads, outside }: Pick<Pool, 'size' | 'threads' | 'outside'>,
): Traced<number> {
  return combine(null, [copies, size, threads], (count, most, busy) => count * (smaller(most, busy) + outside));
}

function smaller(size: PoolSize, threads: number): number {
  return size === 'unlimited' ? threads : Math.min(Math.max(size, 0), threads);
}

/** A sum that remembers its terms; of nothing, 0. */
export function sum(terms: readonly Traced<number>[]): Traced<number> {
  if (terms.length === 0) return known(0, { kind: 'sum', from: [] });
  return combine(null, terms, (...values) => values.reduce((total, value) => total + value, 0));
}

/** A product that remembers its factors; of nothing, 1. */
export function times(...factors: readonly Traced<number>[]): Traced<number> {
  return combine(null, factors, (...values) => values.reduce((product, value) => product * value, 1));
}
