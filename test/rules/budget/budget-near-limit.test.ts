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

  it('speaks of connections that are kept open used or not, from Rails 8.1 on', async () => {
    const kept = async (least: number, rails = '8.1.0') => {
      const size = rails.startsWith('8.1') ? 'max_connections' : 'pool';
      const { findings } = await lintFiles({
        'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '7.1.0', rails }),
        'config/puma.rb': 'workers 4\nthreads 5, 5\n',
        'config/database.yml': `production:\n  adapter: postgresql\n  ${size}: 5\n  min_connections: ${least}\n`,
        '.rails-pool-lint.yml': 'max_connections: 33\n',
      });
      return findings.filter(({ rule }) => rule === 'budget-near-limit').map(({ message }) => message);
    };
    // 4 processes before 30 usable connections.
    expect(await kept(3)).toEqual([]);
    expect(await kept(4)).toEqual(['the processes keep 16 of the 30 connections of primary open, used or not']);
    expect(await kept(4, '8.0.2')).toEqual([]);
  });

  it('counts the overhead, however much of the sum it is', async () => {
    expect(await near('0', 'overhead: 33\n')).toEqual([
      'config/puma.rb:1:9: warning budget-near-limit the processes want 5 of the 40 connections that primary has to give',
    ]);
  });
});
