import type { DatabaseEntry } from '../database/entry.ts';
import type { SwitchedRoles } from '../index/switched_roles.ts';
import type { UsedDatabase } from '../model/pools.ts';
import type { Purpose } from '../model/process.ts';

/** The role of everything that asks for no other. Source: activerecord/lib/active_record.rb@v8.1.3.1 (writing_role) */
export const WRITING = 'writing';
/** The role that requests switch to by themselves. Source: …/middleware/database_selector/resolver.rb@v8.1.3.1 */
const READING = 'reading';

/** One pool that a class asks for. */
export interface OwnPool {
  /** Null for ActiveRecord::Base. */
  readonly owner: string | null;
  readonly role: string;
  readonly shard: string;
  readonly purpose: Purpose;
}

/**
 * The pools of each entry: one for every class that connects to it, in every role and shard.
 * Source: activerecord/lib/active_record/connection_adapters/abstract/connection_handler.rb@v8.1.3.1
 */
export class OwnPools {
  readonly #of = new Map<string, Map<string, OwnPool>>();

  add(database: string, pool: OwnPool): void {
    const pools = this.#of.get(database) ?? new Map<string, OwnPool>();
    const key = [pool.owner ?? '', pool.role, pool.shard].join('\0');
    if (!pools.has(key)) pools.set(key, pool);
    this.#of.set(database, pools);
  }

  /**
   * The pools of an entry that something asks. One in a role that nothing switches to stays empty beside one that is
   * asked; an entry that only such a role has is there to be used by somebody.
   * @param alone the pool of an entry that no class is known to ask for
   */
  askedOf(entry: DatabaseEntry, alone: OwnPool, switched: SwitchedRoles): readonly UsedDatabase[] {
    const own = [...(this.#of.get(entry.name)?.values() ?? [])];
    if (own.length === 0) return [{ ...alone, entry, askedBy: 'all', idle: 0 }];
    const isOthers = own.every(({ role }) => role !== WRITING);
    const all = own.flatMap((pool) => {
      const askedBy = isOthers ? 'all' : askersOf(pool.role, switched);
      return askedBy ? [{ ...pool, entry, askedBy }] : [];
    });
    const idle = own.filter((pool) => !all.some((one) => isBeside(one, pool) && one.role === pool.role));
    const homes = idle.map((pool) => all.find((one) => isBeside(one, pool)) ?? all[0]);
    return all.map((pool) => ({ ...pool, idle: homes.filter((home) => home === pool).length }));
  }
}

function isBeside(one: OwnPool, other: OwnPool): boolean {
  return one.owner === other.owner && one.shard === other.shard;
}

/** Who asks the pools of a role; null for nobody. */
function askersOf(role: string, { roles, any, selector }: SwitchedRoles): UsedDatabase['askedBy'] | null {
  if (role === WRITING) return 'all';
  if (any || roles.includes(role)) return 'application';
  return selector && role === READING ? 'requests' : null;
}
