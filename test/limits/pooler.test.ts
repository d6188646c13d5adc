import { describe, expect, it } from 'vitest';
import { databaseNumber, modeOf, numberOf, preparedStatements } from '../../src/limits/pgbouncer.ts';
import { readPgbouncerIni } from '../../src/limits/pgbouncer_ini.ts';
import { committedPooler, poolerAt, startedPooler } from '../../src/limits/pooler.ts';
import { placeOf, SourceFile, span } from '../../src/text/source.ts';
import { Environment } from '../../src/value/environment.ts';
import { writtenIn } from '../../src/value/history.ts';
import { known, unknown, type Traced } from '../../src/value/traced.ts';

const INI = `;; the shop
[databases]
shop = host=db port=5432 pool_size=30 reserve_pool=5
"reports" = host=replica pool_mode='session'
* = host=db

[pgbouncer]
# pool_mode = statement
pool_mode = transaction
default_pool_size=15
max_client_conn = 400 ; not a comment
max_client_conn = 500
`;

function number(traced: Traced<unknown>): unknown {
  return traced.known ? traced.value : null;
}

function files(given: Record<string, string>) {
  return {
    source: (path: string) => (given[path] === undefined ? null : new SourceFile(path, given[path])),
    list: () => Object.keys(given),
  };
}

describe('a pgbouncer.ini', () => {
  const bouncer = readPgbouncerIni(new SourceFile('pgbouncer.ini', INI));

  it('says what every pool has, the last line of a key winning', () => {
    expect(number(numberOf(bouncer, 'default_pool_size'))).toBe(15);
    expect(number(numberOf(bouncer, 'max_client_conn'))).toBe(500);
    expect(number(numberOf(bouncer, 'reserve_pool_size'))).toBe(0);
    expect(preparedStatements(bouncer)).toBeNull();
    expect(placeOf(writtenIn(numberOf(bouncer, 'default_pool_size').origin)!)).toMatchObject({ line: 10, column: 19 });
  });

  it('says what a database has of its own, and what falls back', () => {
    const sizes = (database: string) =>
      (['pool_size', 'reserve_pool_size'] as const).map((name) => number(databaseNumber(bouncer, database, name)));
    expect([sizes('shop'), sizes('reports'), sizes('other')]).toEqual([
      [30, 5],
      [15, 0],
      [15, 0],
    ]);
    expect(['shop', 'reports', null].map((name) => number(modeOf(bouncer, name)))).toEqual([
      'transaction',
      'session',
      'transaction',
    ]);
  });

  it('is not known where a line is too long to be read', () => {
    const long = `host=db pool_mode=transaction application_name=${'x'.repeat(10_000)}`;
    const read = readPgbouncerIni(
      new SourceFile(
        'pgbouncer.ini',
        `[databases]\nshop = ${long}\n[pgbouncer]\nmax_client_conn = ${'9'.repeat(10_000)}\n`,
      ),
    );
    const reason = 'a line of more than 10000 characters is not read';
    expect(databaseNumber(read, 'shop', 'pool_size')).toMatchObject({ known: false, reason });
    expect(modeOf(read, 'shop')).toMatchObject({ known: false, reason });
    expect(numberOf(read, 'max_client_conn')).toMatchObject({ known: false, reason });
    expect(number(databaseNumber(read, 'other', 'pool_size'))).toBe(20);
  });

  it('is in session mode with 20 connections where it says nothing', () => {
    const empty = readPgbouncerIni(new SourceFile('pgbouncer.ini', ''));
    expect(number(modeOf(empty, 'shop'))).toBe('session');
    expect(number(databaseNumber(empty, 'shop', 'pool_size'))).toBe(20);
  });
});

describe('a PgBouncer of a deployment', () => {
  const compose = new SourceFile('compose.yaml', 'image: edoburu/pgbouncer:v1.23.1-p2\n');
  const service = {
    image: 'edoburu/pgbouncer:v1.23.1-p2',
    names: ['pooler'],
    at: span(compose, 7, 35),
    environment: Environment.EMPTY,
    mounts: [{ from: './pg/pgbouncer.ini', to: '/etc/pgbouncer/pgbouncer.ini' }],
  };

  it('is told by its mounted file, else by the variables of its image', () => {
    const mounted = startedPooler(service, files({ 'pg/pgbouncer.ini': INI })).bouncer;
    expect([number(modeOf(mounted, null)), mounted.version]).toEqual(['transaction', '1.23.1']);
    const set = (name: string, state: Traced<string | null>) => Environment.EMPTY.with(name, state);
    const literal = { kind: 'literal', at: service.at } as const;
    for (const name of ['POOL_MODE', 'PGBOUNCER_POOL_MODE']) {
      const environment = set(name, known<string | null>('transaction', literal));
      expect(number(modeOf(startedPooler({ ...service, environment }, files({})).bouncer, null))).toBe('transaction');
    }
    const secret = set('POOL_MODE', unknown<string | null>('a secret', literal));
    expect(modeOf(startedPooler({ ...service, environment: secret }, files({})).bouncer, null).known).toBe(false);
  });

  it('is found by its names', () => {
    const configured = [startedPooler(service, files({}))];
    expect(poolerAt('pooler', '5432', configured)).toMatchObject({ kind: 'pgbouncer', mode: null });
    expect(poolerAt('db', '5432', configured)).toBeNull();
  });
});

it('knows poolers by their addresses, and claims a mode only where the address says so', () => {
  const seen = (host: string, port: string | null) => {
    const pooler = poolerAt(host, port, []);
    return pooler && [pooler.kind, pooler.mode];
  };
  expect(seen('aws-0-eu-west-1.pooler.supabase.com', '6543')).toEqual(['supabase', 'transaction']);
  expect(seen('aws-0-eu-west-1.pooler.supabase.com', '5432')).toEqual(['supabase', 'session']);
  expect(seen('ep-cool-name-123-pooler.eu-central-1.aws.neon.tech', '5432')).toEqual(['neon', 'transaction']);
  expect(seen('ep-cool-name-123.eu-central-1.aws.neon.tech', '5432')).toBeNull();
  expect(seen('shop.proxy-abc123.eu-west-1.rds.amazonaws.com', '5432')).toEqual(['rds-proxy', null]);
  expect(seen('db.shop.example', '6432')).toEqual(['unknown', null]);
  expect(seen('pgbouncer.shop.example', '5432')).toEqual(['unknown', null]);
  expect(seen('db.shop.example', '5432')).toBeNull();
});

it('takes the only pgbouncer.ini of the repository for what listens on 6432, not for any server', () => {
  const only = committedPooler(files({ 'ops/pgbouncer.ini': INI }))!;
  expect(poolerAt('db.shop.example', '6432', [only])).toMatchObject({ kind: 'pgbouncer' });
  expect(poolerAt('db.shop.example', '5432', [only])).toBeNull();
  expect(committedPooler(files({ 'a/pgbouncer.ini': INI, 'b/pgbouncer.ini': INI }))).toBeNull();
  expect(committedPooler(files({ 'dev/pgbouncer.ini': INI }))).toBeNull();
});
