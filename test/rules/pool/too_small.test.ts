import { describe, expect, it } from 'vitest';
import { lintFiles, lockfile } from '../../support/lint.ts';

async function arithmetic(files: Record<string, string>): Promise<readonly (string | null)[][]> {
  const { findings } = await lintFiles({
    'config/database.yml': 'production: { adapter: postgresql, database: shop, pool: 5 }\n',
    ...files,
  });
  return findings.map(({ rule, arithmetic: sum, snippet }) => [rule, sum, snippet]);
}

describe('the arithmetic of a pool that is too small', () => {
  it('adds up what the advice asks for, jobs inside the process too', async () => {
    const found = await arithmetic({
      'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '5.5.0', rails: '7.1.5', sucker_punch: '3.2.0' }),
      'config/puma.rb': 'threads 0, 16\n',
      'config/environments/production.rb':
        'Rails.application.configure do\n  config.active_job.queue_adapter = :sucker_punch\nend\n',
    });
    expect(found).toEqual([
      [
        'pool-smaller-than-puma-threads',
        'pool 5 < 16 request threads + 2 job threads = 18, in every process of web',
        'pool: 18',
      ],
    ]);
  });

  it('names the process that needs more of the same number', async () => {
    const found = await arithmetic({
      'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '7.1.5', sidekiq: '7.3.7' }),
      Procfile: 'web: bundle exec puma -t 8:8\nworker: bundle exec sidekiq -c 25\n',
    });
    expect(found[0]).toEqual([
      'pool-smaller-than-puma-threads',
      'pool 5 < 8 threads, in every process of web; the same size has to do for 25 in worker',
      'pool: 25',
    ]);
  });
});
