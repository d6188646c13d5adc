import { expect, it } from 'vitest';
import { lintFiles, lockfile } from '../support/lint.ts';

const APP = {
  'Gemfile.lock': lockfile({ rails: '7.1.5', puma: '6.6.0', pg: '1.5.9', sqlite3: '2.7.0' }),
  'config/database.yml': 'production:\n  adapter: sqlite3\n  database: storage/production.sqlite3\n  pool: 5\n',
};
const COMPOSE =
  'services:\n  web:\n    build: .\n    command: bundle exec puma\n    environment:\n      DATABASE_URL: ${DATABASE_URL}\n';

/** The adapter that every deployment has, and how many servers it talks to. */
async function adapters(files: Record<string, string>): Promise<unknown> {
  const { projects } = await lintFiles({ ...APP, ...files });
  return projects.map(({ launches, servers }) => {
    const { adapter } = launches[0]!.databases[0]!;
    return [adapter.known ? adapter.value : adapter.reason, servers.length];
  });
}

it('leaves the adapter to a URL that nobody can see, where the file has SQLite', async () => {
  const blueprint = (item: string) =>
    `services:\n  - type: web\n    name: shop\n    env: ruby\n    startCommand: puma\n    envVars:\n      - key: DATABASE_URL\n${item}`;
  const reason = 'the URL names the adapter: DATABASE_URL is set';
  const from = '        fromDatabase: { name: shop-db, property: connectionString }\n';
  expect(await adapters({ 'render.yaml': blueprint(from) })).toEqual([[expect.stringContaining(reason), 1]]);
  expect(await adapters({ 'docker-compose.yml': COMPOSE })).toEqual([[expect.stringContaining(reason), 1]]);
  const stated = blueprint('        value: postgres://db.example/shop\n');
  expect(await adapters({ 'render.yaml': stated })).toEqual([['postgresql', 1]]);
  expect(await adapters({ Procfile: 'web: puma\n' })).toEqual([['sqlite3', 0]]);
});

it('takes another adapter of the file for the one of the URL', async () => {
  const file = 'production:\n  adapter: mysql2\n  host: db\n';
  expect(await adapters({ 'config/database.yml': file, 'docker-compose.yml': COMPOSE })).toEqual([['mysql2', 1]]);
});

it('knows that the PostgreSQL of Heroku brings a URL, under the name it is added as', async () => {
  const Procfile = 'web: bundle exec puma\n';
  const reason = 'the URL names the adapter: DATABASE_URL is set by the add-on heroku-postgresql';
  for (const addon of [
    'heroku-postgresql',
    'heroku-postgresql:essential-0',
    { plan: 'heroku-postgresql', as: 'DATABASE' },
  ]) {
    const manifest = JSON.stringify({ addons: ['heroku-redis:mini', addon] });
    expect(await adapters({ Procfile, 'app.json': manifest })).toEqual([[reason, 1]]);
  }
  const other = JSON.stringify({ addons: [{ plan: 'heroku-postgresql', as: 'reports' }, 'heroku-redis'] });
  expect(await adapters({ Procfile, 'app.json': other })).toEqual([['sqlite3', 0]]);
  const stated = JSON.stringify({
    addons: ['heroku-postgresql'],
    env: { DATABASE_URL: 'sqlite3:storage/production.sqlite3' },
  });
  expect(await adapters({ Procfile, 'app.json': stated })).toEqual([['sqlite3', 0]]);
});
