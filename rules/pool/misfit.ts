import type { PoolSize } from '../../src/database/entry.ts';
import type { RelatedPlace, Severity } from '../../src/lint/finding.ts';
import { amount, labelled, plural } from '../../src/lint/phrases.ts';
import { hops, termsOf, writtenIn } from '../../src/value/history.ts';
import type { Project } from '../../src/lint/result.ts';
import type { Outcome, Violation } from '../../src/lint/rule.ts';
import type { Claim, Pool, Process } from '../../src/model/process.ts';
import type { Span } from '../../src/text/source.ts';
import { allAssumptions, type Assumption } from '../../src/value/origin.ts';
import { assumptionsOf, type Traced } from '../../src/value/traced.ts';
import { atLeast, version } from '../../src/versions/compare.ts';

/** A pool that is smaller than what one process claims of it. */
export interface Misfit {
  readonly process: Process;
  readonly pool: Pool;
  readonly claim: Claim;
  /** Version of Rails, null where nobody knows it. */
  readonly rails: string | null;
  readonly solidQueue: string | null;
  readonly deployment: Project['deployment'];
}

/** The verdicts of every pool that one rule judges: `judges` says which, by the claim that decides. */
export function misfits(
  project: Project,
  judges: (process: Process, pool: Pool, claim: Claim) => boolean,
  severity: (rails: string | null) => Severity,
): readonly Outcome<Misfit>[] {
  return project.processes.flatMap((process) =>
    process.pools.flatMap((pool): readonly Outcome<Misfit>[] => {
      const { verdict } = pool;
      const claim = verdict.kind === 'violates' ? verdict.claim : pool.claims.find((one) => one.counts);
      if (!claim || !judges(process, pool, claim)) return [];
      if (verdict.kind === 'holds') return [{ kind: 'holds' }];
      const what = `pool of ${pool.database.name} in ${process.name}`;
      const place = placeOfPool(pool) ?? process.launch.command?.at ?? null;
      if (verdict.kind === 'unknown') return [{ kind: 'unknown', what, reason: verdict.reason, at: place }];
      if (!place) return [{ kind: 'unknown', what, reason: 'nothing in the repository writes it', at: null }];
      const rails = project.versions['rails'] ?? null;
      const solidQueue = project.versions['solid_queue'] ?? null;
      const found: Misfit = { process, pool, claim, rails, solidQueue, deployment: project.deployment };
      return [{ kind: 'violates', ...violation(found, place, severity(rails)) }];
    }),
  );
}

function violation(found: Misfit, place: Span, severity: Severity): Violation<Misfit> {
  const { process, pool } = found;
  return {
    severity,
    assumes: allAssumptions(assumptionsOf(pool.size), assumptionsOf(pool.needed), undeclared(process)),
    process: process.name,
    weight: shortage(found),
    database: pool.database.name,
    at: place,
    label: labelled(pool.size, process.name),
    related: relatedPlaces(found),
    found,
  };
}

function undeclared(process: Process): readonly Assumption[] {
  return process.declared ? [] : [{ kind: 'undeclared', process: process.name }];
}

/** How many connections are missing. */
export function shortage({ pool }: Misfit): number {
  const size = lowest(pool.size);
  const needed = lowest(pool.needed);
  return size === null || needed === null ? 0 : needed - size;
}

function lowest(traced: Traced<PoolSize>): number | null {
  const values = traced.known ? [traced.value] : (traced.candidates ?? []).map((one) => one.value);
  const numbers = values.filter((value) => typeof value === 'number');
  return numbers.length > 0 ? Math.min(...numbers) : null;
}

/** The pool's own expression (the anchor's, if inherited), or the entry's key where no file sets a size. */
function placeOfPool(pool: Pool): Span | null {
  return pool.database.sizeAt ?? pool.database.at;
}

function relatedPlaces({ process, pool, claim }: Misfit): readonly RelatedPlace[] {
  const [threads = process.launch.command?.at ?? null, ...terms] = termsOf(claim.threads.origin).flatMap(
    (term) => writtenIn(term) ?? [],
  );
  const each = process.role === 'web' ? 'web process' : `${process.name} process`;
  const counted: readonly RelatedPlace[] = threads
    ? [{ at: threads, message: `${plural(amount(claim.threads), 'thread')} in each ${each}` }]
    : [];
  const travelled = hops(pool.size.origin).map(({ kind, at }) => ({
    at,
    message: kind === 'url' ? 'the URL says so' : `reaches ${pool.database.name} here`,
  }));
  const others = terms.map((at) => ({ at, message: 'counted among them' }));
  return [...counted, ...others, ...travelled];
}

/** Up to Rails 7.1 a query pins its connection to the thread, from 7.2 it borrows one. */
export function severityByLease(rails: string | null): Severity {
  return rails !== null && !borrows(rails) ? 'error' : 'warning';
}

/** Whether a plain query gives its connection back. Source: activerecord/CHANGELOG.md@v7.2.0 */
export function borrows(rails: string | null): boolean {
  return rails === null || atLeast(version(rails), '7.2');
}

/** What happens in production when `busy` threads share the pool. */
export function starvation(found: Misfit, unit: 'request' | 'job'): string {
  const { pool, claim, rails } = found;
  const size = amount(pool.size);
  const threads = amount(claim.threads);
  const seconds = amount(pool.database.checkoutTimeout);
  const raises = 'raises ActiveRecord::ConnectionTimeoutError';
  const then = unit === 'request' ? 'its request fails' : 'its job is retried';
  if (borrows(rails)) {
    return (
      `At most ${size} of ${threads} threads can be in a transaction or hold a connection at once` +
      `${rails === null ? '' : ` (Rails ${rails})`}. One that waits longer than ${seconds} s (checkout_timeout) ${raises}; ${then}.`
    );
  }
  const waiting = pool.size.known && claim.threads.known && typeof pool.size.value === 'number';
  const rest = waiting ? `${claim.threads.value - Number(pool.size.value)} of ${threads}` : `the rest of ${threads}`;
  return (
    `${rest} threads wait for a connection while ${size} hold one to the end of their ${unit} (Rails ${rails}). ` +
    `One that waits longer than ${seconds} s (checkout_timeout) ${raises}; ${then}.`
  );
}
