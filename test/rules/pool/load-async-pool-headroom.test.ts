import { describe, expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

const RULE = 'load-async-pool-headroom';
const CALLS = {
  'app/models/report.rb': 'class Report < ApplicationRecord\n  def self.all_of_them = where(a: 1).load_async\nend\n',
};

async function found(rails: string, executor: string, database: string, files: Record<string, string> = CALLS) {
  const { findings } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails }),
    'config/application.rb': `class Shop < Rails::Application\n  config.active_record.async_query_executor = ${executor}\nend\n`,
    'config/puma.rb': 'threads 3, 3\n',
    'config/database.yml': `production:\n  adapter: postgresql\n${database}`,
    ...files,
  });
  return findings.filter(({ rule }) => rule === RULE).map(concise);
}

describe(RULE, () => {
  it('asks for threads, four of the executor and one more', async () => {
    const line = `config/database.yml:3:9: warning ${RULE} web loads queries on 4 threads of their own, and its pool of 7 has no room for them`;
    expect(await found('8.0.2', ':global_thread_pool', '  pool: 7\n')).toEqual([line]);
    expect(await found('8.0.2', ':global_thread_pool', '  pool: 8\n')).toEqual([]);
  });

  it('is an info where no code loads anything asynchronously', async () => {
    expect(await found('8.0.2', ':global_thread_pool', '  pool: 5\n', {})).toEqual([
      `config/database.yml:3:9: info ${RULE} web loads queries on 4 threads of their own, and its pool of 5 has no room for them`,
    ]);
    const comment = { 'app/models/report.rb': 'class Report\n  # where(a: 1).load_async\nend\n' };
    expect((await found('8.0.2', ':global_thread_pool', '  pool: 5\n', comment))[0]).toContain('info');
  });

  it('asks for max_threads of the database where it has executors of its own', async () => {
    const own = (pool: number): string => `  pool: ${pool}\n  max_threads: 3\n`;
    expect(await found('8.0.2', ':multi_thread_pool', own(5))).toHaveLength(1);
    expect(await found('8.0.2', ':multi_thread_pool', own(6))).toEqual([]);
  });

  it('is an info where the executor grows with the pool, until Rails 8.1 bounds it', async () => {
    expect((await found('8.0.2', ':multi_thread_pool', '  pool: 20\n'))[0]).toContain('info');
    expect(await found('8.1.1', ':multi_thread_pool', '  pool: 20\n')).toEqual([]);
    expect((await found('8.1.1', ':multi_thread_pool', '  pool: 7\n'))[0]).toContain('warning');
  });

  it('says nothing before Rails 7.0, and where nobody knows the number', async () => {
    expect(await found('6.1.7', ':global_thread_pool', '  pool: 3\n')).toEqual([]);
    expect(await found('8.0.2', ':global_thread_pool', '  pool: <%= Settings.pool %>\n')).toEqual([]);
    expect(await found('8.0.2', 'Settings.executor', '  pool: 3\n')).toEqual([]);
  });
});
