import { amount, labelled } from '../../src/lint/phrases.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { PoolSize } from '../../src/database/entry.ts';
import type { Pool, Process } from '../../src/model/process.ts';
import type { Span } from '../../src/text/source.ts';
import type { Origin } from '../../src/value/origin.ts';
import { assumptionsOf, type Traced } from '../../src/value/traced.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import { poolLine } from '../pool/advice.ts';
import { largest, undeclared } from '../pool/misfit.ts';

interface SetInRuby {
  readonly process: Process;
  readonly pool: Pool;
}

/** R38: Ruby establishes another connection, so that the file does not decide the size. */
export const poolSetInRuby: Rule = defineRule<SetInRuby>({
  id: 'pool-set-in-ruby',
  aliases: [],
  group: 'hygiene',
  severity: 'info',
  fix: null,
  summary: 'Ruby replaces the pool that database.yml configures, so the file does not decide its size.',
  fineWhen: 'the code computes what a variable per process cannot say',
  check: (project) =>
    project.processes.flatMap((process) => process.pools.flatMap((pool) => outcomesOf(process, pool))),
  say,
});

function outcomesOf(process: Process, pool: Pool): readonly Outcome<SetInRuby>[] {
  const at = setAt(pool.size);
  if (!at) return [];
  const { sizeAt, name } = pool.database;
  return [
    {
      kind: 'violates',
      severity: 'info',
      assumes: allAssumptions(assumptionsOf(pool.size), undeclared(process)),
      process: process.name,
      weight: largest(pool.needed) ?? 0,
      database: name,
      at,
      label: labelled(pool.size, process.name),
      related: sizeAt && sizeAt.file !== at.file ? [{ at: sizeAt, message: 'what the file says' }] : [],
      found: { process, pool },
    },
  ];
}

/** The call in Ruby that gave a pool its size, or may have; null where a file did. */
function setAt(size: Traced<PoolSize>): Span | null {
  const origins: readonly Origin[] = [
    size.origin,
    ...(size.known ? [] : (size.candidates ?? [])).map((one) => one.origin),
  ];
  for (const origin of origins) if (origin.kind === 'code' && origin.at.file.path.endsWith('.rb')) return origin.at;
  return null;
}

function say({ process, pool }: SetInRuby): Sentences {
  const { name } = pool.database;
  const size = amount(pool.size);
  const number = largest(pool.size) ?? largest(pool.needed) ?? 5;
  const known = pool.size.known;
  return {
    message: known
      ? `Ruby sets the pool of ${name} in ${process.name} to ${size}: database.yml does not decide it`
      : `Ruby may set the pool of ${name} in ${process.name}: its size is ${pool.size.known || pool.size.candidates ? size : 'not known'}`,
    consequence:
      'A Hash or a URL that is handed to establish_connection replaces the whole pool, for the processes that run the ' +
      'line and for no other: whoever reads or changes database.yml sees another number.',
    arithmetic: null,
    advice: 'leave the size to database.yml, and set a variable for the processes that need another one:',
    snippet: poolLine(pool, `<%= ENV.fetch("DB_POOL", ${number}) %>`),
  };
}
