import { describe, expect, it } from 'vitest';
import { upgradeOf, type Upgrade } from '../../src/lint/upgrade.ts';
import { budget } from '../../src/report/budget.ts';
import { budgetJson } from '../../src/report/budget_json.ts';
import { budgetMarkdown } from '../../src/report/budget_markdown.ts';
import { budgetHtml } from '../../src/report/html/budget.ts';
import { lintHtml } from '../../src/report/html/lint.ts';
import { json } from '../../src/report/json.ts';
import { markdown } from '../../src/report/markdown.ts';
import { upgradeLines } from '../../src/report/upgrade.ts';
import { lint } from '../cli/apps.ts';
import { folder } from '../cli/terminals.ts';
import { lintFiles, lockfile } from '../support/lint.ts';

type Gems = Record<string, string>;

const DATABASE = 'production:\n  adapter: postgresql\n  database: shop\n';
const EMPTY = `${DATABASE}  pool: <%= ENV["DB_POOL"] %>\n`;

function shop(database: string, gems: Gems = {}, more: Record<string, string> = {}): Record<string, string> {
  return {
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2', ...gems }),
    'config/puma.rb': 'threads 3, 3\n',
    'config/database.yml': database,
    Procfile: 'web: bundle exec puma\n',
    ...more,
  };
}

async function upgrade(files: Record<string, string>, versions: Gems): Promise<Upgrade> {
  const assume = new Map(Object.entries(versions));
  return upgradeOf(await lintFiles(files), await lintFiles(files, { assume }), assume);
}

async function told(files: Record<string, string>, versions: Gems): Promise<readonly string[]> {
  return upgradeLines(await upgrade(files, versions), 200, (text) => text).map((line) => line.trim());
}

describe('an upgrade', () => {
  it('names pools that lose their bound, with the line that does it', async () => {
    expect(await told(shop(EMPTY), { rails: '8.1.1' })).toEqual([
      'With Rails 8.1.1 (now 8.0.2):',
      'pool of primary in web: 5 → unlimited (config/database.yml:4)',
      'new warning[pool-unlimited]: the pool of primary in web has no bound (config/database.yml:4:9)',
      "gone info[env-without-fallback]: pool reads DB_POOL, which nothing sets for web: the size is 5, Active Record's default (config/database.yml:4:9)",
    ]);
  });

  it('names boots that raise', async () => {
    const lines = await told(shop(`${DATABASE}  pool: 5\n  max_connections: 10\n`), { rails: '8.1.1' });
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^new error\[pool-and-max-connections-conflict\]: Rails raises: .* \(config\/database.yml:5:20\)$/,
      ),
    );
  });

  it('names findings that grow worse', async () => {
    const files = shop(
      `${DATABASE}  pool: 3\n`,
      { solid_queue: '1.1.0' },
      {
        Procfile: 'web: bundle exec puma\njobs: bin/jobs\n',
        'config/queue.yml': 'production:\n  workers:\n    - threads: 5\n',
      },
    );
    expect(await told(files, { solid_queue: '1.1.1' })).toEqual([
      'With Solid Queue 1.1.1 (now 1.1.0):',
      'warning → error[pool-smaller-than-solid-queue]: a Solid Queue worker of jobs needs 7 connections of primary, its pool has 3 (config/database.yml:4:9)',
    ]);
  });

  it('names threads and connections that become others', async () => {
    const files = shop(`${DATABASE}  pool: 20\n`, { puma: '4.3.12' }, { 'config/puma.rb': '# the defaults\n' });
    expect(await told(files, { puma: '6.6.0' })).toEqual([
      'With Puma 6.6.0 (now 4.3.12):',
      'threads of web: 16 → 5',
      'connections of primary: 16 → 5',
    ]);
  });

  it('says that nothing changes', async () => {
    expect(await told(shop(`${DATABASE}  pool: 5\n`), { rails: '8.1.1', puma: '7.0.4' })).toEqual([
      'With Rails 8.1.1 (now 8.0.2) and Puma 7.0.4 (now 6.6.0) no number changes, and no finding comes or goes.',
    ]);
  });

  it('counts what happens alike in several processes once', async () => {
    const files = shop(
      EMPTY,
      { sidekiq: '7.3.9' },
      { Procfile: 'web: bundle exec puma\nworker: bundle exec sidekiq -c 5\n' },
    );
    const { changes } = await upgrade(files, { rails: '8.1.1' });
    expect(changes.map(({ kind, processes, of }) => [kind, processes, of])).toEqual([
      ['pool', ['web', 'worker'], 'primary'],
    ]);
  });

  it('does not take an ignore that is not judged for one that is needed', async () => {
    const text = `${DATABASE}  pool: 5 # rails-pool-lint: ignore[parse-error] -- a\n`;
    expect((await lintFiles(shop(text))).findings.map(({ rule }) => rule)).toEqual(['unused-ignore']);
    expect(await told(shop(text), { rails: '8.0.3' })).toHaveLength(1);
  });
});

