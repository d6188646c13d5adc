import type { PoolSize } from '../../src/database/entry.ts';
import type { ThreadSite } from '../../src/index/threads.ts';
import type { DatabaseUse } from '../../src/index/reach.ts';
import type { Loop } from '../../src/index/loops.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Severity } from '../../src/lint/finding.ts';
import { plural } from '../../src/lint/phrases.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import {
  describe,
  fits,
  holding,
  reached,
  severityOf,
  smallestPool,
  steps,
  threadThatGivesBack,
} from './concurrency.ts';

interface Multiplied {
  readonly project: Project;
  readonly site: ThreadSite;
  readonly use: DatabaseUse;
  readonly loop: Loop;
  readonly pool: PoolSize | null;
}

/** R47: every pass of a loop starts a thread that uses the database. */
export const threadNewInLoop: Rule = defineRule<Multiplied>({
  id: 'thread-new-in-loop',
  aliases: [],
  group: 'threads',
  severity: 'warning',
  fix: null,
  summary: 'A loop starts threads that use the database, more than the pool has connections.',
  fineWhen: 'something outside this method bounds how many of these threads run at once',
  check: (project) => project.code.threads.sites.flatMap((site) => outcomesOf(project, site)),
  say,
});

function outcomesOf(project: Project, site: ThreadSite): readonly Outcome<Multiplied>[] {
  const { loop, use, protection } = site;
  if (!loop) return [];
  if (!use) return protection ? [{ kind: 'holds' }] : [];
  const pool = smallestPool(project);
  if (fits(loop, pool?.size.value ?? null)) return [{ kind: 'holds' }];
  if (loop.waits) {
    const what = `how many threads of ${site.call} run at once`;
    return [{ kind: 'unknown', what, reason: `${loop.text} waits for some of them`, at: site.at }];
  }
  return [
    {
      kind: 'violates',
      severity: severity(project, site, pool?.size.value ?? null),
      assumes: allAssumptions(reached(project, site), loop.count !== null ? (pool?.size.assumes ?? []) : []),
      process: null,
      weight: 0,
      database: null,
      at: site.at,
      label: `a thread in every pass of ${loop.text}`,
      related: [{ at: loop.at, message: times(loop) }, ...steps(use)],
      found: { project, site, use, loop, pool: pool?.size.value ?? null },
    },
  ];
}

function severity(project: Project, site: ThreadSite, pool: PoolSize | null): Severity {
  const usual = severityOf(project, site);
  if (usual === 'info' || site.starts === 'fiber' || pool === 'unlimited') return 'info';
  // A release that an exception jumps over is still one on every other day.
  if (site.protection !== null) return 'info';
  return usual;
}

function times({ text, count }: Loop): string {
  return count === null ? `${text}: as often as there are elements` : `${text}: ${plural(count, 'pass', 'passes')}`;
}

function say({ project, site, use, loop, pool }: Multiplied): Sentences {
  const { count } = loop;
  const started = count === null ? 'a thread in every pass' : plural(count, 'thread');
  return {
    message: `${site.call} in ${loop.text} starts ${started}, and each uses the database: ${describe(site)}`,
    consequence: consequenceOf(project, use, pool),
    arithmetic:
      count !== null && typeof pool === 'number'
        ? `${plural(count, 'thread')} + the one that starts them = ${count + 1} > pool ${pool}`
        : null,
    advice:
      'enqueue a job for each, or start as many threads as the pool has room for, and let each give back what it borrows:',
    snippet: threadThatGivesBack(project),
  };
}

function consequenceOf(project: Project, use: DatabaseUse, pool: PoolSize | null): string {
  const all = pool === 'unlimited' ? 'the server has connections' : `the pool has connections${of(pool)}`;
  return (
    `Each thread ${holding(project, use)}. When more of them run at once than ${all}, the next one waits ` +
    'for checkout_timeout and raises ActiveRecord::ConnectionTimeoutError, and so does every request or job of the ' +
    'same process.'
  );
}

function of(pool: PoolSize | null): string {
  return pool === null ? '' : ` (${pool})`;
}
