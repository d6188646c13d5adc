import type { PoolSize } from '../database/entry.ts';
import { combine, type Traced } from '../value/traced.ts';
import type { Claim, Verdict } from './process.ts';

const HOLDS = -1;

/**
 * Whether a pool is large enough: the first claim whose running sum exceeds the size is the one that does not fit.
 * Where the size or a number of threads is not known, the values it can have decide: all fit, none fits, or nobody
 * can tell.
 */
export function poolVerdict(size: Traced<PoolSize>, claims: readonly Claim[]): Verdict {
  const counting = claims.filter((claim) => claim.counts);
  if (size.known && size.value === 'unlimited') return { kind: 'holds' };
  const inputs = [size, ...counting.map((claim) => claim.threads)] as readonly Traced<PoolSize>[];
  const misfit = combine(null, inputs, (...values) => {
    const [bound, ...threads] = values;
    if (bound === 'unlimited' || bound === undefined) return HOLDS;
    let sum = 0;
    return threads.findIndex((count) => (sum += Number(count)) > bound);
  });
  if (misfit.known) return verdictOf(misfit.value, counting);
  const { candidates } = misfit;
  if (!candidates) return { kind: 'unknown', reason: misfit.reason, because: misfit };
  const misfits = candidates.map((candidate) => candidate.value);
  if (misfits.every((index) => index === HOLDS)) return { kind: 'holds' };
  if (misfits.includes(HOLDS)) return { kind: 'unknown', reason: misfit.reason, because: misfit };
  return verdictOf(Math.min(...misfits), counting);
}

function verdictOf(misfit: number, claims: readonly Claim[]): Verdict {
  return misfit === HOLDS ? { kind: 'holds' } : { kind: 'violates', claim: claims[misfit]! };
}
