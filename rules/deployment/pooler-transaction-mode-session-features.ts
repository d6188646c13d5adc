import type { DatabaseEntry, Setting } from '../../src/database/entry.ts';
import type { Severity } from '../../src/lint/finding.ts';
import { list } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import { modeOf, preparedStatements, type PgBouncer, type PoolMode } from '../../src/limits/pgbouncer.ts';
import type { Pooler } from '../../src/limits/pooler.ts';
import type { Pool, Process, Server } from '../../src/model/process.ts';
import { writtenIn } from '../../src/value/history.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import { assumptionsOf, known, unknown, type Traced } from '../../src/value/traced.ts';
import { atLeast, version } from '../../src/versions/compare.ts';

/** Something the application uses that does not outlive a transaction behind such a pooler. */
interface Feature {
  readonly severity: Severity;
  /** "prepared statements". */
  readonly name: string;
  readonly consequence: string;
  /** A line for the entry of database.yml. */
  readonly line: string | null;
}

interface Found {
  readonly entry: DatabaseEntry;
  readonly server: Server;
  readonly pooler: Pooler;
  readonly mode: PoolMode;
  readonly features: readonly Feature[];
}

/** R57: session features of PostgreSQL through a pooler that shares connections between transactions. */
export const poolerTransactionModeSessionFeatures: Rule = defineRule<Found>({
  id: 'pooler-transaction-mode-session-features',
  aliases: [],
  group: 'deployment',
  severity: 'error',
  fix: null,
  summary: 'An entry uses features of a session through a pooler in transaction mode.',
  fineWhen: 'the pooler is known to handle them: say which version, with a reason',
  check: (project) =>
    project.servers.flatMap((server) => (server.pooled ? outcomesOf(project, server, server.pooled.pooler) : [])),
  say,
});

interface Use {
  readonly process: Process;
  readonly pool: Pool;
}

function outcomesOf(project: Project, server: Server, pooler: Pooler): readonly Outcome<Found>[] {
  const uses = new Map<string, Use>();
  for (const process of project.processes)
    for (const pool of process.pools)
      if (pool.database.server?.key === server.key && process.declared && !uses.has(pool.database.name))
        uses.set(pool.database.name, { process, pool });
  return [...uses.values()].flatMap((use) => outcomeOf(project, server, pooler, use));
}

