import { describe, expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

/** A shop that wants 30 connections through PgBouncer, told by these lines. */
async function through(lines: string, configuration = ''): Promise<readonly string[]> {
  const { findings } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
    'config/puma.rb': 'workers 6\nthreads 5, 5\n',
    'config/database.yml':
      'production:\n  adapter: postgresql\n  database: shop\n  username: shop\n  host: db.shop.example\n  port: 6432\n  pool: 5\n  prepared_statements: false\n  advisory_locks: false\n',
    'ops/pgbouncer.ini': `[databases]\n* = host=db\n[pgbouncer]\n${lines}`,
    ...(configuration ? { '.rails-pool-lint.yml': configuration } : {}),
  });
  return findings.map(concise);
}

const CLIENTS = 'ops/pgbouncer.ini:4:19: warning pooler-budget the processes want 30 connections of PgBouncer';

describe('pooler-budget', () => {
  it('counts the clients up to max_client_conn, with those beside them', async () => {
    const mode = 'pool_mode = transaction\n';
    expect(await through(`max_client_conn = 33\n${mode}`)).toEqual([]);
    expect(await through(`max_client_conn = 32\n${mode}`)).toEqual([expect.stringContaining(CLIENTS)]);
  });

  it('compares what the pools open, not what they may, with the server behind', async () => {
    const limit = 'max_connections:\n  "db.shop.example:6432": 500\n';
    const wide = 'pool_mode = transaction\ndefault_pool_size = 90\n';
    expect(await through(wide, 'max_connections: 36\n')).toEqual([]);
    expect(await through(wide, 'max_connections: 35\n')).toEqual([
      'ops/pgbouncer.ini:5:21: warning pooler-budget PgBouncer (db.shop.example:6432) opens up to 30 connections of a server that has 32 to give',
    ]);
    expect(await through(`${wide}max_db_connections = 20\n`, 'max_connections: 35\n')).toEqual([]);
    expect(await through(wide, limit)).toEqual([]);
  });

  it('adds what other processes open on the same server', async () => {
    const url = (host: string) => `DATABASE_URL: "postgres://shop@${host}/shop?prepared_statements=false"`;
    const compose = (most: number) =>
      [
        'services:',
        `  web: { image: shop, command: puma -w 4 -t 5, environment: { RAILS_ENV: production, ${url('pooler:6432')} } }`,
        `  jobs: { image: shop, command: sidekiq -c 10, environment: { RAILS_ENV: production, ${url('db')} } }`,
        '  pooler: { image: "edoburu/pgbouncer:1.24.0", environment: { DB_HOST: db, POOL_MODE: transaction } }',
        `  db: { image: "postgres:17", command: postgres -c max_connections=${most} }`,
        '',
      ].join('\n');
    const found = async (most: number) => {
      const { findings } = await lintFiles({
        'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2', sidekiq: '7.3.9' }),
        'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 10\n  advisory_locks: false\n',
        'compose.yaml': compose(most),
      });
      return findings.map(concise);
    };
    // 20 through PgBouncer, 10 beside it, 3 for the console, 3 reserved.
    expect(await found(36)).toEqual([]);
    expect(await found(35)).toEqual([
      'compose.yaml:4:3: error pooler-budget PgBouncer (pooler:6432) opens up to 20 connections of a server that has 32 to give',
    ]);
  });

  it('lets clients wait in session mode only, and only above pool and reserve', async () => {
    expect(await through('default_pool_size = 25\nreserve_pool_size = 5\n')).toEqual([]);
    expect(await through('default_pool_size = 25\nreserve_pool_size = 4\n')).toEqual([
      expect.stringContaining('for which PgBouncer (db.shop.example:6432) keeps 29 in session mode'),
    ]);
    expect(await through('default_pool_size = 25\npool_mode = transaction\n')).toEqual([]);
  });
});
