import type { DatabaseEntry } from '../../database/entry.ts';
import type { Application, Boot } from '../../launch/boot.ts';
import { mentioned } from '../../index/mention.ts';
import { assuming, combine, unknown, type Known, type Traced } from '../../value/traced.ts';
import type { VersionTable } from '../../versions/versions.ts';
import type { PsychScalar } from '../../yaml/node.ts';
import { coerced, toI } from '../coercion.ts';
import { configured } from '../configured.ts';
import { possibleRules, ruledDefault } from '../rules.ts';
import type { DatabaseClaim, Remark } from '../system.ts';
import { assumingReach, NOTHING_INSIDE, type Inside } from './inside.ts';

/** What `max_threads` of a database is where nothing says it: its pool, or its pool and at most five. */
type MostThreads = 'no executor' | 'pool' | 'pool, at most five';

const POOL = 'activerecord/lib/active_record/database_configurations/hash_config.rb';

export const ASYNC_QUERIES: VersionTable<MostThreads> = {
  gem: 'rails',
  rows: [
    { since: '0', value: 'no executor', source: `${POOL}@v6.1.7.10` },
    { since: '7.0', value: 'pool', source: `${POOL}@v7.0.8.7` },
    { since: '8.1', value: 'pool, at most five', source: `${POOL}@v8.1.3.1` },
  ],
};

const GLOBAL_CONCURRENCY = 4;
const CALLS = /\.(?:load_async|async_(?:count|sum|minimum|maximum|average|pluck|pick|ids|find_by_sql|count_by_sql))\b/;

/**
 * The threads on which `load_async` runs queries: four for the process, or some for each database. Without an executor
 * they run on the caller's. Source: activerecord/lib/active_record.rb@v8.1.3.1 (async_query_executor),
 * activerecord/…/connection_pool.rb@v8.1.3.1 (build_async_executor)
 */
export function asyncQueriesInside(boot: Boot, application: Application): Inside {
  const said = executorOf(application);
  if (!said?.known || typeof said.value !== 'object' || said.value?.type !== 'symbol') return NOTHING_INSIDE;
  const [row] = possibleRules(ASYNC_QUERIES, boot.versions);
  if (!row || row.value === 'no executor') return NOTHING_INSIDE;
  const called = mentioned(boot.files, /^(?:app|lib)\/.+\.rb$/, CALLS);
  const reached = (threads: Traced<number>): Traced<number> => {
    const chosen = assuming(threads, said.assumes);
    return called ? chosen : assumingReach(chosen, 'queries are loaded asynchronously');
  };
  const shape = {
    on: 'application',
    threadsOf: 'load_async threads',
    held: 'brief',
    counts: false,
    part: 'load_async',
  } as const;
  if (said.value.name === 'global_thread_pool') {
    // One executor for the process, whichever database its queries ask.
    return { claims: [{ ...shape, on: 'first', threads: reached(globalThreads(application, row)) }] };
  }
  if (said.value.name !== 'multi_thread_pool') return NOTHING_INSIDE;
  const threads = unknown<number>('every database has its own', said.origin);
  const threadsOf = 'load_async threads of this database';
  const claim: DatabaseClaim = {
    ...shape,
    threadsOf,
    threads,
    threadsOn: (database) => reached(threadsOn(database, row)),
  };
  return { claims: [claim] };
}

function executorOf(application: Application): Traced<PsychScalar> | null {
  return (
    configured(application, 'config.active_record', 'async_query_executor') ??
    configured(application, 'ActiveRecord', 'async_query_executor')
  );
}

const OWN_THREADS: ReadonlySet<string> = new Set(['min_threads', 'max_threads']);

/** Keys of database.yml that size an executor which no database has: only `:multi_thread_pool` gives each its own. */
export function ignoredThreadKeys(
  boot: Boot,
  application: Application,
  databases: readonly DatabaseEntry[],
): readonly Remark[] {
  const keys = databases.flatMap((entry) => entry.keys.filter(({ name }) => OWN_THREADS.has(name)));
  const rows = possibleRules(ASYNC_QUERIES, boot.versions);
  if (keys.length === 0 || rows.length === 0 || rows.some(({ value }) => value === 'no executor')) return [];
  const said = executorOf(application);
  if (said && !said.known) return [];
  const chosen = said?.value ?? null;
  const executor = chosen !== null && typeof chosen === 'object' && chosen.type === 'symbol' ? chosen.name : null;
  if (executor === 'multi_thread_pool' || (chosen !== null && executor === null)) return [];
  const why =
    executor === null ? 'load_async runs its queries on the thread that asks' : `the executor is :${executor}`;
  const advice = 'delete it, or set config.active_record.async_query_executor to :multi_thread_pool';
  const assumes = said?.assumes ?? [];
  return keys.map((key) => ({ kind: 'ignored-database-key', what: key.name, why, advice, at: key.keyAt, assumes }));
}

function globalThreads(application: Application, row: Known<MostThreads>): Traced<number> {
  const said =
    configured(application, 'config.active_record', 'global_executor_concurrency') ??
    configured(application, 'ActiveRecord', 'global_executor_concurrency');
  const four = ruledDefault(
    row,
    GLOBAL_CONCURRENCY,
    `the global executor runs ${GLOBAL_CONCURRENCY} threads by default`,
  );
  if (!said || (said.known && said.value === null)) return four;
  return coerced(said, toI, () => {});
}

function threadsOn(database: DatabaseEntry, row: Known<MostThreads>): Traced<number> {
  const own = database.settings.get('max_threads');
  if (own) return combine(null, [own], (value) => Number.parseInt(String(value), 10) || 0);
  const text =
    row.value === 'pool' ? 'max_threads is the size of the pool by default' : 'max_threads is at most 5 by default';
  return combine(null, [database.pool, ruledDefault(row, 5, text)], (size, five) => {
    if (size === 'unlimited') return five;
    return row.value === 'pool' ? Math.max(0, size) : Math.max(0, Math.min(size, five));
  });
}
