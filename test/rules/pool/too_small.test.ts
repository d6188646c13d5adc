import { describe, expect, it } from 'vitest';
import { lintFiles, lockfile } from '../../support/lint.ts';

async function arithmetic(files: Record<string, string>): Promise<readonly (string | null)[][]> {
  const { findings } = await lintFiles({
    'config/database.yml': 'production: { adapter: postgresql, database: shop, pool: 5 }\n',
    ...files,
  });
  return findings.map(({ rule, message, arithmetic: sum, snippet }) => [rule, message, sum, snippet]);
}

describe('the arithmetic of a pool that is too small', () => {
  it('adds up what the advice asks for, jobs inside the process too', async () => {
    const found = await arithmetic({
      'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '5.5.0', rails: '7.1.5', sucker_punch: '3.2.0' }),
      'config/puma.rb': 'threads 0, 16\n',
      'config/environments/production.rb':
        'Rails.application.configure do\n  config.active_job.queue_adapter = :sucker_punch\nend\n',
    });
    expect(found).toEqual([
      [
        'pool-smaller-than-puma-threads',
        'web runs 16 request threads and 2 job threads on a pool of 5',
        'pool 5 < 16 request threads + 2 job threads = 18, in every process of web',
        'pool: 18',
      ],
    ]);
  });

  it('says whose threads they are where requests and jobs share a pool', async () => {
    const { findings } = await lintFiles({
      'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '5.5.0', rails: '7.1.5', sucker_punch: '3.2.0' }),
      'config/database.yml': 'production: { adapter: postgresql, database: shop, pool: 1 }\n',
      'config/puma.rb': 'threads 1, 1\n',
      'config/environments/production.rb':
        'Rails.application.configure do\n  config.active_job.queue_adapter = :sucker_punch\nend\n',
    });
    expect(findings.map(({ message, consequence }) => [message, consequence])).toEqual([
      [
        'web runs SuckerPunch inside: requests and jobs need 3 connections of a pool of 1',
        expect.stringContaining(
          '2 of 3 threads wait for a connection while 1 holds one to the end of its request or job (Rails 7.1.5). One',
        ),
      ],
    ]);
  });

  it('names the process that needs more of the same number', async () => {
    const found = await arithmetic({
      'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '7.1.5', sidekiq: '7.3.7' }),
      Procfile: 'web: bundle exec puma -t 8:8\nworker: bundle exec sidekiq -c 25\n',
    });
    expect(found[0]).toEqual([
      'pool-smaller-than-puma-threads',
      'web runs 8 threads on a pool of 5',
      'pool 5 < 8 threads, in every process of web; the same size has to do for 25 in worker',
      'pool: 25',
    ]);
  });
});

describe('the numbers that a pool is compared with', () => {
  it('are those of a worker of Solid Queue where Puma starts it', async () => {
    const { findings } = await lintFiles({
      'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2', solid_queue: '1.5.0' }),
      'config/database.yml':
        'production:\n  primary: { adapter: postgresql, pool: 9 }\n  queue: { adapter: postgresql, pool: 3 }\n',
      'config/environments/production.rb':
        'Rails.application.configure do\n  config.active_job.queue_adapter = :solid_queue\n' +
        '  config.solid_queue.connects_to = { database: { writing: :queue } }\nend\n',
      'config/puma.rb': 'threads 3, 3\nplugin :solid_queue\n',
      'config/queue.yml': 'production:\n  workers:\n    - queues: "*"\n      threads: 4\n',
    });
    expect(findings.flatMap(({ related }) => related.map(({ message }) => message))).toEqual([
      '4 job threads in each web worker',
    ]);
  });

  it('are shown where they are written, all that share the pool', async () => {
    const { findings } = await lintFiles({
      'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2', solid_queue: '1.5.0' }),
      'config/database.yml':
        'production:\n  primary: { adapter: postgresql, pool: 9 }\n  queue: { adapter: postgresql, pool: 3 }\n',
      'config/environments/production.rb':
        'Rails.application.configure do\n  config.solid_queue.connects_to = { database: { writing: :queue } }\nend\n',
      'config/queue.yml': 'production:\n  workers:\n    - queues: "*"\n      threads: 4\n',
      Procfile: 'jobs: bin/jobs\n',
    });
    expect(findings.map(({ rule, related }) => [rule, related.map(({ message }) => message)])).toEqual([
      ['pool-smaller-than-solid-queue', ['4 job threads in each jobs worker']],
    ]);
  });

  it('are shown at the command where nothing writes them', async () => {
    const { findings } = await lintFiles({
      'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2', solid_queue: '1.5.0' }),
      'config/database.yml': 'production: { adapter: postgresql, pool: 3 }\n',
      Procfile: 'jobs: bin/jobs\n',
    });
    expect(findings.map(({ related }) => related.map(({ message }) => message))).toEqual([
      ['3 job threads and 2 for poller and heartbeat in each jobs worker'],
    ]);
  });
});

