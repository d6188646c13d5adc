import { describe, expect, it } from 'vitest';
import { lintFiles, lockfile } from '../support/lint.ts';

/** The pools of every declared process of a shop, as "role: database of owner in role: threads + outside = demand of ceiling". */
async function pools(gems: Record<string, string>, files: Record<string, string>): Promise<readonly string[]> {
  const { projects } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2', ...gems }),
    'config/puma.rb': 'threads 3, 3\n',
    'config/database.yml': 'production:\n  primary:\n    adapter: postgresql\n    pool: 7\n',
    ...files,
  });
  const declared = projects[0]!.processes.filter((process) => process.declared);
  return declared.flatMap(({ role, pools: all }) =>
    all.map(({ database, owner, role: as, threads, outside, demand, ceiling }) => {
      const numbers = [threads, demand, ceiling].map((one) => (one.known ? one.value : '?'));
      const beside = outside > 0 ? ` + ${outside}` : '';
      const whose = `${database.name} of ${owner ?? 'Base'}${as === 'writing' ? '' : `, ${as}`}`;
      return `${role}: ${whose}: ${numbers[0]}${beside} = ${numbers[1]} of ${numbers[2]}`;
    }),
  );
}

const production = (body: string) => ({
  'config/environments/production.rb': `Rails.application.configure do\n${body}\nend\n`,
});

describe('several pools of one entry', () => {
  it('have the helpers that use them, and no others', async () => {
    const files = {
      Procfile: 'web: bin/rails server\n',
      'config/application.rb': 'require "rails/all"\n',
      'config/cache.yml': 'production:\n  database: primary\n',
      'config/cable.yml':
        'production:\n  adapter: solid_cable\n  connects_to:\n    database:\n      writing: primary\n',
      ...production('  config.cache_store = :solid_cache_store'),
    };
    expect(await pools({ solid_cable: '3.0.12', solid_cache: '1.0.10' }, files)).toEqual([
      'web: primary of Base: 3 = 3 of 7',
      'web: primary of Solid Cache: 4 = 4 of 7',
      'web: primary of Solid Cable: 4 = 4 of 7',
    ]);
  });

  describe('of Solid Queue in two roles', () => {
    const files = {
      Procfile: 'jobs: bin/jobs\n',
      'config/database.yml':
        'production:\n  primary:\n    adapter: postgresql\n    pool: 7\n  queue:\n    adapter: postgresql\n    pool: 7\n',
      'config/queue.yml': 'production:\n  workers:\n    - threads: 2\n  dispatchers:\n    - batch_size: 500\n',
      ...production('  config.solid_queue.connects_to = { database: { writing: :queue, reading: :queue } }'),
    };

    it('are asked in one of them by jobs and by its own threads', async () => {
      expect(await pools({ solid_queue: '1.1.3' }, files)).toEqual([
        'worker: primary of Base: 2 = 2 of 7',
        'worker: queue of Solid Queue: 4 = 4 of 14',
        'dispatcher: queue of Solid Queue: 3 = 3 of 14',
        'supervisor: queue of Solid Queue: 3 = 3 of 14',
      ]);
    });

    it('are asked in both by jobs that switch, not by its own threads', async () => {
      const job = 'class Count\n  def go = ActiveRecord::Base.connected_to(role: :reading) { Order.count }\nend\n';
      expect(await pools({ solid_queue: '1.1.3' }, { ...files, 'app/jobs/count.rb': job })).toEqual([
        'worker: primary of Base: 2 = 2 of 7',
        'worker: queue of Solid Queue: 4 = 4 of 7',
        'worker: queue of Solid Queue, reading: 2 = 2 of 7',
        'dispatcher: queue of Solid Queue: 3 = 3 of 14',
        'supervisor: queue of Solid Queue: 3 = 3 of 14',
      ]);
    });
  });
});

describe('a replica', () => {
  it('has the threads of jobs too, whoever switches to it', async () => {
    const files = {
      Procfile: 'worker: bundle exec sidekiq -c 2\n',
      'config/database.yml':
        'production:\n  primary:\n    adapter: postgresql\n    pool: 7\n  copy:\n    adapter: postgresql\n    pool: 7\n    replica: true\n',
      'app/models/application_record.rb':
        'class ApplicationRecord < ActiveRecord::Base\n  connects_to database: { writing: :primary, reading: :copy }\nend\n',
      ...production('  config.active_record.database_selector = { delay: 2.seconds }'),
    };
    const expected = ['worker: primary of Base: 2 = 2 of 7', 'worker: copy of Base, reading: 2 = 2 of 7'];
    expect(await pools({ sidekiq: '7.3.9' }, files)).toEqual(expected);
  });
});

describe('the ceiling', () => {
  it('counts what is open beside the pool, as the demand does', async () => {
    const files = {
      Procfile: 'jobs: bundle exec good_job start --max-threads=9\n',
      'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 7\n',
    };
    expect(await pools({ good_job: '4.9.2' }, files)).toContain('worker: primary of Base: 11 + 1 = 8 of 8');
  });
});
