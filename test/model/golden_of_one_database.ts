import { lockfile } from '../support/lint.ts';
import type { GoldenCase } from './golden.ts';
import { GEMS, hosts, limit, single } from './golden_apps.ts';

/** The application of a question on how many dynos a plan has room for. */
const DYNOS = single('workers 3\nthreads 16, 16\n', 25, {
  'Gemfile.lock': lockfile({ ...GEMS, sidekiq: '5.2.9' }),
  Procfile: 'web: bundle exec puma\nworker: bundle exec sidekiq -c 25\n',
});

/** One database, Puma and Sidekiq. */
export const GOLDEN_OF_ONE_DATABASE: readonly GoldenCase[] = [
  {
    title: 'Puma, 2 workers × 2 threads, a pool of 2, a database that allows 20',
    said: '4 connections',
    files: single('workers 2\nthreads 2, 2\n', 2),
    options: limit(20),
    demand: { primary: 4 },
    ceiling: 4,
    findings: [],
    why: 'The article is right: every thread can hold one connection, and every pool has one for each.',
  },
  {
    title: 'The same with Sidekiq, 4 threads, on the same pool of 2',
    said: '"a problem": Sidekiq needs 4 and has 2',
    files: single('workers 2\nthreads 2, 2\n', 2, {
      'Gemfile.lock': lockfile({ ...GEMS, sidekiq: '5.2.9' }),
      Procfile: 'web: bundle exec puma\nworker: bundle exec sidekiq -c 4\n',
    }),
    options: limit(20),
    demand: { primary: 6 },
    ceiling: 6,
    findings: ['pool-smaller-than-sidekiq-concurrency'],
    why: 'The article is right: the problem is in the pool, not on the server, which sees 4 + 2.',
  },
  {
    title: 'The same with a pool of 4 in every process',
    said: '8 + 4 = 12 connections',
    files: single('workers 2\nthreads 2, 2\n', 4, {
      'Gemfile.lock': lockfile({ ...GEMS, sidekiq: '5.2.9' }),
      Procfile: 'web: bundle exec puma\nworker: bundle exec sidekiq -c 4\n',
    }),
    options: limit(20),
    demand: { primary: 8 },
    ceiling: 12,
    findings: [],
    why: 'The article adds up pools. Pools are lazy: a Puma process with 2 threads never opens more than 2 connections.',
  },
  {
    title: 'Puma, 2 workers × 3 threads, and two Sidekiq processes with RAILS_MAX_THREADS=3 everywhere',
    said: '6 for Puma, 6 more for Sidekiq',
    files: single('workers 2\nthreads ENV.fetch("RAILS_MAX_THREADS", 5).to_i\n', 5, {
      'Gemfile.lock': lockfile({ ...GEMS, sidekiq: '7.3.9' }),
      'config/database.yml':
        'production:\n  adapter: postgresql\n  database: shop\n  pool: <%= ENV.fetch("RAILS_MAX_THREADS", 5) %>\n',
      Procfile: ['web: bundle exec puma', 'sidekiq1: bundle exec sidekiq', 'sidekiq2: bundle exec sidekiq', ''].join(
        '\n',
      ),
    }),
    options: { set: [{ process: null, key: 'RAILS_MAX_THREADS', value: '3' }] },
    demand: { primary: 12 },
    ceiling: 12,
    findings: [],
    why: 'The article is right: one variable sizes the threads and the pools of every process.',
  },
  {
    title: 'Puma, 2 workers × 3 threads, a pool of RAILS_MAX_THREADS and two more',
    said: 'room for two more than there are threads',
    files: single('workers 2\nthreads 3, 3\n', 5, {
      'config/database.yml':
        'production:\n  adapter: postgresql\n  database: shop\n  pool: <%= ENV["RAILS_MAX_THREADS"].to_i + 2 %>\n',
    }),
    options: limit(20),
    demand: { primary: 4 },
    ceiling: 4,
    findings: ['env-without-fallback', 'pool-smaller-than-puma-threads'],
    why: 'The article is right only where the variable is set: unset, to_i makes 0 of it, and the pool is 2.',
  },
  {
    title: 'Puma, 5 workers × 20 threads, a pool of 20, max_connections 100',
    said: '100, which is "the same" as the limit',
    files: single('workers 5\nthreads 20, 20\n', 20),
    options: limit(100),
    demand: { primary: 100 },
    ceiling: 100,
    findings: ['budget-exceeds-max-connections'],
    why: 'PostgreSQL keeps 3 of the 100 for superusers, and a console wants one too: 97 are usable.',
  },
  {
    title: 'The same with Sidekiq, 5 threads',
    said: '105 connections',
    files: single('workers 5\nthreads 20, 20\n', 20, {
      'Gemfile.lock': lockfile({ ...GEMS, sidekiq: '7.3.9' }),
      Procfile: 'web: bundle exec puma\nworker: bundle exec sidekiq\n',
    }),
    options: limit(105),
    demand: { primary: 105 },
    ceiling: 120,
    findings: ['budget-exceeds-max-connections'],
    why: 'The article has the demand right; a limit of 105 still refuses the last ones, because 3 of it are reserved.',
  },
  {
    title: 'The same with room for it: a database that allows 111',
    said: 'nothing, it ends with the 105 that are too many for 100',
    files: single('workers 5\nthreads 20, 20\n', 20, {
      'Gemfile.lock': lockfile({ ...GEMS, sidekiq: '7.3.9' }),
      Procfile: 'web: bundle exec puma\nworker: bundle exec sidekiq\n',
    }),
    options: limit(111),
    demand: { primary: 105 },
    ceiling: 120,
    findings: ['budget-near-limit'],
    why: '105, 3 that are reserved and 3 for a console: 111 is the first limit that refuses nobody.',
  },
  {
    title: '2 dynos × 3 Puma workers × 16 threads, 2 dynos with Sidekiq × 25',
    said: '146',
    files: DYNOS,
    options: hosts({ web: 2, worker: 2 }),
    demand: { primary: 146 },
    ceiling: 200,
    findings: [],
    why: 'The article is right: 2 × 3 × 16 requests and 2 × 25 jobs.',
  },
  {
    title: 'The same with a third dyno for the web',
    said: '194',
    files: DYNOS,
    options: hosts({ web: 3, worker: 2 }),
    demand: { primary: 194 },
    ceiling: 275,
    findings: [],
    why: 'The article is right: this is the question that --hosts answers.',
  },
];
