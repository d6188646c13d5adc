import { describe, expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

async function lint(puma: string, configuration = 'max_connections: 40\n', gem = '7.2.0') {
  return lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: gem, rails: '8.0.2' }),
    'config/puma.rb': `${puma}\nthreads 5, 5\n`,
    'config/database.yml': 'production:\n  adapter: postgresql\n  database: shop\n  pool: 5\n',
    '.rails-pool-lint.yml': configuration,
  });
}

const CLAIM = 'process-count-not-bounded as many processes of web as the machine has processors';

describe('process-count-not-bounded', () => {
  it('speaks of every way to count processors', async () => {
    for (const count of ['Etc.nprocessors', ':auto']) {
      const { findings } = await lint(`workers ${count}`);
      expect(findings.map(concise)).toEqual([expect.stringContaining(`config/puma.rb:1:9: warning ${CLAIM}`)]);
    }
  });

  it('is as sure as the variable that is not set', async () => {
    const { findings } = await lint('workers ENV.fetch("WEB_CONCURRENCY") { Etc.nprocessors }');
    expect(findings.map(({ confidence }) => confidence)).toEqual(['medium']);
    expect((await lint('workers Etc.nprocessors')).findings.map(({ confidence }) => confidence)).toEqual(['high']);
  });

  it('is silent where the number is stated, and where the limit is not', async () => {
    expect((await lint('workers 2')).findings).toEqual([]);
    expect((await lint('workers Etc.nprocessors', 'cpus: 4\nmax_connections: 40\n')).findings).toEqual([]);
    expect((await lint('workers Etc.nprocessors', 'overhead: 3\n')).findings).toEqual([]);
  });

  it('says nothing of a number that is unknown for another reason', async () => {
    expect((await lint('workers Settings.workers')).findings).toEqual([]);
  });
});
