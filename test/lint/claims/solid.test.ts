import { describe, expect, it } from 'vitest';
import { lintFiles, lintFixture, lockfile } from '../../support/lint.ts';
import { database, databases, said } from './app.ts';

// What an article about the databases of the Solid gems says, and what is so. Its sums are in test/model/golden.ts.

const PUMA = 'web: bundle exec puma\n';
const SHARED = 'pool: <%= ENV.fetch("RAILS_MAX_THREADS", 5) %>';
const SOLID = { solid_queue: '1.5.0', solid_cache: '1.0.7', solid_cable: '3.0.8' };
const FOUR = ['primary', 'cache', 'queue', 'cable'];

function four(line: string): string {
  return databases(Object.fromEntries(FOUR.map((name) => [name, line])));
}

/** Rails with the Solid gems on databases of their own. */
function solid(
  sizes: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    Procfile: PUMA,
    'config/application.rb': 'require "rails/all"\nclass Shop < Rails::Application\nend\n',
    'config/environments/production.rb':
      'Rails.application.configure do\n  config.cache_store = :solid_cache_store\n  config.solid_queue.connects_to = { database: { writing: :queue } }\n  config.active_job.queue_adapter = :solid_queue\nend\n',
    'config/cache.yml': 'production:\n  database: cache\n',
    'config/cable.yml': 'production:\n  adapter: solid_cable\n  connects_to:\n    database:\n      writing: cable\n',
    'config/database.yml': databases(sizes),
    'config/puma.rb': 'threads 5, 5\n',
    ...more,
  };
}

describe('four databases', () => {
  it.each([
    ['pristine-rails-8.0-postgresql', ['primary', 'cache', 'queue', 'cable']],
    ['pristine-rails-8.0-postgresql-skip-solid', ['primary']],
    ['pristine-rails-7.1.5-postgresql', ['primary']],
  ])('are what %s has in production: %j', async (fixture, expected) => {
    const { projects, findings } = await lintFixture(fixture);
    expect(projects[0]!.launches[0]!.databases.map(({ name }) => name)).toEqual(expected);
    expect(findings).toEqual([]);
  });

  it('are four SQLite files by default, which no server has to allow', async () => {
    const { projects } = await lintFixture('pristine-rails-8.0-sqlite');
    expect(projects.flatMap(({ servers }) => servers)).toEqual([]);
  });

  it('were possible long before Rails 8', async () => {
    const { pools } = await said(
      { rails: '6.0.6' },
      {
        Procfile: PUMA,
        'config/puma.rb': 'threads 5, 5\n',
        'config/database.yml': databases({ primary: 'pool: 5', events: 'pool: 6' }),
        'app/models/event.rb': 'class Event < ActiveRecord::Base\n  connects_to database: { writing: :events }\nend\n',
      },
    );
    expect(pools).toEqual([
      'web web primary: 1 copies, pool 5, 5 threads, demand 5',
      'web web events: 1 copies, pool 6, 5 threads, demand 5',
    ]);
  });

  it('have a wait of their own each', async () => {
    const result = await lintFiles({
      'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
      'config/puma.rb': 'threads 5, 5\n',
      'config/database.yml': databases({ primary: '', events: 'checkout_timeout: 2' }),
    });
    const waits = result.projects[0]!.launches[0]!.databases.map(
      ({ checkoutTimeout }) => checkoutTimeout.known && checkoutTimeout.value,
    );
    expect(waits).toEqual([5, 2]);
  });

  it.each([
    [1, 1, 'demand 20, ceiling 20, usable ?'],
    [2, 1, 'demand 40, ceiling 40, usable ?'],
    [4, 2, 'demand 160, ceiling 160, usable ?'],
  ])('multiply: %i workers of 5 threads on %i hosts', async (workers, hosts, expected) => {
    const { servers } = await said(
      SOLID,
      solid(Object.fromEntries(FOUR.map((name) => [name, 'pool: 5'])), {
        'config/puma.rb': `workers ${workers}\nthreads 5, 5\n`,
      }),
      { hosts: new Map([['web', hosts]]) },
    );
    expect(servers).toEqual([expected]);
  });

  it('open nothing before the first request, and no more than threads use afterwards', async () => {
    const { servers, rules } = await said(
      {},
      { Procfile: PUMA, 'config/puma.rb': 'threads 5, 5\n', 'config/database.yml': database('pool: 50') },
      { maxConnections: [{ server: null, value: 20 }] },
    );
    expect(servers).toEqual(['demand 5, ceiling 50, usable 17']);
    expect(rules).toEqual([]);
  });

  it('may all have the size that one anchor gives them, where it fits', async () => {
    const { rules } = await said(SOLID, solid({}, { 'config/database.yml': anchored(SHARED) }));
    expect(rules).toEqual([]);
  });

  it('are one finding at the anchor where that size is too small for several', async () => {
    const { rules, text } = await said(SOLID, solid({}, { 'config/database.yml': anchored('pool: 3') }));
    expect(rules).toEqual([
      'warning pool-smaller-than-puma-threads',
      'warning shared-anchor-pool-size',
      'info pool-smaller-than-solid-queue',
    ]);
    expect(text).toContain('shared');
  });
});

