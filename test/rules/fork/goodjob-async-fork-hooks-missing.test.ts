import { describe, expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

const RULE = 'goodjob-async-fork-hooks-missing';

async function found(puma: string, options: { version?: string; command?: string; mode?: string } = {}) {
  const { version = '6.6.0', command = 'bundle exec puma', mode = 'async' } = options;
  const { findings, verdicts } = await lintFiles({
    'Gemfile.lock': lockfile({ good_job: '4.10.2', pg: '1.5.9', puma: version, rails: '8.0.2' }),
    Procfile: `web: ${command}\n`,
    'config/application.rb':
      'class Shop < Rails::Application\n  config.active_job.queue_adapter = :good_job\n' +
      `  config.good_job = { execution_mode: :${mode}, max_threads: 2, queues: "*" }\nend\n`,
    'config/puma.rb': `threads 3, 3\n${puma}`,
    'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 20\n',
  });
  return { own: findings.filter(({ rule }) => rule === RULE).map(concise), verdicts };
}

describe(RULE, () => {
  it('is a warning where the app is in the master and nothing restarts GoodJob', async () => {
    expect((await found('workers 2\npreload_app!\n')).own).toEqual([
      `config/puma.rb:2:9: warning ${RULE} web starts GoodJob's 2 threads in the master, and its 2 workers fork without them`,
    ]);
  });

  it('follows what preloads: Puma 7 by default, rails server always', async () => {
    expect((await found('workers 2\n')).own).toEqual([]);
    expect((await found('workers 2\n', { version: '7.0.4' })).own).toHaveLength(1);
    expect((await found('workers 2\n', { command: 'bin/rails server' })).own).toHaveLength(1);
  });

  it('is silent with a hook, in single mode, and where jobs run elsewhere', async () => {
    expect((await found('workers 2\npreload_app!\non_worker_boot { GoodJob.restart }\n')).own).toEqual([]);
    expect((await found('workers 0\npreload_app!\n')).own).toEqual([]);
    expect((await found('workers 2\npreload_app!\n', { mode: 'external' })).own).toEqual([]);
  });

  it('cannot tell where nobody knows how many workers there are', async () => {
    const { own, verdicts } = await found('workers Etc.nprocessors\npreload_app!\n');
    expect(own).toEqual([]);
    expect(verdicts.unknown).toBeGreaterThan(0);
  });
});