describe('how long a query has its connection', () => {
  const found = async (requirement: string) => {
    const { findings } = await lintFiles({
      Gemfile: `gem 'rails'${requirement}\ngem 'pg'\ngem 'puma', '~> 6.4'\n`,
      'config/puma.rb': 'threads 9, 9\n',
      'config/database.yml': 'production: { adapter: postgresql, database: shop, pool: 5 }\n',
    });
    return findings.map(({ severity, confidence, consequence }) => [severity, confidence, consequence?.split('. ')[0]]);
  };

  it('is what every version says that the Gemfile allows', async () => {
    expect(await found(", '~> 6.1.6'")).toEqual([
      [
        'error',
        'high',
        '4 of 9 threads wait for a connection while 5 hold one to the end of their request (Rails before 7.2)',
      ],
    ]);
    expect(await found(", '~> 8.0'")).toEqual([
      [
        'warning',
        'high',
        'At most 5 of 9 threads can be in a transaction or hold a connection at once (Rails 7.2 or later)',
      ],
    ]);
  });

  it('is left open where they do not agree', async () => {
    const open = [['warning', 'high', 'At most 5 of 9 threads can be in a transaction or hold a connection at once']];
    expect(await found(", '>= 6.1'")).toEqual(open);
    expect(await found('')).toEqual(open);
  });
});

describe('the place that a pool is compared with', () => {
  const places = async (files: Record<string, string>) => {
    const { findings } = await lintFiles(files);
    return findings.map(({ rule, related, advice }) => [rule, related[0]?.message, advice]);
  };

  it('names the process of Solid Queue, and no `<<` where there is none', async () => {
    expect(
      await places({
        'Gemfile.lock': lockfile({ pg: '1.5.9', rails: '8.0.2', solid_queue: '1.0.2' }),
        'config/application.rb':
          'module Shop\n  class Application < Rails::Application\n' +
          '    config.solid_queue.connects_to = { database: { writing: :queue } }\n  end\nend\n',
        'config/database.yml':
          'production:\n  primary: { adapter: postgresql, database: shop }\n' +
          '  queue: { adapter: postgresql, database: jobs, pool: 2 }\n',
        'config/queue.yml': 'production:\n  dispatchers:\n    - batch_size: 5\n',
        Procfile: 'jobs: bin/jobs\n',
      }),
    ).toEqual([['pool-smaller-than-solid-queue', '3 threads in each jobs dispatcher', 'raise the size of queue:']]);
    expect(
      await places({
        'Gemfile.lock': lockfile({ pg: '1.5.9', rails: '8.0.2', puma: '6.6.0', solid_queue: '1.0.2' }),
        'config/application.rb':
          'module Shop\n  class Application < Rails::Application\n' +
          '    config.solid_queue.connects_to = { database: { writing: :queue } }\n  end\nend\n',
        'config/database.yml':
          'production:\n  primary: { adapter: postgresql, database: shop, pool: 9 }\n' +
          '  queue: { adapter: postgresql, database: jobs }\n',
        Procfile: 'web: bundle exec puma -t 9:9\n',
      }),
    ).toContainEqual([
      'secondary-pool-smaller-than-threads',
      '9 threads in each web process',
      'give queue a size of its own, in its own section:',
    ]);
  });
});
