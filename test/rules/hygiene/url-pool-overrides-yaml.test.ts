import { expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

async function findings(query: string, line: string, rails = '7.1.5', threads = 3): Promise<readonly string[]> {
  const result = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails }),
    Procfile: `web: DATABASE_URL=postgres://db.example/shop${query} bundle exec puma -t ${threads}:${threads}\n`,
    'config/database.yml': `production:\n  adapter: postgresql\n  ${line}\n`,
  });
  return result.findings.map(concise);
}

const OVER = 'url-pool-overrides-yaml the URL of primary sets pool to 5, and database.yml says 12';

it('reports a URL that says another size than the file', async () => {
  expect(await findings('?pool=5', 'pool: 12')).toEqual([`Procfile:1:6: warning ${OVER}`]);
  expect(await findings('?pool=12', 'pool: 12')).toEqual([]);
  expect(await findings('', 'pool: 12')).toEqual([]);
  expect(await findings('?pool=12', 'host: db.example')).toEqual([]);
});

it('leaves a pool that is too small to the rule for its threads, which points at the URL', async () => {
  expect(await findings('?pool=5', 'pool: 12', '7.1.5', 12)).toEqual([
    'Procfile:1:6: error pool-smaller-than-puma-threads web runs 12 threads on a pool of 5',
  ]);
});

it('says it once, where the same URL is too small for another process', async () => {
  const { findings: all } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '7.1.5', sidekiq: '7.3.9' }),
    'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 12\n',
    'config/puma.rb': 'threads 16, 16\n',
    'compose.yaml': [
      'x-env: &env',
      '  RAILS_ENV: production',
      '  DATABASE_URL: postgres://db.example/shop?pool=5',
      'services:',
      '  web: { image: shop, command: bundle exec puma, environment: *env }',
      '  worker: { image: shop, command: bundle exec sidekiq -c 1, environment: *env }',
      '',
    ].join('\n'),
  });
  expect(all.map(({ rule }) => rule)).not.toContain('url-pool-overrides-yaml');
  expect(all.map(({ rule }) => rule)).toContain('pool-smaller-than-puma-threads');
  const shared = all.find(({ rule }) => rule === 'process-env-shared-by-roles');
  expect(shared?.advice).toContain('DATABASE_URL');
  expect(shared?.snippet).toContain('…?pool=16');
});

it('says which of the two has no effect from Rails 8.1 on', async () => {
  expect(await findings('?pool=3', 'max_connections: 9', '8.1.1')).toEqual([
    'Procfile:1:6: warning url-pool-overrides-yaml `pool=3` in the URL of primary has no effect: max_connections is 9 in database.yml',
  ]);
  expect(await findings('?max_connections=4', 'max_connections: 9', '8.1.1')).toEqual([
    'Procfile:1:6: warning url-pool-overrides-yaml the URL of primary sets max_connections to 4, and database.yml says 9',
  ]);
});
