import { amount, list, plural } from '../../src/lint/phrases.ts';
import type { Claim, Pool } from '../../src/model/process.ts';

/** "3 request threads + 5 job threads", of the claims that count and of those. */
export function termsOfPool(pool: Pool, also: readonly Claim[] = []): readonly string[] {
  return [...pool.claims.filter((claim) => claim.counts), ...also].map(termOf);
}

/** "1 job thread", "2 for poller and heartbeat": a number of what can be counted, or one for what is listed. */
export function termOf({ threads, threadsOf }: Claim): string {
  const number = amount(threads);
  const noun = /\b(?:thread|worker|fiber)s?\b/.exec(threadsOf)?.[0];
  if (number === '1') return noun?.endsWith('s') ? `1 ${threadsOf.replace(noun, noun.slice(0, -1))}` : `1 ${threadsOf}`;
  return noun?.endsWith('s') ? `${number} ${threadsOf}` : `${number} for ${threadsOf}`;
}

/** "16 threads", or, where others share the pool, "16 request threads and 2 job threads". */
export function threadsOn(pool: Pool, claim: Claim): string {
  const terms = termsOfPool(pool);
  return terms.length > 1 ? list(terms) : plural(amount(claim.threads), 'thread');
}
