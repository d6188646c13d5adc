import type { PoolSize } from '../../src/database/entry.ts';
import type { RelatedPlace, Severity } from '../../src/lint/finding.ts';
import { amount, labelled, list, plural } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import type { Outcome, Violation } from '../../src/lint/rule.ts';
import type { Claim, Pool, Process } from '../../src/model/process.ts';
import type { Span } from '../../src/text/source.ts';
import { sameSpan } from '../../src/text/source.ts';
import { hops, termsOf, writtenIn, type Hop } from '../../src/value/history.ts';
import { allAssumptions, type Assumption } from '../../src/value/origin.ts';
import { assumptionsOf, type Traced } from '../../src/value/traced.ts';
import { leaseOf, type Lease } from './lease.ts';
import { sharedSizes, type SharedSize, sharing } from './shared_size.ts';
import { sizeFix } from './size_fix.ts';
import { termOf } from './terms.ts';
import { isUnusable } from './unusable.ts';

/** A pool that is smaller than what one process claims of it. */
export interface Misfit {
  readonly process: Process;
  readonly pool: Pool;
  readonly claim: Claim;
  readonly lease: Lease;
  readonly solidQueue: string | null;
  /** A size that fits every process whose pool is written at the same place; null where nobody knows it. */
  readonly wanted: number | null;
  /** The process that wants so many; null where nobody knows it. */
  readonly wantedBy: string | null;
  /** A size that fits this entry in every process, should it get one of its own; null where nobody knows it. */
  readonly wantedAlone: number | null;
  /** Other entries of which the same number is the size, where it cannot be right for all of them. */
  readonly alsoSizes: readonly string[];
}

/**
 * The verdicts of every pool that one rule judges: `judges` says which, by the claim that decides.
 * @param orm whose pools they are: rules about Active Record say nothing of Sequel's
 */
export function misfits(
  project: Project,
  judges: (process: Process, pool: Pool, claim: Claim) => boolean,
  severity: (found: Misfit) => Severity,
  orm?: 'sequel',
): readonly Outcome<Misfit>[] {
  const shared = sharedSizes(project);
  return project.processes.flatMap((process) =>
    process.pools.flatMap((pool): readonly Outcome<Misfit>[] => {
      const { verdict } = pool;
      const claim = verdict.kind === 'violates' ? verdict.claim : pool.claims.find((one) => one.counts);
      if (!claim || pool.database.orm !== orm || isUnusable(pool) || !judges(process, pool, claim)) return [];
      if (verdict.kind === 'holds') return [{ kind: 'holds' }];
      const what = `pool of ${pool.database.name} in ${process.name}`;
      const place = placeOfPool(process, pool);
      if (verdict.kind === 'unknown') return [{ kind: 'unknown', what, reason: verdict.reason, at: place }];
      if (!place) return [{ kind: 'unknown', what, reason: 'nothing in the repository writes it', at: null }];
      const found = misfit(project, shared, { process, pool, claim });
      const fix = found.alsoSizes.length > 0 ? null : sizeFix(pool, found.wanted);
      return [{ kind: 'violates', ...violation(found, place, severity(found)), ...(fix ? { fix } : {}) }];
    }),
  );
}

/** A pool with what the sentences about it need. */
export function misfit(
  project: Project,
  shared: readonly SharedSize[],
  one: Pick<Misfit, 'process' | 'pool' | 'claim'>,
): Misfit {
  const solidQueue = project.versions['solid_queue'] ?? null;
  return {
    ...one,
    lease: leaseOf(project),
    solidQueue,
    ...wanted(project, one.pool),
    alsoSizes: sharing(shared, one.pool),
  };
}

/** A pool that is too small, at the place of its size. */
export function violation(found: Misfit, place: Span, severity: Severity): Violation<Misfit> {
  const { process, pool } = found;
  return {
    severity,
    assumes: allAssumptions(assumptionsOf(pool.size), assumptionsOf(pool.needed), undeclared(process)),
    process: process.name,
    weight: shortage(pool),
    database: pool.database.name,
    at: place,
    label: labelled(pool.size, process.name),
    related: relatedPlaces(found),
    found,
  };
}

export function undeclared(process: Process): readonly Assumption[] {
  return process.declared ? [] : [{ kind: 'undeclared', process: process.name }];
}

/** How many connections are missing. */
export function shortage(pool: Pool): number {
  const size = lowest(pool.size);
  const needed = lowest(pool.needed);
  return size === null || needed === null ? 0 : needed - size;
}

export function lowest(traced: Traced<PoolSize>): number | null {
  const numbers = numbersOf(traced);
  return numbers.length > 0 ? Math.min(...numbers) : null;
}

