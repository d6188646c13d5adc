import { describe, expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

/** Puma with so many workers of 5 threads, before a server with 40 usable connections. */
async function near(workers: string, configuration: string): Promise<readonly string[]> {
  const { findings } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
    'config/puma.rb': `workers ${workers}\nthreads 5, 5\n`,
    'config/database.yml': 'production:\n  adapter: postgresql\n  database: shop\n  pool: 5\n',
    '.rails-pool-lint.yml': `max_connections: 43\n${configuration}`,
  });
  return findings.map(concise);
}

describe('budget-near-limit', () => {
  it('speaks above 80 % of what is usable, and not at 80 %', async () => {
    expect(await near('6', 'overhead: 3\n')).toEqual([
      'config/puma.rb:1:9: warning budget-near-limit the processes want 30 of the 40 connections that primary has to give',
    ]);
    expect(await near('6', 'overhead: 2\n')).toEqual([]);
  });

  it('leaves what does not fit to the rule for that', async () => {
    expect(await near('7', 'overhead: 5\n')).toEqual([expect.stringContaining('budget-near-limit')]);
    expect(await near('7', 'overhead: 6\n')).toEqual([expect.stringContaining('budget-exceeds-max-connections')]);
  });

  it('says nothing where nobody knows how many processes there are', async () => {
    expect(await near('Settings.workers', '')).toEqual([]);
  });

  it('counts the overhead, however much of the sum it is', async () => {
    expect(await near('0', 'overhead: 33\n')).toEqual([
      'config/puma.rb:1:9: warning budget-near-limit the processes want 5 of the 40 connections that primary has to give',
    ]);
  });
});