describe('every report that people or scripts read', () => {
  it('has it as JSON, in lint and budget alike, and no word of it without an assumed version', async () => {
    const result = await lintFiles(shop(EMPTY));
    const changed = await upgrade(shop(EMPTY), { rails: '8.1.1' });
    const tool = { name: 'rails-pool-lint', version: '0' };
    const own: Record<string, unknown> = JSON.parse(json(result, { tool, upgrade: changed })).upgrade;
    expect(own).toEqual(JSON.parse(budgetJson(result.projects, null, changed)).upgrade);
    expect(own).toMatchObject({
      gems: [{ gem: 'rails', from: ['8.0.2'], to: '8.1.1' }],
      changes: [{ kind: 'pool', processes: ['web'], of: 'primary', from: { value: 5 }, to: { value: 'unlimited' } }],
      appearing: [{ rule: 'pool-unlimited', severity: 'warning', before: null, file: 'config/database.yml', line: 4 }],
      disappearing: [{ rule: 'env-without-fallback' }],
    });
    expect(JSON.parse(json(result, { tool }))).not.toHaveProperty('upgrade');
    expect(JSON.parse(budgetJson(result.projects))).not.toHaveProperty('upgrade');
  });

  it('has it as text and Markdown', async () => {
    const { projects, ...result } = await lintFiles(shop(EMPTY));
    const changed = await upgrade(shop(EMPTY), { rails: '8.1.1' });
    const line = 'pool of primary in web: 5 → unlimited (config/database.yml:4)';
    expect(budget(projects, { color: false, width: 100, upgrade: changed })).toContain(
      `With Rails 8.1.1 (now 8.0.2):\n   ${line}\n`,
    );
    expect(budgetMarkdown(projects, null, changed)).toContain('- pool of primary in web: 5 → unlimited');
    expect(markdown({ projects, ...result }, { failLevel: 'warning', upgrade: changed })).toContain(
      '**With Rails 8.1.1',
    );
  });

  it('has it as HTML', async () => {
    const result = await lintFiles(shop(EMPTY));
    const changed = await upgrade(shop(EMPTY), { rails: '8.1.1' });
    for (const page of [
      budgetHtml(result.projects, null, changed),
      lintHtml(result, { failLevel: 'warning', upgrade: changed }),
    ]) {
      expect(page).toContain('<p class="strong">With Rails 8.1.1 (now 8.0.2):</p>');
      expect(page).toContain('<li>pool of primary in web: 5 → unlimited (config/database.yml:4)</li>');
    }
    expect(budgetHtml(result.projects)).not.toContain('<li>');
  });

  it('stands before the last lines of a lint with --assume', async () => {
    const cwd = folder(shop(EMPTY));
    const { out } = await lint(cwd, ['--assume', 'rails=8.1.1']);
    expect(out).toMatch(
      /\nWith Rails 8\.1\.1 \(now 8\.0\.2\):\n {3}pool of primary in web: 5 → unlimited .*\n(?: {3}.*\n)+\n1 warning/,
    );
    expect((await lint(cwd, [])).out).not.toContain('(now');
    expect((await lint(cwd, ['--assume', 'rails=8.1.1', '--quiet'])).out).not.toContain('(now');
  });
});
