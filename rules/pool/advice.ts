import type { PoolSize } from '../../src/database/entry.ts';
import { carried } from '../../src/value/history.ts';
import type { Pool } from '../../src/model/process.ts';
import type { Traced } from '../../src/value/traced.ts';

/**
 * What to write as a size: the number, or the one variable that decides it with the number as its fallback. A count
 * that several variables decide has no such spelling.
 */
export function poolToWrite(needed: Traced<number>, variables: readonly string[]): string {
  const count = largest(needed);
  const number = count === null ? '…' : String(count);
  const [variable] = variables;
  if (variable === undefined || variables.length > 1) return number;
  const origin = carried(needed.origin);
  const fallback = origin.kind === 'env' ? '5' : number;
  return `<%= ENV.fetch("${variable}", ${fallback}) %>`;
}

/** The line of database.yml that sets the size of a pool, under the key that is there already. */
export function poolLine(pool: Pool, size: string): string {
  return `${pool.database.sizeKey}: ${size}`;
}

export function largest(traced: Traced<PoolSize>): number | null {
  const values = traced.known ? [traced.value] : (traced.candidates ?? []).map((one) => one.value);
  const numbers = values.filter((value) => typeof value === 'number');
  return numbers.length > 0 ? Math.max(...numbers) : null;
}
