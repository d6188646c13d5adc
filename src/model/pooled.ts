import type { DatabaseEntry } from '../database/entry.ts';
import { databaseNumber, modeOf, numberOf, type PgBouncer, type PoolMode } from '../limits/pgbouncer.ts';
import { poolerAt, type ConfiguredPooler, type Pooler } from '../limits/pooler.ts';
import { combine, type Traced } from '../value/traced.ts';
import { sum } from './pools.ts';
import type { Member } from './peak.ts';

/** A pooler between the processes and their database server. */
export interface Pooled {
  readonly pooler: Pooler;
  /** Its pools, one for each database and user; empty where it is not known how it was configured. */
  readonly pools: readonly PoolerPool[];
  /** What all of its pools together can open on the database server; null where they are not known. */
  readonly opens: Traced<number> | null;
  /** Connections that the database server behind it has to give. */
  readonly backend: Traced<number>;
  /** What processes open on that server beside the pooler. */
  readonly direct: Traced<number>;
}

export interface PoolerPool {
  readonly database: string;
  readonly user: string;
  /** Names of the entries of database.yml that share it. */
  readonly entries: readonly string[];
  readonly mode: Traced<PoolMode>;
  /** `pool_size` and `reserve_pool_size` together. */
  readonly size: Traced<number>;
  /** What the processes can ask of it at once. */
  readonly demand: Traced<number>;
}

/** The pooler that an entry connects to; null where it connects to a server, or its address is not known. */
export function poolerOf({ server }: DatabaseEntry, configured: readonly ConfiguredPooler[]): Pooler | null {
  if (!server?.name) return null;
  const [, host = server.name, port = null] = /^(.*?)(?::(\d+))?$/.exec(server.name) ?? [];
  return poolerAt(host, port, configured);
}

/** What a pooler makes of the processes that connect to it. */
export function pooled(
  pooler: Pooler,
  members: readonly Member[],
  backend: Traced<number>,
  direct: Traced<number>,
): Pooled {
  const { bouncer } = pooler;
  if (!bouncer) return { pooler, pools: [], opens: null, backend, direct };
  const groups = new Map<string, Member[]>();
  for (const member of members) {
    const { database } = member.pool;
    const key = `${textOf(database, 'database')}\0${textOf(database, 'username')}`;
    groups.set(key, [...(groups.get(key) ?? []), member]);
  }
  const pools = [...groups.values()].map((group) => poolOf(bouncer, group));
  return { pooler, pools, opens: opensOf(bouncer, pools), backend, direct };
}

/** A setting as text; where nobody knows it, entries with equal names share it. */
function textOf({ settings, name }: DatabaseEntry, key: 'database' | 'username'): string {
  const setting = settings.get(key);
  return setting?.known && setting.value !== null ? String(setting.value) : key === 'database' ? name : '';
}

function poolOf(bouncer: PgBouncer, members: readonly Member[]): PoolerPool {
  const first = members[0]!.pool.database;
  const database = textOf(first, 'database');
  return {
    database,
    user: textOf(first, 'username'),
    entries: [...new Set(members.map(({ pool }) => pool.database.name))],
    mode: modeOf(bouncer, database),
    size: combine(
      null,
      [databaseNumber(bouncer, database, 'pool_size'), databaseNumber(bouncer, database, 'reserve_pool_size')],
      (size, reserve) => size + reserve,
    ),
    demand: sum(members.map(({ pool }) => pool.demand)),
  };
}

/** A pool opens no more than its size, nor than it is asked for; 0 means that a cap is none. */
function opensOf(bouncer: PgBouncer, pools: readonly PoolerPool[]): Traced<number> {
  const byDatabase = new Map<string, Traced<number>[]>();
  for (const { database, size, demand } of pools) {
    const opens = combine(null, [size, demand], Math.min);
    byDatabase.set(database, [...(byDatabase.get(database) ?? []), opens]);
  }
  const capped = [...byDatabase].map(([database, opens]) =>
    combine(null, [sum(opens), databaseNumber(bouncer, database, 'max_db_connections')], (all, most) =>
      most === 0 ? all : Math.min(all, most),
    ),
  );
  const users = new Set(pools.map(({ user }) => user));
  return combine(null, [sum(capped), numberOf(bouncer, 'max_user_connections')], (all, most) =>
    most === 0 ? all : Math.min(all, most * users.size),
  );
}
