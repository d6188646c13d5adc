import { amount, plural } from '../../src/lint/phrases.ts';
import { largest, type Misfit } from './misfit.ts';
import { termsOfPool } from './terms.ts';

/**
 * The arithmetic of a pool that is too small, with every number that the advice rests on: "pool 5 < 16 request threads +
 * 2 job threads = 18, in every process of web; the same size has to do for 25 in worker".
 * @param each what has a pool of its own
 */
export function tooSmall(found: Misfit, each: 'process' | 'copy'): string {
  const { process, pool, claim, wanted, wantedBy } = found;
  const terms = termsOfPool(pool);
  const needs =
    terms.length > 1 ? `${terms.join(' + ')} = ${amount(pool.needed)}` : plural(amount(claim.threads), 'thread');
  const own = largest(pool.needed);
  const others =
    wanted !== null && own !== null && wanted > own && wantedBy !== null && wantedBy !== process.name
      ? `; the same size has to do for ${wanted} in ${wantedBy}`
      : '';
  return `pool ${amount(pool.size)} < ${needs}, in every ${each} of ${process.name}${others}`;
}
