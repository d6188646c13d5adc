import type { PoolSize } from '../../src/database/entry.ts';
import type { ThreadPoolSite } from '../../src/index/threads.ts';
import type { DatabaseUse } from '../../src/index/reach.ts';
import { labelled, plural } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import type { RelatedPlace, Severity } from '../../src/lint/finding.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import { writtenIn } from '../../src/value/history.ts';
import { describe, holding, reached, severityOf, smallestPool, steps } from './concurrency.ts';

interface Overbooked {
  readonly project: Project;
  readonly site: ThreadPoolSite;
  readonly use: DatabaseUse;
  readonly size: PoolSize;
  readonly process: string;
}

/** R48: a fixed number of threads, or an unbounded one, uses the database at once. */
export const parallelExceedsPool: Rule = defineRule<Overbooked>({
  id: 'parallel-exceeds-pool',
  aliases: [],
  group: 'threads',
  severity: 'warning',
  fix: null,
  summary:
    'A thread pool, or Parallel with threads, uses the database with more threads than the pool has connections.',
  fineWhen: null,
  check: (project) => project.code.threads.pools.flatMap((site) => outcomesOf(project, site)),
  say,
});

function outcomesOf(project: Project, site: ThreadPoolSite): readonly Outcome<Overbooked>[] {
  const { use, protection, threads, threadsAt } = site;
  if (!use) return protection ? [{ kind: 'holds' }] : [];
  const what = `the threads of ${site.call}`;
  if (threads === null && threadsAt) {
    return [{ kind: 'unknown', what, reason: 'how many there are is computed', at: threadsAt }];
  }
  const pool = smallestPool(project);
  if (!pool) return [{ kind: 'unknown', what, reason: 'the size of the pool is not known', at: site.at }];
  const size = pool.size.value;
  // One of them inline, as Parallel does for 0, is the caller itself.
  if (size === 'unlimited' || (threads !== null && (threads === 0 || threads + 1 <= size))) return [{ kind: 'holds' }];
  const poolAt = writtenIn(pool.size.origin);
  const sized: readonly RelatedPlace[] = poolAt
    ? [{ at: poolAt, message: `the pool: ${labelled(pool.size, pool.process)}` }]
    : [];
  return [
    {
      kind: 'violates',
      severity: severity(project, site),
      assumes: allAssumptions(reached(project, site), pool.size.assumes),
      process: null,
      weight: 0,
      database: null,
      at: threadsAt ?? site.at,
      label: threads === null ? 'no bound' : plural(threads, 'thread'),
      related: [...sized, ...steps(use)],
      found: { project, site, use, size, process: pool.process },
    },
  ];
}

function severity(project: Project, site: ThreadPoolSite): Severity {
  return site.protection === null ? severityOf(project, site) : 'info';
}

function say({ project, site, use, size, process }: Overbooked): Sentences {
  const { threads } = site;
  const many = threads === null ? 'as many threads as there is work' : plural(threads, 'thread');
  return {
    message: `${site.call} runs ${many} that use the database, on a pool of ${size}: ${describe(site)}`,
    consequence:
      `Each thread ${holding(project, use)}; the one that waits for them may hold one too. Those that get none wait for ` +
      'checkout_timeout and raise ActiveRecord::ConnectionTimeoutError.',
    arithmetic:
      threads === null
        ? null
        : `${plural(threads, 'thread')} + the one that starts them = ${threads + 1} > pool ${size} (${process})`,
    advice: `use at most ${Math.max(1, Number(size) - 1)} threads, and let each give back what it borrows:`,
    snippet: 'ActiveRecord::Base.connection_pool.with_connection { … }',
  };
}
