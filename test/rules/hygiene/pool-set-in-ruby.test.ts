import { expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

const BASE = 'ActiveRecord::Base';

async function lint(ruby: string, files: Record<string, string> = {}): ReturnType<typeof lintFiles> {
  return lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '7.1.5' }),
    'config/puma.rb': 'threads 8, 8\n',
    'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 8\n',
    'config/initializers/pool.rb': ruby,
    ...files,
  });
}

it('reports the call, and the rules for pools judge the size it sets, at the number it sets', async () => {
  const { findings } = await lint(
    `${BASE}.establish_connection(${BASE}.connection_db_config.configuration_hash.merge(pool: 6))\n`,
  );
  expect(findings.map(concise)).toEqual([
    'config/initializers/pool.rb:1:112: error pool-smaller-than-puma-threads web runs 8 threads on a pool of 6',
    'config/initializers/pool.rb:1:1: info pool-set-in-ruby Ruby sets the pool of primary in web to 6: database.yml does not decide it',
  ]);
  expect(findings[0]).toMatchObject({
    snippet: 'pool: 8',
    advice: 'Ruby sets the size, not the file: change it there to',
  });
});

it('says the size to change in the Ruby that sets it', async () => {
  const snippet = async (set: string, rails = '6.0.6') => {
    const { findings } = await lint(
      `config = ${BASE}.configurations[Rails.env]\n${set}\n${BASE}.establish_connection(config)\n`,
      {
        'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails }),
      },
    );
    return findings.find(({ rule }) => rule === 'pool-smaller-than-puma-threads')?.snippet;
  };
  expect(await snippet("config['pool']      = ENV['DB_POOL'] || 6")).toBe("config['pool'] = 8");
  expect(await snippet('config["pool"] = 6')).toBe('config["pool"] = 8');
  expect(await snippet('config = config.merge("pool" => 6)')).toBe('"pool" => 8');
  expect(await snippet('size = 6\nconfig["pool"] = size')).toBe('pool: 8');
});

it('says that a size is not known where it cannot be followed, and no rule judges it', async () => {
  const { findings, unresolved } = await lint(`${BASE}.establish_connection(Settings.database)\n`);
  expect(findings.map(concise)).toEqual([
    'config/initializers/pool.rb:1:1: info pool-set-in-ruby Ruby may set the pool of primary in web: its size is not known',
  ]);
  expect(unresolved.map(({ what }) => what)).toEqual(['pool of primary in web']);
});

it('reports a hook that every worker of a cluster runs', async () => {
  const hook = `workers 2\nthreads 8, 8\non_worker_boot { ${BASE}.establish_connection(${BASE}.connection_db_config.configuration_hash.merge(pool: 9)) }\n`;
  const { findings } = await lint('', { 'config/puma.rb': hook });
  expect(findings.map(({ rule, message }) => [rule, message])).toContainEqual([
    'pool-set-in-ruby',
    'Ruby sets the pool of primary in web to 9: database.yml does not decide it',
  ]);
});

it('is silent where the connection keeps its size', async () => {
  for (const call of ['', '(:production)', `(${BASE}.connection_db_config)`]) {
    expect((await lint(`${BASE}.establish_connection${call}\n`)).findings).toEqual([]);
  }
});

it('is silent about a size that an output of database.yml leaves unknown', async () => {
  const yaml = 'production:\n  adapter: postgresql\n  pool: <%= Etc.nprocessors %>\n';
  expect((await lint('', { 'config/database.yml': yaml })).findings).toEqual([]);
});
