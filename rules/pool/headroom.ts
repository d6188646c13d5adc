import type { RelatedPlace, Severity } from '../../src/lint/finding.ts';
import type { Project } from '../../src/lint/result.ts';
import type { Outcome } from '../../src/lint/rule.ts';
import type { Claim, Pool, Process } from '../../src/model/process.ts';
import { writtenIn } from '../../src/value/history.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import { assumptionsOf } from '../../src/value/traced.ts';
import { comparedPlaces, hopPlaces, misfit, placeOfPool, violation, type Misfit } from './misfit.ts';
import { sharedSizes } from './shared_size.ts';
import { sizeFix } from './size_fix.ts';
import { termOf } from './terms.ts';
import { isUnusable } from './unusable.ts';

/** A pool that fits the threads it is judged by, and not these helpers as well. */
export interface Tight extends Misfit {
  readonly helpers: readonly Claim[];
  /** Connections with which all of them fit. */
  readonly total: number;
}

/** Which helpers a rule speaks of, and how many connections it asks for besides. */
export interface Headroom {
  readonly concerns: (process: Process, pool: Pool, claim: Claim) => boolean;
  readonly margin?: number;
  readonly severity: (found: Tight) => Severity;
  /** Whether a larger pool has room for them: not where they grow with it. */
  readonly fixable?: (found: Tight) => boolean;
}

/**
 * The pools in which helpers of one kind find no room. A pool that is too small without them is the finding of another
 * rule, and so is one that nobody can tell.
 */
export function headroom(
  project: Project,
  { concerns, margin = 0, severity, fixable }: Headroom,
): readonly Outcome<Tight>[] {
  const shared = sharedSizes(project);
  return project.processes.flatMap((process) =>
    process.pools.flatMap((pool): readonly Outcome<Tight>[] => {
      const helpers = pool.claims.filter((claim) => !claim.counts && concerns(process, pool, claim));
      if (helpers.length === 0 || pool.database.orm === 'sequel' || pool.verdict.kind !== 'holds' || isUnusable(pool))
        return [];
      if (!pool.size.known || !pool.needed.known) return [];
      const place = placeOfPool(process, pool);
      const what = `pool of ${pool.database.name} in ${process.name}`;
      const unknown = helpers.map(({ threads }) => threads).find((threads) => !threads.known);
      if (unknown && !unknown.known) return [{ kind: 'unknown', what, reason: unknown.reason, at: place }];
      const more = helpers.reduce((sum, { threads }) => sum + (threads.known ? threads.value : 0), 0);
      const total = pool.needed.value + more + margin;
      if (pool.size.value === 'unlimited' || pool.size.value >= total) return [{ kind: 'holds' }];
      if (!place) return [{ kind: 'unknown', what, reason: 'nothing in the repository writes it', at: null }];
      const base = misfit(project, shared, { process, pool, claim: helpers[0]! });
      const found: Tight = {
        ...base,
        helpers,
        total,
        wanted: Math.max(total, base.wanted ?? 0),
        wantedAlone: Math.max(total, base.wantedAlone ?? 0),
      };
      const said = violation(found, place, severity(found));
      const assumes = allAssumptions(said.assumes, ...helpers.map(({ threads }) => assumptionsOf(threads)));
      const isOwn = found.alsoSizes.length === 0 && (fixable?.(found) ?? false);
      const fix = isOwn ? sizeFix(pool, found.wanted) : null;
      const related = placesOf(found);
      const weight = total - pool.size.value;
      return [{ kind: 'violates', ...said, assumes, related, weight, ...(fix ? { fix } : {}), found }];
    }),
  );
}

/** The threads that have the pool to themselves otherwise, then the helpers, each under what says how many there are. */
function placesOf({ process, pool, helpers }: Tight): readonly RelatedPlace[] {
  const main = pool.claims.find(({ counts }) => counts);
  const threads = main ? comparedPlaces({ process, pool, claim: main }) : [];
  const others = helpers.flatMap((helper) => {
    const at = writtenIn(helper.threads.origin);
    return at ? [{ at, message: termOf(helper) }] : [];
  });
  return [...threads, ...others, ...hopPlaces(pool)];
}