export function largest(traced: Traced<PoolSize>): number | null {
  const numbers = numbersOf(traced);
  return numbers.length > 0 ? Math.max(...numbers) : null;
}

function numbersOf(traced: Traced<PoolSize>): readonly number[] {
  const values = traced.known ? [traced.value] : (traced.candidates ?? []).map((one) => one.value);
  return values.filter((value) => typeof value === 'number');
}

/** Two findings must not ask for two sizes of one number: the larger one fits both. */
function wanted(project: Project, pool: Pool): Pick<Misfit, 'wanted' | 'wantedBy' | 'wantedAlone'> {
  const at = pool.database.sizeAt;
  const sizes = project.processes.flatMap(({ name, pools }) =>
    pools
      .filter(({ database }) => database.name === pool.database.name || sharesPlace(database.sizeAt, at))
      .flatMap(({ needed, database }) => {
        const size = largest(needed);
        return size === null ? [] : [{ size, name, entry: database.name }];
      }),
  );
  const most = sizes.toSorted((one, other) => other.size - one.size)[0];
  const own = sizes.filter(({ entry }) => entry === pool.database.name).map(({ size }) => size);
  return {
    wanted: most?.size ?? null,
    wantedBy: most?.name ?? null,
    wantedAlone: own.length > 0 ? Math.max(...own) : null,
  };
}

function sharesPlace(one: Span | null, other: Span | null): boolean {
  return one !== null && other !== null && sameSpan(one, other);
}

/** Where the size is written (the anchor's, if inherited), or the entry's key where no file sets one. */
export function placeOfPool(process: Process, pool: Pool): Span | null {
  const { sizeAt, at } = pool.database;
  return sizeAt ?? at ?? writtenIn(pool.needed.origin) ?? process.launch.command?.at ?? null;
}

function relatedPlaces(found: Misfit): readonly RelatedPlace[] {
  return [...comparedPlaces(found), ...hopPlaces(found.pool)];
}

/** Where several claims share a pool, all that are written somewhere are shown, the one that decides first. */
export function comparedPlaces({
  process,
  pool,
  claim,
}: Pick<Misfit, 'process' | 'pool' | 'claim'>): readonly RelatedPlace[] {
  const counted = pool.claims.filter(({ counts }) => counts);
  if (counted.length < 2) return countedPlaces({ process, claim });
  const each = eachOf(process);
  const places = [claim, ...counted.filter((one) => one !== claim)].flatMap((one) => {
    const [at] = writtenPlaces(one);
    return at ? [{ at, message: `${termOf(one)} in each ${each}` }] : [];
  });
  const command = process.launch.command?.at;
  if (places.length > 0 || !command) return places;
  return [{ at: command, message: `${list(counted.map(termOf))} in each ${each}` }];
}

function eachOf(process: Process): string {
  if (process.role === 'web') return 'web process';
  return `${process.name} ${process.system === 'solid_queue' ? process.role : 'process'}`;
}

/** Every place that a number of threads is written at, once. */
function writtenPlaces({ threads }: Claim): readonly Span[] {
  const written = termsOf(threads.origin).flatMap((term) => writtenIn(term) ?? []);
  return written.filter((at, index) => written.findIndex((other) => sameSpan(other, at)) === index);
}

/** The numbers of threads that a pool is compared with. */
function countedPlaces({ process, claim }: Pick<Misfit, 'process' | 'claim'>): readonly RelatedPlace[] {
  const each = eachOf(process);
  const places = writtenPlaces(claim);
  const [threads = process.launch.command?.at ?? null, ...terms] = places;
  const sum = termsOf(claim.threads.origin).length > 1;
  const count = plural(amount(claim.threads), 'thread');
  const message = sum ? `counted in the ${count} of each ${each}` : `${count} in each ${each}`;
  const counted: readonly RelatedPlace[] = threads ? [{ at: threads, message }] : [];
  return [...counted, ...terms.map((at) => ({ at, message: 'counted there too' }))];
}

/** Every hop by which the sizes of pools got where they are used: what several entries merge is one place. */
export function hopPlaces(...pools: readonly Pool[]): readonly RelatedPlace[] {
  const places: { readonly at: Span; readonly kind: Hop['kind']; readonly names: Set<string> }[] = [];
  for (const { size, database } of pools)
    for (const { kind, at } of hops(size.origin)) {
      const place = places.find((one) => one.kind === kind && sameSpan(one.at, at));
      if (place) place.names.add(database.name);
      else places.push({ at, kind, names: new Set([database.name]) });
    }
  return places.map(({ at, kind, names }) => ({
    at,
    message: kind === 'url' ? 'the URL says so' : `reaches ${list([...names])} here`,
  }));
}
