import type { DatabaseEntry, ServerKey } from '../database/entry.ts';
import type { Traced } from '../value/traced.ts';
import type { Pool, Process } from './process.ts';

/** A database server that is known besides what connects to it: the deployment starts it. */
export interface DeployedServer {
  readonly kind: 'postgresql' | 'mysql';
  /** The host names under which processes of the deployment reach it. */
  readonly names: readonly string[];
  readonly limit: Traced<number>;
  /** Null for what such a server reserves by default. */
  readonly reserved: Traced<number> | null;
}

const KINDS: Readonly<Record<string, DeployedServer['kind']>> = {
  postgresql: 'postgresql',
  postgis: 'postgresql',
  postgres: 'postgresql',
  mysql2: 'mysql',
  trilogy: 'mysql',
  mysql: 'mysql',
};

const PORTS: Readonly<Record<DeployedServer['kind'], string>> = { postgresql: '5432', mysql: '3306' };

/** What kind of server an adapter talks to; null where it is not known, or none of these. */
export function kindOf(adapter: Traced<string | null>): DeployedServer['kind'] | null {
  return adapter.known && adapter.value !== null ? (KINDS[adapter.value] ?? null) : null;
}

/**
 * The same processes, each pool on the server it reaches: names of one deployed server are one server, and the only
 * server of a kind that a deployment starts is the one of entries that state no host.
 */
export function onDeployedServers(
  processes: readonly Process[],
  servers: readonly DeployedServer[],
): readonly Process[] {
  if (servers.length === 0) return processes;
  return processes.map((process) => ({ ...process, pools: process.pools.map((pool) => placed(pool, servers)) }));
}

function placed(pool: Pool, servers: readonly DeployedServer[]): Pool {
  const server = deployedServer(pool.database, servers);
  const key = server && keyOn(server, pool.database);
  return key ? { ...pool, database: { ...pool.database, server: key } } : pool;
}

/** The deployed server that an entry connects to; null where it connects to another one, or nobody can tell. */
export function deployedServer(
  { adapter, server }: DatabaseEntry,
  servers: readonly DeployedServer[],
): DeployedServer | null {
  const kind = kindOf(adapter);
  if (!server || kind === null) return null;
  const ofKind = servers.filter((one) => one.kind === kind);
  if (server.name !== null) {
    const host = server.name.replace(/:\d+$/, '');
    return ofKind.find(({ names }) => names.includes(host)) ?? null;
  }
  return !server.open && ofKind.length === 1 ? ofKind[0]! : null;
}

function keyOn({ kind, names }: DeployedServer, { server }: DatabaseEntry): ServerKey {
  const [first = kind] = names;
  // Inside the network of a deployment a server has one port, whatever it is published as.
  const port = server?.name ? /:(\d+)$/.exec(server.name)?.[1] : undefined;
  const name = `${first}:${port ?? PORTS[kind]}`;
  return { key: name, name, open: false };
}
