import { describe, expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

const RULE = 'consumer-concurrency-exceeds-pool';

async function found(pool: string, command = 'bundle exec good_job start') {
  const { findings, projects } = await lintFiles({
    'Gemfile.lock': lockfile({ good_job: '4.10.2', pg: '1.5.9', puma: '6.6.0', rails: '7.1.5' }),
    Procfile: `web: bundle exec puma -t 3:3\nworker: ${command}\n`,
    'config/database.yml': `production:\n  adapter: postgresql\n  pool: ${pool}\n`,
  });
  const own = findings.filter(({ rule }) => rule === RULE).map(concise);
  const worker = projects[0]!.processes.find(({ name }) => name === 'worker')!;
  return { own, pool: worker.pools[0]! };
}

describe(RULE, () => {
  it('is a warning where job threads find no connection', async () => {
    expect((await found('7', 'good_job start --max-threads=8')).own).toEqual([
      `config/database.yml:3:9: warning ${RULE} worker runs 8 threads on a pool of 7`,
    ]);
  });

  it('is an info where job threads fit and the heartbeat does not, and nothing where both do', async () => {
    const tight = await found('9', 'good_job start --max-threads=8');
    expect(tight.own).toEqual([
      `config/database.yml:3:9: info ${RULE} the pool of 9 in worker has no room for GoodJob's heartbeat and cron beside its job threads`,
    ]);
    expect(tight.pool.verdict.kind).toBe('holds');
    expect((await found('10', 'good_job start --max-threads=8')).own).toEqual([]);
  });

  it('is no error on a guess: a default that a variable may replace is medium', async () => {
    expect((await found('4')).own).toEqual([
      `config/database.yml:3:9: warning ${RULE} worker runs 5 threads on a pool of 4`,
    ]);
  });

  it('says nothing where the number is not known', async () => {
    const { own, pool } = await found('<%= Settings.pool %>');
    expect(own).toEqual([]);
    expect(pool.verdict.kind).toBe('unknown');
  });
});

it('asks for a size with which the heartbeat and cron find room too', async () => {
  const { findings } = await lintFiles({
    'Gemfile.lock': lockfile({ good_job: '4.10.2', pg: '1.5.9', rails: '8.0.2' }),
    Procfile: 'worker: good_job start --max-threads=8\n',
    'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 4\n',
  });
  expect(findings.find(({ rule }) => rule === RULE)).toMatchObject({ snippet: 'pool: 10' });
});

describe('what a job of GoodJob keeps its connection for', () => {
  const consequence = async (strategy: string, rails: string): Promise<unknown> => {
    const { findings } = await lintFiles({
      'Gemfile.lock': lockfile({ good_job: '4.19.2', pg: '1.5.9', rails }),
      Procfile: 'worker: good_job start --max-threads=8\n',
      'config/application.rb': `module Shop\n  class Application < Rails::Application\n    config.good_job.lock_strategy = ${strategy}\n  end\nend\n`,
      'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 4\n',
    });
    return findings.find(({ rule }) => rule === RULE)?.consequence;
  };

  it('is its advisory lock', async () => {
    expect(await consequence(':advisory', '8.0.2')).toContain('for its advisory lock');
    expect(await consequence(':hybrid', '8.0.2')).toContain('for its advisory lock');
  });

  it('is nothing that GoodJob asks for with skiplocked: only what Rails keeps', async () => {
    expect(await consequence(':skiplocked', '8.0.2')).toContain('in a transaction or hold a connection at once');
    expect(await consequence(':skiplocked', '7.1.5')).toContain('hold one to the end of their job');
  });
});
