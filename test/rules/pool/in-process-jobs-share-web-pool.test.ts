import { describe, expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

const RULE = 'in-process-jobs-share-web-pool';

async function found(rails: string, pool: string, lines: string, more: Record<string, string> = {}) {
  const result = await lintFiles({
    'Gemfile.lock': lockfile({ good_job: '4.10.2', pg: '1.5.9', puma: '6.6.0', rails }),
    'config/application.rb': `class Shop < Rails::Application\n${lines}end\n`,
    'config/puma.rb': 'threads 3, 3\n',
    'config/database.yml': `production:\n  adapter: postgresql\n  pool: ${pool}\n`,
    ...more,
  });
  const own = result.findings.filter(({ rule }) => rule === RULE).map(concise);
  const web = result.projects[0]!.processes.find(({ name }) => name === 'web')!;
  const [first] = web.pools;
  return { own, web, first: first!, verdicts: result.verdicts };
}

const ASYNC =
  '  config.active_job.queue_adapter = :good_job\n  config.good_job.execution_mode = :async\n  config.good_job.max_threads = 4\n  config.good_job.queues = "*"\n';

describe(RULE, () => {
  it('is an error where a request holds its connection to the end', async () => {
    expect((await found('7.1.5', '6', ASYNC)).own).toEqual([
      `config/database.yml:3:9: error ${RULE} web runs GoodJob inside: requests and jobs need 7 connections of a pool of 6`,
    ]);
    expect((await found('7.2.2', '6', ASYNC)).own[0]).toContain('warning');
  });

  it('is an info where only the heartbeat and cron find no room', async () => {
    const { own, first } = await found('8.0.2', '7', ASYNC);
    expect(own).toEqual([
      `config/database.yml:3:9: info ${RULE} the pool of 7 in web has no room for GoodJob's heartbeat and cron beside its other threads`,
    ]);
    expect(first.verdict.kind).toBe('holds');
    expect(first.threads.known && first.threads.value).toBe(9);
  });

  it('counts the listener beside the pool, once per process', async () => {
    const { first, web } = await found('8.0.2', '20', ASYNC, { 'config/puma.rb': 'threads 3, 3\nworkers 2\n' });
    expect(first.outside).toBe(1);
    expect(first.demand.known && first.demand.value).toBe(2 * (9 + 1));
    expect(web.inside).toMatchObject([{ system: 'good_job', threads: { value: 4 } }]);
  });

  it('cannot tell where the mode is decided by code', async () => {
    const lines =
      '  config.active_job.queue_adapter = :good_job\n  config.good_job.execution_mode = Settings.mode ? :async : :external\n';
    const { own, first } = await found('8.0.2', '5', lines);
    expect(own).toEqual([]);
    expect(first.verdict.kind).toBe('unknown');
  });

  it('says nothing of jobs that run elsewhere', async () => {
    const { own, web } = await found('8.0.2', '3', '  config.active_job.queue_adapter = :good_job\n');
    expect(own).toEqual([]);
    expect(web.inside).toEqual([]);
  });

  it('speaks of Solid Queue inside a single Puma', async () => {
    const { own } = await found('8.0.2', '5', '', {
      'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2', solid_queue: '1.3.2' }),
      'config/puma.rb': 'threads 3, 3\nplugin :solid_queue\nsolid_queue_mode :async\n',
      'config/queue.yml': 'production:\n  workers:\n    - threads: 2\n',
    });
    expect(own).toEqual([
      `config/database.yml:3:9: warning ${RULE} web runs Solid Queue inside: requests and jobs need 10 connections of a pool of 5`,
    ]);
  });

  it.each([
    ['async_all', '6', 'its own threads and these jobs need 7 connections of a pool of 6'],
    ['async_all', '7', null],
    ['async', '6', null],
  ])('in the mode %s, on a pool of %s, says of a Sidekiq process: %s', async (mode, pool, message) => {
    const result = await lintFiles({
      'Gemfile.lock': lockfile({ good_job: '4.19.2', pg: '1.5.9', rails: '8.0.2', sidekiq: '7.3.9' }),
      'config/application.rb': `class Shop < Rails::Application\n${ASYNC.replace(':async', `:${mode}`)}end\n`,
      'config/database.yml': `production:\n  adapter: postgresql\n  pool: ${pool}\n`,
      Procfile: 'worker: bundle exec sidekiq -c 3\n',
    });
    const own = result.findings.filter(({ rule, severity }) => rule === RULE && severity !== 'info');
    expect(own.map((finding) => finding.message)).toEqual(
      message === null ? [] : [`worker runs GoodJob inside: ${message}`],
    );
  });
});