function anchored(line: string): string {
  return [
    'default: &default',
    '  adapter: postgresql',
    `  ${line}`,
    '',
    'production:',
    ...FOUR.flatMap((name) => [`  ${name}:`, '    <<: *default', `    database: shop_${name}`]),
    '',
  ].join('\n');
}

describe('a reconnect in on_worker_boot', () => {
  const hook = 'workers 2\npreload_app!\nthreads 5, 5\non_worker_boot { ActiveRecord::Base.establish_connection }\n';
  const files = { Procfile: PUMA, 'config/puma.rb': hook, 'config/database.yml': four('pool: 5') };

  it('is not needed, and reconnects one pool of the four', async () => {
    const { rules, text } = await said({}, files);
    expect(rules).toEqual(['info redundant-fork-reconnect']);
    expect(text).toContain('of every database; this touches only the first one');
  });

  it('does nothing at all on Rails 7.1 and later', async () => {
    expect((await said({ rails: '7.1.5' }, files)).text).toContain('the call does nothing at all');
    expect((await said({ rails: '7.0.8' }, files)).text).not.toContain('does nothing');
  });

  it('has another name from Puma 7 on', async () => {
    expect((await said({ puma: '7.0.4' }, files)).rules).toEqual([
      'info puma-hook-name-or-mode',
      'info redundant-fork-reconnect',
    ]);
  });

  it('never runs without workers', async () => {
    expect(
      (await said({}, { ...files, 'config/puma.rb': hook.replace('workers 2\npreload_app!\n', '') })).rules,
    ).toEqual(['info puma-hook-name-or-mode', 'info redundant-fork-reconnect']);
  });

  const without = { Procfile: PUMA, 'config/puma.rb': 'workers 2\npreload_app!\nthreads 5, 5\n' };

  it('is not missed by Active Record from 5.2 on: a child throws away what it inherits', async () => {
    const yml = { 'config/database.yml': database('pool: 5') };
    expect((await said({ rails: '5.2.8' }, { ...without, ...yml })).rules).toEqual([]);
    expect((await said({ rails: '5.1.7' }, { ...without, ...yml })).rules).toEqual([
      'warning missing-fork-disconnect-legacy',
    ]);
  });

  it('is missed by Sequel, whose children share the sockets of the master', async () => {
    const sequel = 'DB = Sequel.connect(ENV.fetch("DATABASE_URL"), max_connections: 5)\n';
    const { rules } = await said(
      { sequel: '5.86.0' },
      { ...without, 'config/initializers/sequel.rb': sequel, 'config/database.yml': database('pool: 5') },
    );
    expect(rules).toEqual(['error non-ar-connection-crosses-fork']);
  });
});

describe('"right-sized" pools of 10, 5, 3 and 3', () => {
  const sizes = { primary: 'pool: 10', cache: 'pool: 3', queue: 'pool: 5', cable: 'pool: 3' };

  it('allow 21 connections in a process, one more than four pools of 5', async () => {
    const ceiling = async (all: Record<string, string>) => (await said(SOLID, solid(all))).servers;
    expect(await ceiling(sizes)).toEqual(['demand 16, ceiling 21, usable ?']);
    expect(await ceiling(Object.fromEntries(FOUR.map((name) => [name, 'pool: 5'])))).toEqual([
      'demand 20, ceiling 20, usable ?',
    ]);
  });

  it.each([
    ['error', '7.1.5'],
    ['info', '7.2.2'],
  ])('starve cache and cable: %s on Rails %s', async (severity, rails) => {
    const { rules } = await said({ ...SOLID, rails }, solid(sizes));
    expect(rules).toEqual([
      `${severity} secondary-pool-smaller-than-threads`,
      `${severity} secondary-pool-smaller-than-threads`,
    ]);
  });

  it.each([
    ['error', '7.1.5'],
    ['warning', '7.2.2'],
  ])('may not leave the queue with fewer than the web threads: %s on Rails %s', async (severity, rails) => {
    const { rules } = await said(
      { ...SOLID, rails },
      solid({ ...sizes, cache: 'pool: 5', cable: 'pool: 5', queue: 'pool: 3' }),
    );
    expect(rules).toEqual([`${severity} secondary-pool-smaller-than-threads`, 'info pool-smaller-than-solid-queue']);
  });

  it('do not fit jobs that run inside Puma', async () => {
    const { rules } = await said(
      SOLID,
      solid(
        { ...sizes, cache: 'pool: 20', cable: 'pool: 20' },
        {
          'config/puma.rb': 'threads 5, 5\nplugin :solid_queue\nsolid_queue_mode :async\n',
          'config/queue.yml': 'production:\n  dispatchers:\n    - batch_size: 500\n  workers:\n    - threads: 3\n',
        },
      ),
    );
    expect(rules).toEqual(['warning in-process-jobs-share-web-pool']);
  });

  it('are read for each process where its command sets them', async () => {
    const { pools, rules, text } = await said(
      SOLID,
      solid(
        {
          primary: 'pool: <%= ENV.fetch("PRIMARY_POOL_SIZE", 5) %>',
          cache: 'pool: 20',
          queue: 'pool: <%= ENV.fetch("QUEUE_POOL_SIZE", 5) %>',
          cable: 'pool: 20',
        },
        {
          Procfile:
            'web: PRIMARY_POOL_SIZE=10 QUEUE_POOL_SIZE=5 bundle exec puma\njobs: PRIMARY_POOL_SIZE=5 QUEUE_POOL_SIZE=15 bin/jobs\n',
          'config/queue.yml': 'production:\n  dispatchers:\n    - batch_size: 500\n  workers:\n    - threads: 10\n',
        },
      ),
    );
    expect(pools.filter((pool) => pool.includes('primary') || pool.includes('worker queue'))).toEqual([
      'web web primary: 1 copies, pool 10, 5 threads, demand 5',
      'jobs worker primary: 1 copies, pool 5, 10 threads, demand 5',
      'jobs worker queue: 1 copies, pool 15, 12 threads, demand 12',
    ]);
    expect(rules).toEqual(['warning pool-smaller-than-solid-queue']);
    expect(text).toContain('pool 5 < 10');
  });
});

