import { amount, list, plural } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import { namedFor, type ConnectedPool } from '../../src/index/connections.ts';
import type { Pool, Process } from '../../src/model/process.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import { assumptionsOf } from '../../src/value/traced.ts';
import { atLeast, version } from '../../src/versions/compare.ts';
import { undeclared } from './misfit.ts';

interface Found {
  readonly process: Process;
  readonly pool: Pool;
  /** How many pools of its size each process has. */
  readonly count: number;
  /** The most threads that can ask any of them; null where nobody can tell. */
  readonly threads: number | null;
  /** Models that connect by themselves. */
  readonly models: readonly string[];
  /** Whether Rails has connects_to. */
  readonly connects: boolean;
}

/** R59: several classes, roles or shards use one entry, and each of them has a pool of its full size. */
export const roleOrClassMultipliesPools: Rule = defineRule<Found>({
  id: 'role-or-class-multiplies-pools',
  aliases: [],
  group: 'pool',
  severity: 'warning',
  fix: null,
  summary: 'Several classes, roles or shards connect to one entry: each has a pool of its full size.',
  fineWhen: 'the server has room for all of them: budget counts every pool',
  check: (project) =>
    project.processes.flatMap((process) => entriesOf(process).flatMap((pool) => judge(project, process, pool))),
  say,
});

/** The first pool of each entry. */
function entriesOf({ pools }: Process): readonly Pool[] {
  return pools.filter(({ database }, index) => pools.findIndex((one) => one.database.name === database.name) === index);
}

function judge(project: Project, process: Process, pool: Pool): readonly Outcome<Found>[] {
  const asked = project.code.connectedPools.filter(
    ({ database, conditional }) => namedFor(project.environment, database) === pool.database.name && !conditional,
  );
  if (asked.length === 0) return [];
  const all = process.pools.filter(({ database }) => database.name === pool.database.name);
  const count = all.reduce((sum, { idle }) => sum + 1 + idle, 0);
  if (count === 1) return [{ kind: 'holds' }];
  const models = [...new Set(asked.flatMap(({ owner, concrete }) => (concrete && owner !== null ? [owner] : [])))];
  const [place, ...others] =
    models.length > 1 ? asked.filter(({ concrete }) => concrete).toReversed() : asked.toReversed();
  if (!place) return [];
  return [
    {
      kind: 'violates',
      severity: models.length > 1 ? 'warning' : 'info',
      assumes: allAssumptions(assumptionsOf(pool.ceiling), undeclared(process)),
      process: process.name,
      weight: count,
      database: pool.database.name,
      at: place.at,
      label: `${describe(place)}: a pool of its own`,
      related: others.toReversed().map((one) => ({ at: one.at, message: `${describe(one)}: a pool of its own` })),
      found: { process, pool, count, threads: mostThreads(all), models, connects: hasConnectsTo(project) },
    },
  ];
}

function mostThreads(pools: readonly Pool[]): number | null {
  const counts = pools.map(({ threads }) => (threads.known ? threads.value : Number.NaN));
  return counts.some(Number.isNaN) ? null : Math.max(...counts);
}

/** Source: activerecord/lib/active_record/connection_handling.rb@v6.0.0 */
function hasConnectsTo({ versions }: Project): boolean {
  const rails = versions['rails'] ?? null;
  return rails === null || atLeast(version(rails), '6.0');
}

function describe({ owner, role, shard }: ConnectedPool): string {
  const parts = [
    owner ?? 'ActiveRecord::Base',
    ...(role === 'writing' ? [] : [role]),
    ...(shard === 'default' ? [] : [shard]),
  ];
  return parts.join(', ');
}

function say({ process, pool, count, threads, models, connects }: Found): Sentences {
  const { name } = pool.database;
  const size = pool.size.known && typeof pool.size.value === 'number' ? pool.size.value : null;
  const fewer = size !== null && threads !== null && threads < size;
  const most = fewer ? threads : size;
  const each = fewer ? `min(pool ${size}, ${plural(threads, 'thread')})` : amount(pool.size);
  return {
    message: `each process of ${process.name} has ${count} pools for ${name}`,
    consequence:
      `Active Record keeps a pool for every class that connects, in every role and shard: one process can open ` +
      `${count} × ${most ?? amount(pool.size)} connections to one database.`,
    arithmetic: `${count} pools × ${each}${most === null ? '' : ` = ${count * most}`} connections that one process can open`,
    ...(models.length > 1
      ? {
          advice: `let one abstract class connect, and ${list(models)} inherit from it:`,
          snippet: abstractClass(name, connects),
        }
      : {
          advice:
            'leave out the roles that no code asks for, let one class connect for the others, or count every pool.',
          snippet: null,
        }),
  };
}

function abstractClass(name: string, connects: boolean): string {
  const record = `${name.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())}Record`;
  return [
    `class ${record} < ${connects ? 'ApplicationRecord' : 'ActiveRecord::Base'}`,
    '  self.abstract_class = true',
    connects ? `  connects_to database: { writing: :${name} }` : `  establish_connection :${name}`,
    'end',
  ].join('\n');
}
