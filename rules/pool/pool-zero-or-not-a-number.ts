import { amount, labelled } from '../../src/lint/phrases.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Project } from '../../src/lint/result.ts';
import type { Pool, Process } from '../../src/model/process.ts';
import { allAssumptions, type Assumption } from '../../src/value/origin.ts';
import { assumptionsOf } from '../../src/value/traced.ts';
import { atLeast, version } from '../../src/versions/compare.ts';
import { changeTheUrl, poolLine } from './advice.ts';
import { hopPlaces, largest, placeOfPool } from './misfit.ts';
import { sizeFix } from './size_fix.ts';
import { isUnusable } from './unusable.ts';

interface Unusable {
  readonly process: Process;
  readonly pool: Pool;
  readonly rails: string | null;
}

/** What Active Record takes where nothing says a size. Source: activerecord/…/hash_config.rb@v8.0.2 */
const USUAL = 5;

/** R07: a size of 0, or below: no thread ever gets a connection. */
export const poolZeroOrNotANumber: Rule = defineRule<Unusable>({
  id: 'pool-zero-or-not-a-number',
  aliases: [],
  group: 'pool',
  severity: 'error',
  fix: 'unsafe',
  summary: 'A pool has the size 0, so that no thread ever gets a connection.',
  fineWhen: null,
  check: (project) => project.processes.flatMap((process) => unusablePools(project, process)),
  say,
});

function unusablePools(project: Project, process: Process): readonly Outcome<Unusable>[] {
  return process.pools.filter(isUnusable).flatMap((pool): readonly Outcome<Unusable>[] => {
    const at = placeOfPool(process, pool);
    if (!at) return [];
    const fix = sizeFix(pool, largest(pool.needed) ?? USUAL);
    const undeclared: readonly Assumption[] = process.declared ? [] : [{ kind: 'undeclared', process: process.name }];
    return [
      {
        kind: 'violates',
        severity: 'error',
        assumes: allAssumptions(assumptionsOf(pool.size), undeclared),
        process: process.name,
        weight: largest(pool.needed) ?? 0,
        database: pool.database.name,
        at,
        label: labelled(pool.size, process.name),
        related: hopPlaces(pool),
        ...(fix ? { fix } : {}),
        found: { process, pool, rails: project.versions['rails'] ?? null },
      },
    ];
  });
}

function say({ process, pool, rails }: Unusable): Sentences {
  const size = amount(pool.size);
  const { name, sizeKey, checkoutTimeout, settings } = pool.database;
  const written = settings.get(sizeKey);
  const text = written?.known && typeof written.value === 'string' ? written.value : null;
  const wanted = largest(pool.needed);
  return {
    message: `the pool of ${name} in ${process.name} has the size ${size}`,
    consequence: consequenceOf(size, rails, amount(checkoutTimeout)),
    arithmetic: text === null ? null : `${JSON.stringify(text)}.to_i = ${size}: only leading digits count`,
    ...(changeTheUrl({ pool, wanted }) ?? {
      advice: 'write a number, or a variable with a fallback:',
      snippet: poolLine(pool, String(wanted ?? USUAL)),
    }),
  };
}

/** Source: activerecord/…/connection_pool.rb@v7.1.5 (`initial_capacity: @size` refuses a negative number), @v7.2.2 */
function consequenceOf(size: string, rails: string | null, seconds: string): string {
  if (size.startsWith('-') && rails !== null && !atLeast(version(rails), '7.2')) {
    return `Rails ${rails} raises ArgumentError when the pool is built: the process does not start.`;
  }
  return `No connection can ever be opened: every query waits ${seconds} s and raises ActiveRecord::ConnectionTimeoutError.`;
}
