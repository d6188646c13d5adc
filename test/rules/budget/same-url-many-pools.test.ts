import { describe, expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

/** Two entries that a web process uses, each with these lines. */
async function lint(primary: string, queue: string): Promise<readonly string[]> {
  const { findings } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
    'config/puma.rb': 'threads 3, 3\n',
    'config/application.rb':
      'class Shop < Rails::Application\n  config.solid_queue.connects_to = { database: { writing: :queue } }\nend\n',
    'config/database.yml': `production:\n  primary:\n    adapter: postgresql\n${primary}  queue:\n    adapter: postgresql\n${queue}`,
  });
  return findings.map(concise);
}

const SHOP = '    host: db.shop.example\n    database: shop\n';
const FOUND = expect.stringMatching(/info same-url-many-pools primary and queue are one database/);

describe('same-url-many-pools', () => {
  it('knows one database by its server and name', async () => {
    expect(await lint(SHOP, SHOP)).toEqual([FOUND]);
    expect(await lint(SHOP, SHOP.replace('database: shop', 'database: shop_queue'))).toEqual([]);
    expect(await lint(SHOP, SHOP.replace('db.', 'db2.'))).toEqual([]);
  });

  it('knows one database by the expression of its URL', async () => {
    const url = (name: string) => `    url: <%= ENV["${name}"] %>\n`;
    expect(await lint(url('DATABASE_URL'), url('DATABASE_URL'))).toEqual([FOUND]);
    expect(await lint(url('DATABASE_URL'), url('QUEUE_DATABASE_URL'))).toEqual([]);
  });

  it('leaves alone what is apart on purpose', async () => {
    expect(await lint(SHOP, `${SHOP}    schema_search_path: queue\n`)).toEqual([]);
    expect(await lint(SHOP, `${SHOP}    replica: true\n`)).toEqual([]);
  });

  it('says nothing where the name of the database is unknown', async () => {
    const open = '    host: db.shop.example\n    database: <%= Settings.database %>\n';
    expect(await lint(open, open)).toEqual([]);
  });
});
