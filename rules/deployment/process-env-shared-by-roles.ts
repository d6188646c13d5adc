import { amount, placeName } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Pool, Process } from '../../src/model/process.ts';
import { sameSpan, type Span } from '../../src/text/source.ts';
import { hops, writtenIn } from '../../src/value/history.ts';
import { allAssumptions, type Origin } from '../../src/value/origin.ts';
import { assumptionsOf } from '../../src/value/traced.ts';
import { setForProcess } from '../pool/advice.ts';

interface Shared {
  readonly variable: string;
  readonly setAt: Span;
  /** The process whose pool the variable makes too small. */
  readonly process: Process;
  readonly pool: Pool;
  /** The one that the value fits. */
  readonly other: Process;
}

/** R15: one line sets a variable for processes that need different numbers of it. */
export const processEnvSharedByRoles: Rule = defineRule<Shared>({
  id: 'process-env-shared-by-roles',
  aliases: [],
  group: 'deployment',
  severity: 'warning',
  fix: null,
  summary: 'One line sets the pool of several processes, and is too small for one of them.',
  fineWhen: 'most requests or jobs of that process never touch the database',
  check: (project) => project.processes.filter(({ declared }) => declared).flatMap((one) => outcomesOf(project, one)),
  say,
});

function outcomesOf(project: Project, process: Process): readonly Outcome<Shared>[] {
  return process.pools.flatMap((pool): readonly Outcome<Shared>[] =>
    variablesSetIn(pool.size.origin).flatMap(({ variable, setAt }): readonly Outcome<Shared>[] => {
      const others = project.processes.filter(
        (one) => one.declared && one.name !== process.name && fits(one, pool.database.name, setAt),
      );
      if (others.length === 0) return [];
      if (pool.verdict.kind === 'unknown') {
        const what = `whether ${variable} fits ${process.name}`;
        return [{ kind: 'unknown', what, reason: pool.verdict.reason, at: setAt }];
      }
      const other = others.find((one) => isHalf(one, process));
      if (pool.verdict.kind === 'holds' || !other) return [{ kind: 'holds' }];
      return [
        {
          kind: 'violates',
          severity: 'warning',
          assumes: allAssumptions(assumptionsOf(pool.size), assumptionsOf(pool.needed)),
          process: process.name,
          weight: pool.needed.known ? pool.needed.value : 0,
          database: pool.database.name,
          at: setAt,
          label: `for ${other.name} and for ${process.name}`,
          related: relatedPlace(pool),
          found: { variable, setAt, process, pool, other },
        },
      ];
    }),
  );
}

/** Whether the same line sets the pool of that process too, and is large enough for it. */
function fits(process: Process, database: string, setAt: Span): boolean {
  return process.pools.some(
    ({ database: own, size, verdict }) =>
      own.name === database &&
      verdict.kind === 'holds' &&
      variablesSetIn(size.origin).some((one) => sameSpan(one.setAt, setAt)),
  );
}

/** Needs that are close are no reason to tell two processes apart. */
function isHalf(one: Process, other: Process): boolean {
  return one.threads.known && other.threads.known && one.threads.value * 2 <= other.threads.value;
}

function relatedPlace({ needed, verdict }: Pool): readonly { at: Span; message: string }[] {
  const origin = verdict.kind === 'violates' ? verdict.claim.threads.origin : needed.origin;
  const at = writtenIn(origin);
  return at ? [{ at, message: 'the threads that need it' }] : [];
}

/** Variables that decide a value and that a line of a deployment sets. Visits every origin once. */
function variablesSetIn(origin: Origin): readonly { readonly variable: string; readonly setAt: Span }[] {
  const found = new Map<string, { readonly variable: string; readonly setAt: Span }>();
  const seen = new Set<Origin>();
  const waiting = [origin];
  for (let one = waiting.pop(); one; one = waiting.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    if (one.kind === 'env') {
      const setAt = one.setBy.kind === 'flag' ? null : writtenIn(one.setBy);
      if (setAt && !found.has(one.variable)) found.set(one.variable, { variable: one.variable, setAt });
    }
    if ('from' in one) waiting.push(...one.from);
  }
  return [...found.values()];
}

/** What the variable should be: the number, or a URL that says it. */
function valueFor({ size, database }: Pool, needed: string): string {
  const isUrl = hops(size.origin).some(({ kind }) => kind === 'url');
  return isUrl ? `…?${database.sizeKey}=${needed}` : needed;
}

function say({ variable, setAt, process, pool, other }: Shared): Sentences {
  const needed = amount(pool.needed);
  return {
    message: `${variable} is set once for ${other.name} and ${process.name}: ${amount(pool.size)} fits ${other.name}, and ${process.name} runs ${needed} threads`,
    consequence:
      `Raised for ${process.name} it gives ${other.name} threads or connections that it does not need; left alone, ` +
      `threads of ${process.name} wait for a connection, and raise when they wait longer than checkout_timeout.`,
    arithmetic: `pool ${amount(pool.size)} (${variable}, ${placeName(setAt)}) < ${needed} threads of ${process.name}; ${other.name} needs ${amount(other.threads)}`,
    ...setForProcess(process.launch, variable, valueFor(pool, needed), {
      advice: `set ${variable} for ${process.name} alone`,
    }),
  };
}
