import type { ThreadSite } from '../../src/index/threads.ts';
import type { Loop } from '../../src/index/loops.ts';
import type { DatabaseUse } from '../../src/index/reach.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import {
  describe,
  fits,
  hasExecutor,
  holding,
  reached,
  smallestPool,
  steps,
  threadThatGivesBack,
} from './concurrency.ts';

interface Unprotected {
  readonly project: Project;
  readonly site: ThreadSite;
  readonly use: DatabaseUse;
}

/** R46: a thread of its own uses the database, and nothing gives its connection back. */
export const threadNewWithoutExecutor: Rule = defineRule<Unprotected>({
  id: 'thread-new-without-executor',
  aliases: [],
  group: 'threads',
  severity: 'info',
  fix: null,
  summary:
    'A thread of its own uses the database outside of the executor of Rails, so nothing gives its connection back.',
  fineWhen: 'the thread lives as long as its process, and the pool has a connection for it',
  check: (project) => project.code.threads.sites.flatMap((site) => outcomesOf(project, site)),
  say,
});

function outcomesOf(project: Project, site: ThreadSite): readonly Outcome<Unprotected>[] {
  const { use, protection, loop } = site;
  if (!use) return protection && !loop ? [{ kind: 'holds' }] : [];
  if (loop && !isBounded(project, loop)) return [];
  return [
    {
      kind: 'violates',
      severity: 'info',
      assumes: reached(project, site),
      process: null,
      weight: 0,
      database: null,
      at: site.at,
      label: hasExecutor(project) ? 'outside of the executor' : 'gives no connection back',
      related: steps(use),
      found: { project, site, use },
    },
  ];
}

/** A loop of so few passes that their threads fit the pool, or that waits for them, is no matter of numbers. */
function isBounded(project: Project, loop: Loop): boolean {
  return loop.waits || fits(loop, smallestPool(project)?.size.value ?? null);
}

function say({ project, site, use }: Unprotected): Sentences {
  const rescue = site.protection ? ` ${site.protection.text} is not in an ensure: an exception jumps over it.` : '';
  const executor = hasExecutor(project);
  return {
    message: executor
      ? `${site.call} uses the database outside of the executor of Rails: ${describe(site)}`
      : `${site.call} uses the database, and nothing gives its connection back: ${describe(site)}`,
    consequence:
      `The thread ${holding(project, use)}, beside the one of the request or job that started it.${rescue} ` +
      'Nobody counted it when the pool was sized.',
    arithmetic: null,
    advice: executor
      ? 'run its body as a unit of work of Rails, which gives the connection back at the end:'
      : 'give the connection back at the end:',
    snippet: threadThatGivesBack(project),
  };
}
