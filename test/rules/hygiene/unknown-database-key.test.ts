import { expect, it } from 'vitest';
import { lintFiles, lockfile } from '../../support/lint.ts';

async function findings(lines: readonly string[], rails = '8.0.2'): Promise<readonly string[]> {
  const result = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails }),
    'config/puma.rb': 'threads 3\n',
    'config/database.yml': `production:\n  adapter: postgresql\n${lines.map((line) => `  ${line}\n`).join('')}`,
  });
  return result.findings.map(({ severity, rule, snippet }) => `${severity} ${rule} ${snippet}`);
}

it('reports near misses of pool keys, and what other tools call them', async () => {
  const meant: Record<string, string> = {
    'pools: 9': 'pool: 9',
    'Pool: 9': 'pool: 9',
    'checkout_timout: 9': 'checkout_timeout: 9',
    'reaping_frequencey: 9': 'reaping_frequency: 9',
    'idle_timout: 9': 'idle_timeout: 9',
    'pool_size: 9': 'pool: 9',
    'db_pool: 9': 'pool: 9',
    'pool_timeout: 9': 'checkout_timeout: 9',
  };
  for (const [line, snippet] of Object.entries(meant)) {
    expect(await findings([line])).toEqual([`warning unknown-database-key ${snippet}`]);
  }
});

it('names the key that this version of Rails reads', async () => {
  expect(await findings(['max_connection: 9'])).toEqual(['warning unknown-database-key pool: 9']);
  expect(await findings(['max_connection: 9'], '8.1.1')).toEqual(['warning unknown-database-key max_connections: 9']);
});

it('only mentions one that stands beside the right key', async () => {
  expect(await findings(['pool: 5', 'pool_size: 9'])).toEqual(['info unknown-database-key pool: 9']);
});

it('leaves keys of drivers and of the application alone', async () => {
  const keys = ['port: 5432', 'host: db.example', 'keepalives: 1', 'user: shop', 'role: web', 'tool: x', 'idle: 3'];
  expect(await findings([...keys, 'connect_timeout: 2', 'read_timeout: 3', 'load_balancing: x'])).toEqual([]);
});

it('finds one in an anchor once', async () => {
  const result = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
    'config/database.yml':
      'd: &d\n  adapter: postgresql\n  pools: 9\nproduction:\n  primary:\n    <<: *d\n  loans:\n    <<: *d\n',
  });
  expect(result.findings.map(({ rule }) => rule)).toEqual(['unknown-database-key']);
});
