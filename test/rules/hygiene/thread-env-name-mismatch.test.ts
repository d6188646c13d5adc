import { describe, expect, it } from 'vitest';
import { lintFiles, lockfile } from '../../support/lint.ts';

async function found(pool: string, set: string, threads = 'ENV.fetch("RAILS_MAX_THREADS", 5)'): Promise<string[]> {
  const { findings } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
    'config/database.yml': `production:\n  adapter: postgresql\n  pool: <%= ${pool} %>\n`,
    'config/puma.rb': `max = ${threads}\nmin = ENV.fetch("RAILS_MIN_THREADS") { max }\nthreads min, max\n`,
    Procfile: `web: ${set} bundle exec puma\n`,
  });
  return findings
    .filter(({ rule }) => rule === 'thread-env-name-mismatch')
    .map(({ severity, message }) => `${severity} ${message}`);
}

const DB_POOL = 'ENV.fetch("DB_POOL", 5)';
const MISMATCH = 'the threads of web follow RAILS_MAX_THREADS, its pool follows DB_POOL';

describe('thread-env-name-mismatch', () => {
  it('warns where the threads were raised and the pool was not', async () => {
    expect(await found(DB_POOL, 'RAILS_MAX_THREADS=10')).toEqual([`warning ${MISMATCH}`]);
  });

  it('warns where a variable named for threads sizes the pool alone', async () => {
    expect(await found('ENV.fetch("MAX_THREADS", 5)', 'MAX_THREADS=10')).toEqual([
      'warning the threads of web follow RAILS_MAX_THREADS, its pool follows MAX_THREADS',
    ]);
  });

  it('informs where nothing sets either', async () => {
    expect(await found(DB_POOL, '')).toEqual([`info ${MISMATCH}`]);
  });

  it('is silent about a pool that is given room, and where both are set', async () => {
    expect(await found(DB_POOL, 'DB_POOL=20')).toEqual([]);
    expect(await found(DB_POOL, 'RAILS_MAX_THREADS=4')).toEqual([]);
    expect(await found(DB_POOL, 'DB_POOL=10 RAILS_MAX_THREADS=10')).toEqual([]);
  });

  it('accepts a chain of fallbacks that has the variable of the threads in it', async () => {
    expect(await found('ENV["DB_POOL"] || ENV["RAILS_MAX_THREADS"] || 5', 'RAILS_MAX_THREADS=10')).toEqual([]);
    expect(await found('ENV["DB_POOL"] || ENV["RAILS_MAX_THREADS"] || 5', '')).toEqual([]);
  });
});
