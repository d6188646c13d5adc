import type { Pool } from '../../src/model/process.ts';

/** A size of which no connection can ever come: `pool-zero-or-not-a-number` speaks of it, and no other rule. */
export function isUnusable(pool: Pool): boolean {
  return pool.size.known && typeof pool.size.value === 'number' && pool.size.value <= 0;
}
