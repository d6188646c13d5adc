import { describe, expect, it } from 'vitest';
import { database, limit, said } from './app.ts';

// What a guide to Puma's workers, threads and pools says, and what is so.

const FIVE = 'pool: <%= ENV.fetch("RAILS_MAX_THREADS") { 5 } %>';

describe('workers and threads of Puma', () => {
  it('forks as many processes as `workers` says, each with a pool of its own', async () => {
    const { pools, rules } = await said(
      {},
      {
        'config/puma.rb': 'workers 2\nthreads 2, 2\n',
        'config/database.yml': database('pool: 2'),
        Procfile: 'web: bundle exec puma\n',
      },
    );
    expect(pools).toEqual(['web web primary: 2 copies, pool 2, 2 threads, demand 4']);
    expect(rules).toEqual([]);
  });

  it('is content with a pool of 5 for 5 threads, however many workers there are', async () => {
    for (const workers of [0, 1, 8]) {
      const { rules } = await said(
        {},
        { 'config/puma.rb': `workers ${workers}\nthreads 5, 5\n`, 'config/database.yml': database('pool: 5') },
      );
      expect(rules).toEqual([]);
    }
  });

  it('starves threads where the pool counts workers instead', async () => {
    const { rules, text } = await said(
      {},
      { 'config/puma.rb': 'workers 2\nthreads 5, 5\n', 'config/database.yml': database('pool: 2') },
    );
    expect(rules).toEqual(['warning pool-smaller-than-puma-threads']);
    expect(text).toContain('pool 2 < 5 threads');
  });

  it('speaks of a pool of connections, never of a pool of threads', async () => {
    const { text } = await said({}, { 'config/puma.rb': 'threads 5, 5\n', 'config/database.yml': database('pool: 2') });
    expect(text).toContain('connection');
    expect(text).not.toContain('pool of threads');
  });

  it.each([
    ['7.1.5', '5'],
    ['7.2.2', '3'],
  ])('reads the fallback that Rails %s writes into puma.rb: %s', async (rails, threads) => {
    const puma = `threads_count = ENV.fetch("RAILS_MAX_THREADS") { ${threads} }\nthreads threads_count, threads_count\n`;
    const { pools, rules } = await said({ rails }, { 'config/puma.rb': puma, 'config/database.yml': database(FIVE) });
    expect(pools).toEqual([`web web primary: 1 copies, pool 5, ${threads} threads, demand ${threads}`]);
    expect(rules).toEqual([]);
  });

  it('sees 20 threads on a pool of 5 where only puma.rb knows of the 20', async () => {
    const puma = 'threads 20, 20\n';
    const { rules, text } = await said({}, { 'config/puma.rb': puma, 'config/database.yml': database(FIVE) });
    expect(rules).toEqual(['warning pool-smaller-than-puma-threads']);
    expect(text).toContain('pool 5 < 20 threads');
  });

  it('sees nothing wrong where RAILS_MAX_THREADS=20 reaches both files', async () => {
    const { pools, rules } = await said(
      {},
      {
        Procfile: 'web: RAILS_MAX_THREADS=20 bundle exec puma\n',
        'config/puma.rb': 'threads ENV.fetch("RAILS_MAX_THREADS") { 5 }\n',
        'config/database.yml': database(FIVE),
      },
    );
    expect(pools).toEqual(['web web primary: 1 copies, pool 20, 20 threads, demand 20']);
    expect(rules).toEqual([]);
  });
});

describe('the limit of PostgreSQL', () => {
  const hundred = {
    Procfile: 'web: bundle exec puma\n',
    'config/puma.rb': 'workers 5\nthreads 20, 20\n',
    'config/database.yml': database('pool: 20'),
  };

  it('counts 5 workers × 20 threads as 100', async () => {
    expect((await said({}, hundred)).servers).toEqual(['demand 100, ceiling 100, usable ?']);
  });

  it('does not fit 100 connections into max_connections = 100: three are reserved', async () => {
    const { servers, rules, text } = await said(
      {},
      { ...hundred, 'config/postgresql.conf': 'max_connections = 100\n' },
      { hosts: new Map([['web', 1]]) },
    );
    expect(servers).toEqual(['demand 100, ceiling 100, usable 97']);
    expect(rules).toEqual(['warning budget-exceeds-max-connections']);
    expect(text).toContain('97');
  });

  it('reads the limit from the command of a compose service', async () => {
    const compose = [
      'services:',
      '  web:',
      '    build: .',
      '    command: bundle exec puma',
      '    environment:',
      '      RAILS_ENV: production',
      '      DATABASE_URL: postgres://shop@db/shop',
      '  db:',
      '    image: postgres:17',
      '    command: postgres -c max_connections=60',
      '',
    ].join('\n');
    const { servers, rules } = await said({}, { ...hundred, Procfile: '', 'compose.yaml': compose });
    expect(servers).toEqual(['demand 100, ceiling 100, usable 57']);
    expect(rules).toEqual(['error budget-exceeds-max-connections']);
  });

  const withJobs = { ...hundred, Procfile: 'web: bundle exec puma\nworker: bundle exec sidekiq -c 5\n' };

  it('adds Sidekiq: workers × threads + processes × concurrency', async () => {
    expect((await said({ sidekiq: '7.3.9' }, withJobs)).servers).toEqual(['demand 105, ceiling 120, usable ?']);
  });

  it('is too small at 105, which is the demand alone, just fits at 111, and has a fifth to spare at 138', async () => {
    const of = async (value: number) =>
      (
        await said({ sidekiq: '7.3.9' }, withJobs, {
          ...limit(value),
          hosts: new Map([
            ['web', 1],
            ['worker', 1],
          ]),
        })
      ).rules;
    expect(await of(105)).toEqual(['error budget-exceeds-max-connections']);
    // 105 + 3 for console and migrations + 3 reserved = 111, and 108 is 80 % of 138 − 3.
    expect(await of(110)).toEqual(['error budget-exceeds-max-connections']);
    expect(await of(111)).toEqual(['warning budget-near-limit']);
    expect(await of(137)).toEqual(['warning budget-near-limit']);
    expect(await of(138)).toEqual([]);
  });

  it('says what the users see when connections run out', async () => {
    const { text } = await said({}, hundred, limit(50));
    expect(text).toContain('too many');
  });
});
