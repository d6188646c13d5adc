import { describe, expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

const ENTRY = 'production:\n  adapter: postgresql\n  database: shop\n  pool: 5\n';

async function lint(entry: string, ini: string | null, gems: Record<string, string> = {}) {
  return lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2', ...gems }),
    'config/puma.rb': 'threads 5, 5\n',
    'config/database.yml': ENTRY + entry,
    ...(ini === null ? {} : { 'ops/pgbouncer.ini': `[pgbouncer]\n${ini}` }),
  });
}

const PORT = '  host: db.shop.example\n  port: 6432\n  advisory_locks: false\n';

describe('pooler-transaction-mode-session-features', () => {
  it('speaks of prepared statements that PgBouncer is told not to follow', async () => {
    const { findings } = await lint(PORT, 'pool_mode = transaction\nmax_prepared_statements = 0\n');
    expect(findings.map(concise)).toEqual([
      'config/database.yml:1:1: warning pooler-transaction-mode-session-features primary uses prepared statements through PgBouncer (db.shop.example:6432) in transaction mode',
    ]);
  });

  it('is silent where it follows them, where none are prepared, and in session mode', async () => {
    const none = `${PORT}  prepared_statements: false\n`;
    for (const [entry, ini] of [
      [PORT, 'pool_mode = transaction\nmax_prepared_statements = 100\n'],
      [none, 'pool_mode = transaction\nmax_prepared_statements = 0\n'],
      [PORT, 'max_prepared_statements = 0\n'],
    ] as const) {
      expect((await lint(entry, ini)).findings.map(concise)).toEqual([]);
    }
  });

  it('cannot tell without the mode, nor without the version where that decides', async () => {
    for (const ini of [null, 'pool_mode = transaction\n']) {
      const { findings, verdicts } = await lint(PORT, ini);
      expect(findings).toEqual([]);
      expect(verdicts.unknown).toBeGreaterThan(0);
    }
  });

  it('speaks of settings of the session behind an address that says its mode', async () => {
    const neon = '  host: ep-shop-1-pooler.eu-central-1.aws.neon.tech\n';
    const { findings } = await lint(`${neon}  schema_search_path: shop\n`, null);
    expect(findings.map(({ severity, message }) => [severity, message])).toEqual([
      [
        'warning',
        "primary uses schema_search_path and advisory locks of migrations through Neon's pooler (ep-shop-1-pooler.eu-central-1.aws.neon.tech:5432) in transaction mode",
      ],
    ]);
    expect((await lint(neon, null)).findings.map(({ severity }) => severity)).toEqual(['info']);
  });

  it('speaks of every transaction in statement mode', async () => {
    const { findings } = await lint(`${PORT}  prepared_statements: false\n`, 'pool_mode = statement\n');
    expect(findings.map(({ message }) => message)).toEqual([
      'primary uses transactions through PgBouncer (db.shop.example:6432) in statement mode',
    ]);
  });
});
