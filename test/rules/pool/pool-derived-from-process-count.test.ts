import { describe, expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

const PUMA = 'threads_count = ENV.fetch("RAILS_MAX_THREADS", 5)\nthreads threads_count, threads_count\n';

async function found(pool: string, puma: string, files: Record<string, string> = {}): Promise<string[]> {
  const { findings } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
    'config/database.yml': `production:\n  adapter: postgresql\n  database: shop\n  pool: <%= ${pool} %>\n`,
    'config/puma.rb': puma,
    ...files,
  });
  return findings.filter(({ rule }) => rule === 'pool-derived-from-process-count').map(concise);
}

describe('pool-derived-from-process-count', () => {
  it('speaks of threads multiplied with processes', async () => {
    const pool = 'ENV.fetch("RAILS_MAX_THREADS", 5).to_i * ENV.fetch("WEB_CONCURRENCY", 2).to_i';
    expect(await found(pool, `${PUMA}workers ENV.fetch("WEB_CONCURRENCY", 2)\n`)).toEqual([
      'config/database.yml:4:9: warning pool-derived-from-process-count the pool of primary in web is computed from WEB_CONCURRENCY, a number of processes',
    ]);
  });

  it('knows a number of processes by what puma.rb does with it, whatever it is called', async () => {
    const pool = 'ENV.fetch("PUMA_WORKERS", 5)';
    expect(await found(pool, `${PUMA}workers ENV.fetch("PUMA_WORKERS", 2)\n`)).toHaveLength(1);
    expect(await found(pool, PUMA)).toEqual([]);
  });

  it('is silent where the same variable sizes the threads', async () => {
    const threads = 'threads 1, ENV.fetch("WEB_CONCURRENCY", 5)\nworkers 2\n';
    expect(await found('ENV.fetch("WEB_CONCURRENCY", 5)', threads)).toEqual([]);
  });

  it('knows the processes of Solid Queue', async () => {
    const { findings } = await lintFiles({
      'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2', solid_queue: '1.1.3' }),
      'config/database.yml':
        'production:\n  adapter: postgresql\n  database: shop\n  pool: <%= ENV.fetch("JOB_CONCURRENCY", 5) %>\n',
      'config/queue.yml':
        'production:\n  workers:\n    - threads: 3\n      processes: <%= ENV.fetch("JOB_CONCURRENCY", 1) %>\n',
    });
    expect(findings.map(({ rule }) => rule)).toContain('pool-derived-from-process-count');
  });
});
