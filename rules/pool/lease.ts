import type { Project } from '../../src/lint/result.ts';
import { atLeast, version } from '../../src/versions/compare.ts';

/** How long a plain query has its connection: to the end of the request or job up to Rails 7.1, for itself from 7.2. */
export interface Lease {
  /** Whether the thread keeps it; null where neither is certain. */
  readonly keeps: boolean | null;
  /** Rails as sentences name it; null where nothing is known of it. */
  readonly rails: string | null;
}

/**
 * Without a lockfile the Gemfile decides, where all that it allows lies on one side of the change.
 * Source: activerecord/CHANGELOG.md@v7.2.0
 */
export function leaseOf({ gems, versions }: Project): Lease {
  const locked = versions['rails'] ?? null;
  if (locked !== null) return { keeps: !atLeast(version(locked), BORROWS), rails: `Rails ${locked}` };
  const sides = gems.possible('rails', [BORROWS]).map((one) => !atLeast(one, BORROWS));
  const [keeps] = sides;
  if (keeps === undefined || sides.length > 1) return { keeps: null, rails: null };
  return { keeps, rails: keeps ? `Rails before ${BORROWS}` : `Rails ${BORROWS} or later` };
}

const BORROWS = '7.2';
