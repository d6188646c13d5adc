import { amount, labelled, oneLine } from '../../src/lint/phrases.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Pool, Process } from '../../src/model/process.ts';
import type { Span } from '../../src/text/source.ts';
import { carried, unsetVariables } from '../../src/value/history.ts';
import { allAssumptions, type Origin } from '../../src/value/origin.ts';
import { assumptionsOf } from '../../src/value/traced.ts';
import { poolLine } from '../pool/advice.ts';
import { fallbackFix } from '../pool/fallback_fix.ts';
import { hopPlaces, placeOfPool, undeclared } from '../pool/misfit.ts';

interface WithoutFallback {
  readonly process: Process;
  readonly pool: Pool;
  readonly variable: string;
  /** The sum that a variable of nothing is a term of; null where the size is the variable alone. */
  readonly sum: Span | null;
}

/** What Active Record takes where nothing says a size. Source: activerecord/…/hash_config.rb@v8.0.2 */
const USUAL = 5;

/** R26: a size that reads a variable without a fallback, where nothing sets the variable. */
export const envWithoutFallback: Rule = defineRule<WithoutFallback>({
  id: 'env-without-fallback',
  aliases: [],
  group: 'hygiene',
  severity: 'warning',
  fix: 'unsafe',
  summary: 'A pool size reads a variable that nothing sets, and names no fallback.',
  fineWhen: 'every process that reads it gets the variable from outside the repository',
  check: (project) =>
    project.processes.flatMap((process) => process.pools.flatMap((pool) => outcomesOf(process, pool))),
  say,
});

function outcomesOf(process: Process, pool: Pool): readonly Outcome<WithoutFallback>[] {
  const { settings, sizeKey } = pool.database;
  const { size } = pool;
  // 0 and no bound at all have rules of their own.
  if (!size.known || size.value === 'unlimited' || size.value <= 0) return [];
  const written = settings.get(sizeKey);
  const at = placeOfPool(process, pool);
  if (!written?.known || !at) return [];
  const found = written.value === null ? aloneIn(written.origin) : sumIn(written.origin);
  if (!found) return [];
  const fix = fallbackFix(written.origin, found.variable, found.sum ? USUAL : size.value);
  return [
    {
      kind: 'violates',
      severity: found.sum ? 'warning' : 'info',
      assumes: allAssumptions(assumptionsOf(size), undeclared(process)),
      process: process.name,
      weight: 0,
      database: null,
      at,
      label: labelled(size, process.name),
      related: hopPlaces(pool),
      ...(fix ? { fix } : {}),
      found: { process, pool, ...found },
    },
  ];
}

type Found = Pick<WithoutFallback, 'variable' | 'sum'>;

function aloneIn(origin: Origin): Found | null {
  const [variable] = unsetVariables(origin);
  return variable === undefined ? null : { variable, sum: null };
}

/** `ENV["X"].to_i + 2`: a sum with a term that is 0 because nothing sets its variable. */
function sumIn(origin: Origin): Found | null {
  const one = carried(origin);
  if (one.kind !== 'computed') return null;
  const [left, right] = one.from;
  if (left && right && isSum(left, right)) {
    const variable = unsetIn(left) ?? unsetIn(right);
    if (variable !== null) return { variable, sum: one.at };
  }
  for (const input of one.from) {
    const found = sumIn(input);
    if (found) return found;
  }
  return null;
}

function isSum(left: Origin, right: Origin): boolean {
  const [from, to] = [carried(left), carried(right)];
  if (!('at' in from && from.at && 'at' in to && to.at) || from.at.file !== to.at.file) return false;
  return /^[\s)]*\+[\s(]*$/.test(from.at.file.text.slice(from.at.end, to.at.start));
}

/** The variable that a converted or multiplied value lacks; a fallback is none. */
function unsetIn(origin: Origin): string | null {
  const one = carried(origin);
  if (one.kind === 'unset') return one.variable;
  if (one.kind !== 'computed') return null;
  for (const input of one.from) {
    const variable = unsetIn(input);
    if (variable !== null) return variable;
  }
  return null;
}

function say({ process, pool, variable, sum }: WithoutFallback): Sentences {
  const size = amount(pool.size);
  const { sizeKey } = pool.database;
  if (sum === null) {
    return {
      message: `${sizeKey} reads ${variable}, which nothing sets for ${process.name}: the size is ${size}, Active Record's default`,
      consequence: `The line does not decide anything, and from Rails 8.1 nothing means no bound instead of ${size}.`,
      arithmetic: null,
      advice: 'name the fallback:',
      snippet: poolLine(pool, `<%= ENV.fetch("${variable}", ${size}) %>`),
    };
  }
  const text = oneLine(sum);
  const mended = text.replace(/ENV\[\s*(["'])[^"']+\1\s*\]/, `ENV.fetch("${variable}", ${USUAL})`);
  return {
    message: `${sizeKey} adds to ${variable}, which nothing sets for ${process.name}: the size is ${size}`,
    consequence: `\`nil.to_i\` is 0, so only the rest of the sum is left: a pool of ${size}, however many threads ${process.name} runs.`,
    arithmetic: `${text} = ${size}`,
    advice: 'name the fallback:',
    snippet: mended === text ? null : poolLine(pool, `<%= ${mended} %>`),
  };
}
