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

  it('tells of pools that follow one variable together, unless one was left behind', async () => {
    const files = (set: string) => ({
      'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
      'config/database.yml':
        'production:\n  primary: { adapter: postgresql, pool: <%= ENV.fetch("DB_POOL", 9) %> }\n' +
        '  orders:\n    adapter: postgresql\n    pool: <%= ENV.fetch("DB_POOL", 9) %>\n',
      'app/models/order.rb': 'class Order < ActiveRecord::Base\n  connects_to database: { writing: :orders }\nend\n',
      'config/puma.rb': 'threads 1, ENV.fetch("RAILS_MAX_THREADS", 3)\n',
      Procfile: `web: ${set} bundle exec puma\n`,
    });
    const all = async (set: string) =>
      (await lintFiles(files(set))).findings.filter(({ rule }) => rule === 'thread-env-name-mismatch');
    const [one, ...more] = await all('');
    expect([one?.message, one?.snippet, more]).toEqual([
      'the threads of web follow RAILS_MAX_THREADS, its pools of primary and orders follow DB_POOL',
      // No smaller than it is.
      'pool: <%= ENV.fetch("DB_POOL") { ENV.fetch("RAILS_MAX_THREADS", 9) } %>',
      [],
    ]);
    expect(one?.related.map(({ message }) => message)).toEqual([
      'the threads follow RAILS_MAX_THREADS',
      'that of orders follows DB_POOL too',
    ]);
    expect((await all('RAILS_MAX_THREADS=12')).map(({ severity }) => severity)).toEqual(['warning', 'warning']);
  });

  it('lets the threads follow what is set where they were left behind', async () => {
    const { findings } = await lintFiles({
      'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
      'config/database.yml': 'production:\n  adapter: postgresql\n  pool: <%= ENV.fetch("RAILS_MAX_THREADS", 5) %>\n',
      'config/puma.rb': 'count = ENV.fetch("MAX_THREADS", 5)\nthreads count, count\n',
      Procfile: 'web: RAILS_MAX_THREADS=10 bundle exec puma\n',
    });
    expect(findings.map(({ advice, snippet }) => [advice, snippet])).toEqual([
      ['let the threads follow RAILS_MAX_THREADS, at config/puma.rb:1:', 'ENV.fetch("RAILS_MAX_THREADS", 5)'],
    ]);
  });
});
