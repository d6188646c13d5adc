import { describe, expect, it } from 'vitest';
import { lintFiles, lockfile } from '../../support/lint.ts';

describe('budget-exceeds-max-connections', () => {
  it('counts a process of several databases once, with all that it opens', async () => {
    const { findings } = await lintFiles({
      'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2', sidekiq: '7.3.7' }),
      Procfile: 'web: WEB_CONCURRENCY=2 bundle exec puma -t 5:5\nworker: bundle exec sidekiq -c 8\n',
      'config/database.yml':
        'production:\n' +
        ['primary', 'animals']
          .map(
            (name) => `  ${name}:\n    adapter: postgresql\n    host: db.example\n    database: ${name}\n    pool: 8\n`,
          )
          .join(''),
      'app/models/animal.rb': 'class Animal < ActiveRecord::Base\n  connects_to database: { writing: :animals }\nend\n',
      '.rails-pool-lint.yml': 'max_connections: 30\nhosts: { web: 1, worker: 1 }\n',
    });
    expect(
      findings.map(({ rule, arithmetic, process, label, related }) => ({
        rule,
        arithmetic,
        process,
        places: [label, ...related.map(({ message }) => message)],
      })),
    ).toEqual([
      {
        rule: 'budget-exceeds-max-connections',
        arithmetic:
          '20 (web, 2 databases) + 16 (worker, 2 databases) + 3 for console and migrations > 27 = 30 - 3 reserved (.rails-pool-lint.yml:1)',
        process: 'web',
        places: ['20 connections of web', '16 connections of worker'],
      },
    ]);
  });

  it('says what is left where only the console and migrations are too many', async () => {
    const { findings } = await lintFiles({
      'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
      Procfile: 'web: bundle exec puma -t 5:5\n',
      'config/database.yml': 'production: { adapter: postgresql, host: db.example, pool: 5 }\n',
      '.rails-pool-lint.yml': 'max_connections: 9\nhosts: { web: 1 }\n',
    });
    expect(findings.map(({ message }) => message)).toEqual([
      'the processes want 5 connections of db.example:5432, which has 3 to give beside 3 for console and migrations',
    ]);
  });

  it('has nothing to give of a server that reserves more than it has', async () => {
    const { findings } = await lintFiles({
      'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
      Procfile: 'web: bundle exec puma -t 5:5\n',
      'config/database.yml': 'production: { adapter: postgresql, host: db.example, pool: 5 }\n',
      '.rails-pool-lint.yml': 'max_connections: 1\nhosts: { web: 1 }\n',
    });
    expect(findings.map(({ message }) => message)).toEqual([
      'the processes want 5 connections of db.example:5432, which has 0 to give',
    ]);
  });
});
