import type { Span } from '../text/source.ts';
import { known, unknown, type Known, type Traced } from '../value/traced.ts';
import type { Origin } from '../value/origin.ts';

export type PoolMode = 'session' | 'transaction' | 'statement';

/** A setting of PgBouncer that is a number or a mode. Source: doc/config.md@pgbouncer_1_25_2 */
export type Setting =
  | 'pool_mode'
  | 'default_pool_size'
  | 'reserve_pool_size'
  | 'max_db_connections'
  | 'max_user_connections'
  | 'max_client_conn'
  | 'max_prepared_statements';

export const SETTINGS: readonly Setting[] = [
  'pool_mode',
  'default_pool_size',
  'reserve_pool_size',
  'max_db_connections',
  'max_user_connections',
  'max_client_conn',
  'max_prepared_statements',
];

/** A line of `[databases]`. What it does not say is as in `[pgbouncer]`. */
export interface PgBouncerDatabase {
  readonly host: string | null;
  readonly port: string | null;
  readonly values: ReadonlyMap<string, Traced<string>>;
}

/** What one PgBouncer was told. */
export interface PgBouncer {
  readonly at: Span;
  /** Of `[pgbouncer]`, by name; unknown where a variable decides. */
  readonly values: ReadonlyMap<string, Traced<string>>;
  /** By the name clients ask for; `*` is everything else. */
  readonly databases: ReadonlyMap<string, PgBouncerDatabase>;
  /** As the tag of its image says it, `1.23.1`; null where nothing does. */
  readonly version: string | null;
}

const NUMBERS: Readonly<Record<Exclude<Setting, 'pool_mode' | 'max_prepared_statements'>, number>> = {
  default_pool_size: 20,
  reserve_pool_size: 0,
  max_db_connections: 0,
  max_user_connections: 0,
  max_client_conn: 100,
};

/** A number of `[pgbouncer]`, or its default. */
export function numberOf(bouncer: PgBouncer, name: keyof typeof NUMBERS): Traced<number> {
  return asNumber(bouncer.values.get(name)) ?? byDefault(name, NUMBERS[name]);
}

/** A number of a database, else of `[pgbouncer]` under the name it has there. */
export function databaseNumber(
  bouncer: PgBouncer,
  database: string,
  name: 'pool_size' | 'reserve_pool_size' | 'max_db_connections',
): Traced<number> {
  const own = databaseOf(bouncer, database)?.values;
  // PgBouncer 1.24 renamed `reserve_pool` to `reserve_pool_size`.
  const written = own?.get(name) ?? (name === 'reserve_pool_size' ? own?.get('reserve_pool') : undefined);
  return asNumber(written) ?? numberOf(bouncer, name === 'pool_size' ? 'default_pool_size' : name);
}

/** The mode of a database's pool; PgBouncer's own default is session. */
export function modeOf(bouncer: PgBouncer, database: string | null): Traced<PoolMode> {
  const own = database === null ? undefined : databaseOf(bouncer, database)?.values.get('pool_mode');
  const written = own ?? bouncer.values.get('pool_mode');
  if (!written) return byDefault('pool_mode', 'session');
  if (!written.known) return unknown(written.reason, written.origin);
  const mode = (['session', 'transaction', 'statement'] as const).find((one) => one === written.value.toLowerCase());
  return mode ? known(mode, written.origin, written.assumes) : byDefault('pool_mode', 'session');
}

/** `max_prepared_statements`; null where nothing is written and the version decides. */
export function preparedStatements(bouncer: PgBouncer): Traced<number> | null {
  return asNumber(bouncer.values.get('max_prepared_statements'));
}

/** The line of `[databases]` that a client's database name matches. */
function databaseOf({ databases }: PgBouncer, name: string): PgBouncerDatabase | null {
  return databases.get(name) ?? databases.get('*') ?? null;
}

function asNumber(value: Traced<string> | undefined): Traced<number> | null {
  if (!value) return null;
  if (!value.known) return unknown(value.reason, value.origin);
  return /^\d{1,9}$/.test(value.value) ? known(Number(value.value), value.origin, value.assumes) : null;
}

function byDefault<T>(name: string, value: T): Known<T> {
  const row = { gem: 'pgbouncer', versions: 'PgBouncer', source: 'doc/config.md@pgbouncer_1_25_2' };
  const origin: Origin = { kind: 'default', text: `PgBouncer's default ${name} ${String(value)}`, row };
  return known(value, origin);
}
