import { describe, expect, it } from 'vitest';
import { budget } from '../../src/report/budget.ts';
import { readBase } from '../../src/report/budget_base.ts';
import { compared } from '../../src/report/budget_compare.ts';
import { budgetJson } from '../../src/report/budget_json.ts';
import { budgetMarkdown } from '../../src/report/budget_markdown.ts';
import { budgetHtml } from '../../src/report/html/budget.ts';
import type { EngineOptions } from '../../src/lint/engine.ts';
import type { Project } from '../../src/lint/result.ts';
import { lintFiles, lockfile } from '../support/lint.ts';

const SHOP = {
  'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2', sidekiq: '7.3.9' }),
  'config/puma.rb': '# the shop\nworkers 4\nthreads 3, 3\n',
  'config/database.yml': 'production:\n  adapter: postgresql\n  database: shop\n  pool: 8\n',
  Procfile: 'web: bundle exec puma\n',
};

async function projects(
  changed: Record<string, string> = {},
  options: Partial<EngineOptions> = {},
): Promise<readonly Project[]> {
  const limit = { maxConnections: [{ server: null, value: 100 }] };
  return (await lintFiles({ ...SHOP, ...changed }, { ...limit, ...options })).projects;
}

/** What changes from the shop to another one. */
async function change(
  after: Record<string, string>,
  options: Partial<EngineOptions> = {},
): Promise<readonly (string | null)[]> {
  const base = readBase(budgetJson(await projects()))!;
  return compared(await projects(after, options), base).flatMap(({ headline, because }) => [headline, because]);
}

const OPEN = '; how many more there are during a deploy is not known.';

describe('a comparison with an earlier budget', () => {
  it('says what becomes of the connections, and which number of which file does it', async () => {
    expect(await change({ 'config/puma.rb': '# the shop\nworkers 4\nthreads 8, 8\n' })).toEqual([
      `Connections at peak: 12 → 32 of 97 usable${OPEN}`,
      'This change raises web threads from 3 to 8 (config/puma.rb:3).',
    ]);
  });

  it('names the line that changed, not that through which it comes', async () => {
    const shared = (pool: number): string =>
      `default: &default\n  adapter: postgresql\n  pool: ${pool}\nproduction:\n  <<: *default\n  database: shop\n`;
    const base = readBase(budgetJson(await projects({ 'config/database.yml': shared(8) })))!;
    const now = compared(await projects({ 'config/database.yml': shared(2) }), base);
    expect(now.map(({ because }) => because)).toEqual([
      'This change lowers the primary pool of web from 8 to 2 (config/database.yml:3).',
    ]);
  });

  it('says that nothing has changed', async () => {
    expect(await change({})).toEqual([`Connections at peak: 12 of 97 usable, as before${OPEN}`, null]);
  });

  it('names a deployment that is gone, and a server to which nothing connects any more', async () => {
    const legacy = `${SHOP['config/database.yml']}  host: db.example\n`;
    const two = `production:\n  primary:\n    adapter: postgresql\n    host: db.example\n    pool: 8\n  old:\n    adapter: postgresql\n    host: old.example\n    pool: 8\n`;
    const order = 'class Order < ActiveRecord::Base\n  connects_to database: { writing: :old }\nend\n';
    const before = readBase(budgetJson(await projects({ 'config/database.yml': two, 'app/models/order.rb': order })))!;
    const headlines = compared(await projects({ 'config/database.yml': legacy }), before).map((one) => one.headline);
    expect(headlines).toContain('., heroku, old.example:5432: Connections at peak: 12 → none.');
    const { Procfile: _, ...undeployed } = SHOP;
    const gone = compared((await lintFiles(undeployed)).projects, readBase(budgetJson(await projects()))!);
    expect(gone.map(({ because }) => because)).toContain('This change removes the deployment heroku.');
  });

  it('names processes that come and go, pools, and limits', async () => {
    expect(await change({ Procfile: 'worker: bundle exec sidekiq -c 5\n' })).toEqual([
      `Connections at peak: 12 → 5 of 97 usable${OPEN}`,
      'This change adds worker and removes web.',
    ]);
    const database = SHOP['config/database.yml'].replace('pool: 8', 'pool: 2');
    const limit = { maxConnections: [{ server: null, value: 50 }] };
    expect(await change({ 'config/database.yml': database }, limit)).toEqual([
      `Connections at peak: 12 → 8 of 47 usable (97 before)${OPEN}`,
      'This change lowers the primary pool of web from 8 to 2 (config/database.yml:4).',
    ]);
  });

  it('blames for one server only what connects to it', async () => {
    const files = (threads: number) => ({
      'config/puma.rb': `workers 4\nthreads ${threads}, ${threads}\n`,
      Procfile:
        'web: DATABASE_URL=postgres://a.shop.example/shop bundle exec puma\nworker: DATABASE_URL=postgres://b.shop.example/shop bundle exec sidekiq -c 5\n',
    });
    const base = readBase(budgetJson(await projects(files(3))))!;
    expect(compared(await projects(files(5)), base).map(({ because }) => because)).toEqual([
      'This change raises web threads from 3 to 5 (config/puma.rb:2).',
      null,
    ]);
  });

  it('says so where a number is not known any more', async () => {
    expect(await change({ 'config/puma.rb': 'workers Etc.nprocessors\nthreads 3, 3\n' })).toEqual([
      `Connections at peak: 12 → unknown of 97 usable${OPEN}`,
      'This change takes web workers from 4 to unknown (config/puma.rb:1).',
    ]);
  });

  it('counts the changes that do not fit a sentence', async () => {
    const options = { hosts: new Map([['web', 2]]) };
    const after = {
      'config/puma.rb': '# the shop\nworkers 5\nthreads 4, 4\n',
      'config/database.yml': 'production:\n  adapter: postgresql\n  database: shop\n  pool: 9\n',
      Procfile: 'web: bundle exec puma\nworker: bundle exec sidekiq -c 5\n',
    };
    const [, because] = await change(after, options);
    expect(because).toMatch(
      /^This change raises web hosts from 1 to 2, raises web workers from 4 to 5 .*, raises web threads from 3 to 4 .*, raises the primary pool of web from 8 to 9 .* and changes 1 more number\.$/,
    );
  });

  it('opens the text, the Markdown, the page and the JSON of the budget', async () => {
    const base = readBase(budgetJson(await projects()));
    const now = await projects({ 'config/puma.rb': 'workers 5\nthreads 3, 3\n' });
    expect(budget(now, { color: false, width: 200, base })).toMatch(/^Connections at peak: 12 → 15 of 97 usable/);
    expect(budgetMarkdown(now, base)).toMatch(
      /^\*\*Connections at peak: 12 → 15 of 97 usable.*\*\* This change raises/,
    );
    expect(budgetHtml(now, base)).toMatch(/<p class="strong">Connections at peak: 12 → 15 of 97 usable/);
    expect(JSON.parse(budgetJson(now, base)).comparison).toHaveLength(1);
  });
});

it('reads nothing else as a budget', () => {
  for (const text of ['', 'null', '[]', '{"version":2}', '{"version":1}', '{"version":1,"projects":[{}]}'])
    expect(readBase(text)).toBeNull();
});
