import { describe, expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

const RULE = 'puma-io-threads-exceed-pool';
const MARKS = { 'app/controllers/slow_controller.rb': 'request.env["puma.mark_as_io_bound"].call\n' };

async function found(pool: string, files: Record<string, string> = MARKS, puma = '8.0.2') {
  const { findings } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma, rails: '8.0.2' }),
    'config/puma.rb': 'threads 3, 3\nmax_io_threads 4\n',
    'config/database.yml': `production:\n  adapter: postgresql\n  pool: ${pool}\n`,
    ...files,
  });
  return findings.filter(({ rule }) => rule === RULE).map(concise);
}

describe(RULE, () => {
  it('is a warning where the pool does not cover both', async () => {
    expect(await found('6')).toEqual([
      `config/database.yml:3:9: warning ${RULE} web can run 7 threads at once with 4 for marked requests, on a pool of 6`,
    ]);
    expect(await found('7')).toEqual([]);
  });

  it('says nothing where no request is marked, or where a comment only speaks of it', async () => {
    expect(await found('3', {})).toEqual([]);
    expect(await found('3', { 'app/controllers/slow_controller.rb': '# env["puma.mark_as_io_bound"].call\n' })).toEqual(
      [],
    );
  });

  it('says nothing before Puma 8, which does not start with it', async () => {
    expect(await found('3', MARKS, '7.2.1')).toEqual([]);
  });

  it('says nothing where nobody knows the pool', async () => {
    expect(await found('<%= Settings.pool %>')).toEqual([]);
  });
});
