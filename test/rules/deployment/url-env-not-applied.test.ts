import { describe, expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

async function lint(queue: string, environment: string, primary = '') {
  return lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
    'config/puma.rb': 'threads 3, 3\n',
    'config/application.rb':
      'class Shop < Rails::Application\n  config.solid_queue.connects_to = { database: { writing: :queue } }\nend\n',
    'config/database.yml': `production:\n  primary:\n    adapter: postgresql\n${primary}  queue:\n    adapter: postgresql\n${queue}`,
    Procfile: `web: ${environment} bundle exec puma\n`,
  });
}

const found = async (...given: Parameters<typeof lint>) => (await lint(...given)).findings.map(concise);
const QUEUE = 'QUEUE_DATABASE_URL=postgres://shop@db.shop.example/queue';
const MAIN = 'DATABASE_URL=postgres://shop@db.shop.example/shop';

describe('url-env-not-applied', () => {
  it('speaks of a URL that the file has already decided', async () => {
    const own = '    url: postgres://shop@old.shop.example/queue\n';
    expect(await found(own, QUEUE)).toEqual([
      'config/database.yml:6:10: warning url-env-not-applied QUEUE_DATABASE_URL is set for web and has no effect: queue has a url of its own',
    ]);
    expect(await found(own, MAIN)).toEqual([]);
  });

  it('is silent where the file reads the variable, with a fallback or without', async () => {
    expect(await found('    url: <%= ENV["QUEUE_DATABASE_URL"] %>\n', QUEUE)).toEqual([]);
    expect(await found('    url: <%= ENV.fetch("QUEUE_DATABASE_URL", "postgres://x@localhost/q") %>\n', QUEUE)).toEqual(
      [],
    );
  });

  it('cannot tell where the URL of the file is unknown', async () => {
    const { findings, verdicts } = await lint('    url: <%= Settings.queue_url %>\n', QUEUE);
    expect(findings).toEqual([]);
    expect(verdicts.unknown).toBeGreaterThan(0);
  });

  it('speaks of an entry without a host beside the one that takes DATABASE_URL', async () => {
    expect(await found('    database: queue\n', MAIN)).toEqual([
      'config/database.yml:4:3: warning url-env-not-applied DATABASE_URL is only for primary: queue has no host in web',
    ]);
    expect(await found('    database: queue\n', 'RAILS_LOG_LEVEL=info')).toEqual([]);
    expect(await found('    host: db.shop.example\n', MAIN)).toEqual([]);
    expect(await found('    database: queue\n', `${MAIN} ${QUEUE}`)).toEqual([]);
    expect(await found('    database: queue\n', `${MAIN} PGHOST=db.shop.example`)).toEqual([]);
  });

  it('leaves alone a primary whose URL comes from a variable somebody chose', async () => {
    const chosen = '    url: <%= ENV.fetch("SHOP_URL", "postgres://shop@db.shop.example/shop") %>\n';
    expect(await found('    host: db.shop.example\n', MAIN, chosen)).toEqual([]);
  });
});
