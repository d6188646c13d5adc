import { amount, labelled } from '../../src/lint/phrases.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Pool, Process } from '../../src/model/process.ts';
import { variablesOf } from '../../src/value/history.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import { assumptionsOf } from '../../src/value/traced.ts';
import { poolLine } from './advice.ts';
import { fallbackFix } from './fallback_fix.ts';
import { hopPlaces, largest, placeOfPool, undeclared } from './misfit.ts';

interface Unlimited {
  readonly process: Process;
  readonly pool: Pool;
  /** The variable that should have given a size and gave none; null where somebody wrote that there is no bound. */
  readonly variable: string | null;
}

/** R08: from Rails 8.1 a size that is nothing, or negative, is no bound at all. */
export const poolUnlimited: Rule = defineRule<Unlimited>({
  id: 'pool-unlimited',
  aliases: [],
  group: 'pool',
  severity: 'warning',
  fix: 'unsafe',
  summary: 'A pool has no bound: from Rails 8.1 that is what a size without a value, or a negative one, means.',
  fineWhen: 'no code starts threads of its own that use the database',
  check: (project) =>
    project.processes.flatMap((process) => process.pools.flatMap((pool) => outcomesOf(process, pool))),
  say,
});

function outcomesOf(process: Process, pool: Pool): readonly Outcome<Unlimited>[] {
  if (!pool.size.known || pool.size.value !== 'unlimited') return [];
  const at = placeOfPool(process, pool);
  if (!at) return [];
  const { settings, sizeKey, name } = pool.database;
  const written = settings.get(sizeKey);
  // `-1`, or a key that is left empty, is a choice; a variable that came out empty is an accident.
  const empty = written?.known === true && written.value === null;
  const variable = empty ? (variablesOf(written.origin)[0] ?? null) : null;
  const fix = empty && variable !== null ? fallbackFix(written.origin, variable, boundFor(pool)) : null;
  return [
    {
      kind: 'violates',
      severity: variable === null ? 'info' : 'warning',
      assumes: allAssumptions(assumptionsOf(pool.size), undeclared(process)),
      process: process.name,
      weight: largest(pool.needed) ?? 0,
      database: name,
      at,
      label: labelled(pool.size, process.name),
      related: hopPlaces(pool),
      ...(fix ? { fix } : {}),
      found: { process, pool, variable },
    },
  ];
}

function say({ process, pool, variable }: Unlimited): Sentences {
  const { name, sizeKey } = pool.database;
  const threads = amount(pool.threads);
  const before = variable === null ? '' : ' Up to Rails 8.0 the same line meant 5.';
  return {
    message: `the pool of ${name} in ${process.name} has no bound`,
    consequence:
      `Threads that the application starts itself can open connections until the server refuses.${before} ` +
      `The ${threads} threads that are known here still open ${threads} at most.`,
    arithmetic: `${sizeKey} without a bound: min(unlimited, ${threads} threads) = ${threads} in every copy of ${process.name}`,
    ...wayOut(pool, variable),
  };
}

/** Room for every thread that is known, and no less than Active Record takes by itself. */
function boundFor(pool: Pool): number {
  return Math.max(5, largest(pool.needed) ?? 0);
}

function wayOut(pool: Pool, variable: string | null): Pick<Sentences, 'advice' | 'snippet'> {
  const size = boundFor(pool);
  if (variable === null)
    return { advice: 'write a size, if none was not meant:', snippet: poolLine(pool, String(size)) };
  const written = pool.database.settings.get(pool.database.sizeKey);
  const unset = written?.known === true && written.assumes.length > 0;
  return {
    advice: unset
      ? 'give the variable a fallback:'
      : `${variable} is set to nothing: set it to a number, or take a fallback for that too:`,
    snippet: poolLine(
      pool,
      unset ? `<%= ENV.fetch("${variable}", ${size}) %>` : `<%= ENV["${variable}"].presence || ${size} %>`,
    ),
  };
}
