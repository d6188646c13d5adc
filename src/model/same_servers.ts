import type { ServerKey } from '../database/entry.ts';
import type { Pool, Process } from './process.ts';

/**
 * The same processes, where one reads the address of an entry and for another it may be anything: nobody can tell
 * whether the two are one server. They are shown as one, and what is not certain to be there says so. What the
 * deployment does not run connects to what the others connect to.
 */
export function onSameServers(processes: readonly Process[]): readonly Process[] {
  const known = new Map<string, readonly ServerKey[]>();
  for (const { database } of processes.filter(({ declared }) => declared).flatMap(({ pools }) => pools)) {
    const { name, server } = database;
    const before = known.get(name) ?? [];
    if (server && !before.some(({ key }) => key === server.key)) known.set(name, [...before, server]);
  }
  return processes.map((process) => {
    const moved = new Map<string, ServerKey>();
    for (const { database } of process.pools) {
      const place = database.server && placeOf(database.server, known.get(database.name) ?? [], process);
      if (database.server && place) moved.set(database.server.key, place);
    }
    return moved.size === 0 ? process : { ...process, pools: process.pools.map((pool) => movedTo(moved, pool)) };
  });
}

/** Where an entry is shown instead; null where it stays. */
function placeOf(own: ServerKey, declared: readonly ServerKey[], process: Process): ServerKey | null {
  const others = declared.filter(({ key }) => key !== own.key);
  if (!process.declared) {
    const isTheirs = others.length < declared.length;
    return !isTheirs && (own.open || others.some(({ open }) => open)) ? (others[0] ?? null) : null;
  }
  if (!own.open) return null;
  const [base = null] = others.toSorted((a, b) => Number(a.open) - Number(b.open));
  const isFirst = base !== null && base.open && declared[0]?.key === own.key;
  return base && !isFirst ? { ...base, perhaps: true } : null;
}

function movedTo(moved: ReadonlyMap<string, ServerKey>, pool: Pool): Pool {
  const server = pool.database.server && moved.get(pool.database.server.key);
  return server ? { ...pool, database: { ...pool.database, server } } : pool;
}