describe('Solid Queue is started', () => {
  it.each(['bin/jobs', 'bin/rails solid_queue:start', 'bundle exec rake solid_queue:start'])(
    'by %s',
    async (command) => {
      const { pools } = await said(
        SOLID,
        solid(
          { primary: 'pool: 5', cache: 'pool: 5', queue: 'pool: 5', cable: 'pool: 5' },
          { Procfile: `${PUMA}jobs: ${command}\n`, 'config/queue.yml': 'production:\n  workers:\n    - threads: 3\n' },
        ),
      );
      expect(pools.filter((pool) => pool.startsWith('jobs worker queue'))).toEqual([
        'jobs worker queue: 1 copies, pool 5, 5 threads, demand 5',
      ]);
    },
  );

  it('not by `bundle exec solid_queue:start`, which is no program', async () => {
    const { pools, rules } = await said(
      SOLID,
      solid(
        { primary: 'pool: 5', cache: 'pool: 5', queue: 'pool: 5', cable: 'pool: 5' },
        {
          Procfile: `${PUMA}jobs: bundle exec solid_queue:start\n`,
          'config/queue.yml': 'production:\n  workers:\n    - threads: 3\n',
        },
      ),
    );
    expect(pools.filter((pool) => pool.startsWith('jobs '))).toEqual([]);
    expect(rules).toEqual([]);
  });
});

describe('application_name', () => {
  it('is a setting that libpq knows: nobody sets one by itself', async () => {
    const { rules } = await said(
      {},
      {
        Procfile: PUMA,
        'config/puma.rb': 'threads 5, 5\n',
        'config/database.yml': database('pool: 5', 'application_name: <%= ENV.fetch("DYNO", "shop") %>'),
      },
    );
    expect(rules).toEqual([]);
  });
});

describe('the reaper', () => {
  const files = (...lines: string[]): Record<string, string> => ({
    Procfile: PUMA,
    'config/puma.rb': 'threads 5, 5\n',
    'config/database.yml': database('pool: 5', ...lines),
  });

  it.each(['8.0.2', '8.1.1'])('may be given the defaults that it has, on Rails %s', async (rails) => {
    const { rules } = await said({ rails }, files('checkout_timeout: 5', 'reaping_frequency: 60', 'idle_timeout: 300'));
    expect(rules).toEqual([]);
  });

  it('may run every 10 seconds', async () => {
    expect((await said(SOLID, files('reaping_frequency: 10'))).rules).toEqual([]);
  });

  it('closes idle connections, so that idle_timeout means nothing without it', async () => {
    const { rules, text } = await said({}, files('reaping_frequency: 0', 'idle_timeout: 60'));
    expect(rules).toEqual(['warning reaper-disabled']);
    expect(text).toContain('idle_timeout');
  });

  it('returns nothing that a living thread keeps: a checkout without a checkin stays a leak', async () => {
    const leak =
      'class Report < ApplicationRecord\n  def self.rows\n    conn = connection_pool.checkout\n    conn.select_all("SELECT 1")\n  end\nend\n';
    const { rules, text } = await said({}, { ...files('reaping_frequency: 10'), 'app/models/report.rb': leak });
    expect(rules).toEqual(['warning checkout-without-checkin']);
    expect(text).not.toMatch(/reap/i);
  });
});
