import type { DatabaseEntry } from '../../src/database/entry.ts';
import { list, placeName } from '../../src/lint/phrases.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Process } from '../../src/model/process.ts';
import { writtenIn } from '../../src/value/history.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import { assumptionsOf } from '../../src/value/traced.ts';

interface Same {
  readonly process: Process;
  /** Entries that are one database, in the order of the file. */
  readonly entries: readonly DatabaseEntry[];
}

/** R22: two pools of one process for one database. */
export const sameUrlManyPools: Rule = defineRule<Same>({
  id: 'same-url-many-pools',
  aliases: [],
  group: 'budget',
  severity: 'warning',
  fix: null,
  summary: 'Several entries are the same database: every process keeps a pool for each of them.',
  fineWhen: 'the pools are kept apart on purpose, so that one cannot starve the other',
  check: (project) => project.processes.filter(({ declared }) => declared).flatMap(outcomesOf),
  say,
});

function outcomesOf(process: Process): readonly Outcome<Same>[] {
  const groups = new Map<string, DatabaseEntry[]>();
  // Several pools of one entry are another rule's.
  for (const database of new Set(process.pools.map((pool) => pool.database))) {
    const identity = identityOf(database);
    if (identity !== null) groups.set(identity, [...(groups.get(identity) ?? []), database]);
  }
  return [...groups.values()].map((entries): Outcome<Same> => {
    const [first, second] = entries;
    const at = second && (second.at ?? first!.at);
    if (!first || !second || !at) return { kind: 'holds' };
    const migrated = entries.filter((entry) => entry.settings.has('migrations_paths')).length > 1;
    return {
      kind: 'violates',
      severity: migrated ? 'warning' : 'info',
      assumes: allAssumptions(
        ...entries
          .flatMap(({ settings }) => ['host', 'port', 'database'].map((key) => settings.get(key)))
          .flatMap((value) => (value ? [assumptionsOf(value)] : [])),
      ),
      process: process.name,
      weight: entries.length,
      database: second.name,
      at,
      label: `the database of ${first.name}`,
      related: first.at ? [{ at: first.at, message: 'the same database' }] : [],
      found: { process, entries },
    };
  });
}

/** Settings that make two connections to one database two different things. */
const APART = ['schema_search_path', 'username', 'variables', 'prepared_statements', 'statement_timeout'];

/**
 * What is equal exactly where two entries are one database: its server and its name, or the expression of its URL. Null
 * where that is not known; a replica is another server, whatever it is called.
 */
function identityOf({ server, settings, replica, keys }: DatabaseEntry): string | null {
  if (!server || replica) return null;
  const apart = APART.map((key) => {
    const value = settings.get(key);
    return value?.known ? String(value.value) : keys.some(({ name }) => name === key) ? `${key} of its own` : '';
  });
  if (server.key.startsWith('url ')) {
    const url = settings.get('url');
    const at = url && writtenIn(url.origin);
    return at && server.key.trim() !== 'url' ? [server.key, ...apart].join('\0') : null;
  }
  const database = settings.get('database');
  if (!database?.known || database.value === null) return null;
  return [server.key, String(database.value), ...apart].join('\0');
}

function say({ process, entries }: Same): Sentences {
  const names = entries.map(({ name }) => name);
  const places = entries.flatMap(({ name, at }) => (at ? [`${name} (${placeName(at)})`] : []));
  return {
    message: `${list(names)} are one database, and ${process.name} keeps a pool for each`,
    consequence:
      'Every process opens connections for each of the entries, although all of them go to one database; migrations of ' +
      'one entry find the tables and versions of the other.',
    arithmetic: `${entries.length} pools in each process of ${process.name}: ${list(places)}`,
    advice: 'use one entry: drop the others, and the connects_to that names them, or give each a database of its own.',
    snippet: null,
  };
}
