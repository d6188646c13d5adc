import type { WrittenKey } from '../../src/database/entry.ts';
import type { Severity } from '../../src/lint/finding.ts';
import { amount } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Remark } from '../../src/systems/system.ts';
import { sameSpan } from '../../src/text/source.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import { assumptionsOf } from '../../src/value/traced.ts';
import { atLeast, version } from '../../src/versions/compare.ts';
import { entriesOf, keyOf, lineOf, settingText, type SeenEntry } from './entries.ts';
import { renamed } from './line_fix.ts';

interface WithoutEffect {
  readonly entry: string;
  readonly key: WrittenKey;
  readonly size: string;
  readonly rails: string;
  /** What the key is for: another database, a later Rails, or threads that the application does not ask for. */
  readonly why: 'sqlite' | 'later' | Remark;
}

/** Read from Rails 8.1 on. Source: activerecord/…/database_configurations/hash_config.rb@v8.1.3.1, @v8.0.2 */
const LATER: ReadonlySet<string> = new Set([
  'max_connections',
  'min_connections',
  'max_age',
  'keepalive',
  'pool_jitter',
]);

const SERVERS: ReadonlySet<string> = new Set(['postgresql', 'postgis', 'mysql2', 'trilogy']);

/** R30: a key that another database or another version of Rails reads. */
export const keyHasNoEffect: Rule = defineRule<WithoutEffect>({
  id: 'key-has-no-effect',
  aliases: [],
  group: 'hygiene',
  severity: 'warning',
  fix: 'unsafe',
  summary: 'A key of database.yml means nothing to this version of Rails, or to this database.',
  fineWhen: 'the file is shared with an application that reads the key',
  check: (project) => entriesOf(project).flatMap((seen) => outcomesOf(project, seen)),
  say,
});

function outcomesOf(project: Project, seen: SeenEntry): readonly Outcome<WithoutEffect>[] {
  const rails = project.versions['rails'] ?? null;
  if (rails === null) return [];
  return seen.entry.keys.flatMap((key): readonly Outcome<WithoutEffect>[] => {
    const why = reasonFor(seen, key, rails);
    const severity = why && severityOf(seen, key);
    if (!why || !severity) return [];
    const { entry, launch, guessed } = seen;
    const isOnlySize = key.name === 'max_connections' && !keyOf(entry, 'pool');
    const edit = isOnlySize ? renamed(key.name, key.valueAt, 'pool') : null;
    return [
      {
        kind: 'violates',
        severity,
        assumes: allAssumptions(
          key.value ? assumptionsOf(key.value) : [],
          typeof why === 'object' ? why.assumes : [],
          guessed,
        ),
        process: launch.launch.name,
        weight: 0,
        database: null,
        at: key.keyAt,
        label: 'has no effect',
        related: key.merges.map((at) => ({ at, message: `reaches ${entry.name} here` })),
        ...(edit ? { fix: { safety: 'unsafe', description: 'call it pool', edits: [edit] } } : {}),
        found: { entry: entry.name, key, size: amount(entry.pool), rails, why },
      },
    ];
  });
}

function reasonFor({ entry, launch }: SeenEntry, key: WrittenKey, rails: string): WithoutEffect['why'] | null {
  const { adapter } = entry;
  if (key.name === 'timeout' && adapter.known && adapter.value !== null && SERVERS.has(adapter.value)) return 'sqlite';
  const remark = launch.remarks?.find(({ kind, at }) => kind === 'ignored-database-key' && sameSpan(at, key.keyAt));
  if (remark) return remark;
  return LATER.has(key.name) && !atLeast(version(rails), '8.1') ? 'later' : null;
}

/** Null where the key says what is so anyway: written for the day of the upgrade, or the default. */
function severityOf({ entry }: SeenEntry, key: WrittenKey): Severity | null {
  if (key.name !== 'max_connections') return 'info';
  const { pool } = entry;
  if (!pool.known || !key.value?.known) return 'info';
  if (settingText(key.value) === String(pool.value)) return null;
  return keyOf(entry, 'pool') || key.value.value === null ? 'info' : 'warning';
}

function say({ entry, key, size, rails, why }: WithoutEffect): Sentences {
  const message = `\`${lineOf(key)}\` has no effect`;
  if (why === 'sqlite') {
    return {
      message: `${message} on ${entry}: it is the busy timeout of SQLite`,
      consequence: 'The server and the pool have timeouts of their own, which keep their defaults.',
      arithmetic: null,
      advice:
        'delete it, or say which one is meant: checkout_timeout waits for the pool (seconds), connect_timeout for the server.',
      snippet: null,
    };
  }
  if (why !== 'later') {
    return {
      message: `${message} on ${entry}: ${why.why}`,
      consequence:
        'It sizes the executor that load_async has for one database, which no database has here. How many threads a ' +
        `process runs is said elsewhere, and the pool of ${entry} has ${size}.`,
      arithmetic: null,
      advice: why.advice,
      snippet: null,
    };
  }
  const isSize = key.name === 'max_connections';
  return {
    message: `${message} on Rails ${rails}: Rails reads it from 8.1 on`,
    consequence: isSize
      ? `Up to Rails 8.0 the key is \`pool\`: the pool of ${entry} has ${size}.`
      : 'It is ignored without a word until the upgrade.',
    arithmetic: null,
    advice: isSize ? 'write it as pool, until Rails is upgraded:' : 'delete it, or upgrade Rails.',
    snippet: isSize ? lineOf({ ...key, name: 'pool' }) : null,
  };
}