function outcomeOf(
  project: Project,
  server: Server,
  pooler: Pooler,
  { process, pool }: Use,
): readonly Outcome<Found>[] {
  const entry = pool.database;
  const mode = modeThrough(pooler, entry);
  const what = `what ${entry.name} may use through ${server.name}`;
  const place = entry.at ?? writtenIn(entry.pool.origin);
  if (!mode) return [{ kind: 'unknown', what, reason: `the mode of ${pooler.name} is not known`, at: place }];
  if (!mode.known) return [{ kind: 'unknown', what, reason: mode.reason, at: place }];
  if (mode.value === 'session') return [{ kind: 'holds' }];
  const prepared = preparedThrough(pooler, entry);
  const features = [
    ...(mode.value === 'statement' ? [TRANSACTIONS] : []),
    ...(prepared?.known && prepared.value ? [PREPARED] : []),
    ...sessionSettings(entry),
    ...listeners(project, server),
    ...(isOff(entry, 'advisory_locks') ? [] : [ADVISORY]),
  ];
  const worst = SEVERITIES.find((severity) => features.some((one) => one.severity === severity));
  if (prepared && !prepared.known)
    return [{ kind: 'unknown', what: `prepared statements of ${entry.name}`, reason: prepared.reason, at: place }];
  if (!worst || !place) return [{ kind: 'holds' }];
  return [
    {
      kind: 'violates',
      severity: worst,
      assumes: allAssumptions(assumptionsOf(mode), prepared ? assumptionsOf(prepared) : []),
      process: process.name,
      weight: features.length,
      database: entry.name,
      at: place,
      label: `through ${pooler.name} in ${mode.value} mode`,
      related: modePlace(mode),
      found: { entry, server, pooler, mode: mode.value, features },
    },
  ];
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

function modePlace(
  mode: Traced<PoolMode>,
): readonly { at: NonNullable<ReturnType<typeof writtenIn>>; message: string }[] {
  const at = writtenIn(mode.origin);
  return at ? [{ at, message: 'the mode of its pools' }] : [];
}

function modeThrough({ mode, bouncer }: Pooler, entry: DatabaseEntry): Traced<PoolMode> | null {
  if (mode) return known(mode, { kind: 'assumed', text: 'the address of the pooler says so' });
  if (!bouncer) return null;
  const database = entry.settings.get('database');
  return modeOf(bouncer, database?.known && database.value !== null ? String(database.value) : null);
}

/** Whether statements are prepared that the pooler does not follow; null where it is known to follow them. */
function preparedThrough({ bouncer }: Pooler, entry: DatabaseEntry): Traced<boolean> | null {
  if (!bouncer) return null;
  const asked = flag(entry, 'prepared_statements', true);
  if (!asked.known || !asked.value) return asked;
  const follows = followed(bouncer);
  if (!follows.known) return follows;
  return follows.value ? null : known(true, follows.origin, allAssumptions(asked.assumes, follows.assumes));
}

/** PgBouncer follows prepared statements from 1.21 on when told to, and by default from 1.24 on. Source: NEWS.md@pgbouncer_1_25_2 */
function followed(bouncer: PgBouncer): Traced<boolean> {
  const written = preparedStatements(bouncer);
  if (written)
    return written.known
      ? known(written.value > 0, written.origin, written.assumes)
      : unknown(written.reason, written.origin);
  const origin = { kind: 'assumed', text: 'the version of PgBouncer' } as const;
  if (bouncer.version !== null) return known(atLeast(version(bouncer.version), '1.24'), origin);
  return unknown('the version of PgBouncer is not known (from 1.24 on it follows prepared statements)', origin);
}

function flag(entry: DatabaseEntry, key: string, otherwise: boolean): Traced<boolean> {
  const setting: Traced<Setting> | undefined = entry.settings.get(key);
  if (!setting) return known(otherwise, { kind: 'assumed', text: `Rails' default ${key}` });
  if (!setting.known) return unknown(setting.reason, setting.origin);
  // Rails takes the text "false" for false here, as it comes from a URL.
  const value = setting.value === null ? otherwise : setting.value !== false && setting.value !== 'false';
  return known(value, setting.origin, setting.assumes);
}

function isOff(entry: DatabaseEntry, key: string): boolean {
  const value = flag(entry, key, true);
  return value.known && !value.value;
}

const TRANSACTIONS: Feature = {
  severity: 'error',
  name: 'transactions',
  consequence: 'in statement mode PgBouncer refuses every transaction, and Active Record saves in one',
  line: null,
};

const PREPARED: Feature = {
  severity: 'error',
  name: 'prepared statements',
  consequence:
    'a statement that one server connection has prepared is missing, or has another meaning, on the next ' +
    '("prepared statement \\"a1\\" does not exist", "already exists")',
  line: 'prepared_statements: false',
};

const ADVISORY: Feature = {
  severity: 'info',
  name: 'advisory locks of migrations',
  consequence: 'a lock that a migration takes is released by nobody, or on another connection',
  line: 'advisory_locks: false',
};

/** Rails sets them once, on whatever server connection the first query got. */
function sessionSettings(entry: DatabaseEntry): readonly Feature[] {
  const search = entry.settings.get('schema_search_path');
  const written = [
    ...(search?.known && search.value !== null ? ['schema_search_path'] : []),
    ...(entry.keys.some(({ name, value }) => name === 'variables' && value === null) ? ['variables'] : []),
  ];
  return written.map((name) => ({
    severity: 'warning',
    name,
    consequence: `${name} is set on one server connection and missing on the others, or found there by another client`,
    line: null,
  }));
}

/** Job systems that LISTEN, or that lock their jobs for as long as a session lives. */
function listeners(project: Project, server: Server): readonly Feature[] {
  const connected = project.processes.filter(
    ({ pools, declared }) => declared && pools.some(({ database }) => database.server?.key === server.key),
  );
  const running = new Set(connected.flatMap(({ system, inside }) => [system, ...inside.map((one) => one.system)]));
  return (
    [
      ['good_job', 'GoodJob'],
      ['que', 'Que'],
    ] as const
  ).flatMap(([id, name]): Feature[] =>
    running.has(id)
      ? [
          {
            severity: 'warning',
            name: `the advisory locks and LISTEN of ${name}`,
            consequence: `${name} holds its locks in a session: jobs run twice, or are never taken`,
            line: null,
          },
        ]
      : [],
  );
}

function say({ entry, server, pooler, mode, features }: Found): Sentences {
  const lines = features.flatMap(({ line }) => line ?? []);
  const ways = features.map(({ consequence }) => consequence).join('; ');
  return {
    message: `${entry.name} uses ${list(features.map(({ name }) => name))} through ${pooler.name} (${server.name}) in ${mode} mode`,
    consequence: `The next ${mode} may run on another server connection: ${ways}.`,
    arithmetic: null,
    advice:
      lines.length > 0
        ? 'turn off what a session is needed for, and run what needs one (migrations) on a direct connection:'
        : 'connect what needs a session directly, or through a pool in session mode.',
    snippet: lines.length > 0 ? lines.join('\n') : null,
  };
}
