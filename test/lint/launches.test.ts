import { describe, expect, it } from 'vitest';
import type { LintResult } from '../../src/lint/result.ts';
import type { EngineOptions } from '../../src/lint/engine.ts';
import { concise, lintFiles, lintFixture, lockfile } from '../support/lint.ts';

const RAILS = { pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' };

/** The pools of every process: "web primary 5/3" is a pool of 5 for 3 threads. */
function pools(result: LintResult): readonly string[] {
  return result.projects.flatMap(({ processes }) =>
    processes.flatMap(({ name, role, pools: all }) =>
      all.map(({ database, size, threads }) => {
        const cell = (traced: typeof size | typeof threads): string => (traced.known ? String(traced.value) : '?');
        return `${name} ${role} ${database.name} ${cell(size)}/${cell(threads)}`;
      }),
    ),
  );
}

async function poolsOf(
  files: Record<string, string>,
  options: Partial<EngineOptions> = {},
): Promise<readonly string[]> {
  return pools(await lintFiles({ 'Gemfile.lock': lockfile(RAILS), ...files }, options));
}

const DATABASE = 'production:\n  adapter: postgresql\n  pool: <%= ENV.fetch("RAILS_MAX_THREADS", 5) %>\n';

describe('a version that nobody knows', () => {
  it('is none that would find no database in the file', async () => {
    const files = {
      'config/database.yml': 'production:\n  primary: { adapter: postgresql, pool: 4 }\n',
      'config/puma.rb': 'threads 3\n',
      Procfile: 'web: DATABASE_URL=postgres://db.example/shop bundle exec puma\n',
    };
    expect(pools(await lintFiles(files))).toEqual(['web web primary 4/3']);
  });
});

describe('one evaluation for each launch', () => {
  it('gives web and worker different pools from one line', async () => {
    const result = await lintFixture('one-pool-per-launch');
    expect(pools(result)).toEqual(['web web primary 5/3', 'worker worker primary 10/10']);
    expect(result.findings).toEqual([]);
  });

  it('lets the prefix of a command decide for that command only', async () => {
    const files = {
      'Gemfile.lock': lockfile({ ...RAILS, sidekiq: '7.3.9' }),
      Procfile: 'web: bundle exec puma\nworker: RAILS_MAX_THREADS=12 bundle exec sidekiq\n',
      'config/puma.rb': 'threads 3\n',
      'config/database.yml': DATABASE,
    };
    expect(await poolsOf(files)).toEqual(['web web primary 5/3', 'worker worker primary 12/12']);
  });

  it('lets what puma.rb sets reach database.yml, and the job process Puma starts', async () => {
    const files = {
      'Gemfile.lock': lockfile({ ...RAILS, solid_queue: '1.1.3' }),
      'config/puma.rb': 'ENV["RAILS_MAX_THREADS"] ||= "9"\nENV["JOBS"] = "2"\nthreads 3\nplugin :solid_queue\n',
      'config/database.yml': DATABASE,
      'config/queue.yml': 'production:\n  workers:\n    - threads: 4\n      processes: <%= ENV.fetch("JOBS", 1) %>\n',
    };
    const result = await lintFiles(files);
    expect(pools(result)).toEqual(['web web primary 9/3', 'web worker primary 9/6', 'web supervisor primary 9/3']);
    const worker = result.projects[0]!.processes.find(({ role }) => role === 'worker');
    expect(worker?.copies.known && worker.copies.value).toBe(2);
  });

  it('does not start what a leftover plugin line names', async () => {
    const files = { 'config/puma.rb': 'threads 3\nplugin :solid_queue\n', 'config/database.yml': DATABASE };
    expect(await poolsOf(files)).toEqual(['web web primary 5/3']);
  });

  it('takes the user at their word, for one process or all', async () => {
    const files = { 'config/puma.rb': 'threads 3\n', 'config/database.yml': DATABASE };
    const set = [{ process: null, key: 'RAILS_MAX_THREADS', value: '7' }];
    expect(await poolsOf(files, { set })).toEqual(['web web primary 7/3']);
    const only = [...set, { process: 'web', key: 'RAILS_MAX_THREADS', value: '8' }];
    expect(await poolsOf(files, { set: only })).toEqual(['web web primary 8/3']);
  });
});

describe('what cannot be known', () => {
  const unknown = {
    'config/puma.rb': 'threads 5, 5\n',
    'config/database.yml': 'production:\n  adapter: postgresql\n  pool: <%= Settings.pool %>\n',
  };

  it('is neither a finding nor a default', async () => {
    const result = await lintFiles({ 'Gemfile.lock': lockfile(RAILS), ...unknown });
    expect(pools(result)).toEqual(['web web primary ?/5']);
    expect(result.findings).toEqual([]);
    expect(result.verdicts).toEqual({ holds: 0, violated: 0, unknown: 1 });
    expect(result.unresolved.map(({ what }) => what)).toEqual(['pool of primary in web']);
  });

  it('opens a mapping that a tag alone on its line may write into', async () => {
    const yaml = 'production:\n  adapter: postgresql\n  <%= Settings.database %>\n';
    expect(await poolsOf({ ...unknown, 'config/database.yml': yaml })).toEqual(['web web primary ?/5']);
  });

  it('is judged by the values it can have', async () => {
    const branch = (low: number, high: number): string =>
      `production:\n  adapter: postgresql\n  pool: <%= Settings.big? ? ${high} : ${low} %>\n`;
    const verdictOf = async (low: number, high: number): Promise<unknown> => {
      const files = { 'Gemfile.lock': lockfile(RAILS), ...unknown, 'config/database.yml': branch(low, high) };
      return (await lintFiles(files)).projects[0]!.processes[0]!.pools[0]!.verdict.kind;
    };
    expect(await verdictOf(5, 10)).toBe('holds');
    expect(await verdictOf(4, 10)).toBe('unknown');
    expect(await verdictOf(3, 4)).toBe('violates');
  });

  it('is known where every version of Rails that the Gemfile allows agrees', async () => {
    const files = {
      Gemfile: 'gem "rails", "~> 8.0.0"\ngem "puma", "~> 6.0"\n',
      'config/puma.rb': 'threads 9, 9\n',
      'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
    };
    const { findings } = await lintFiles(files);
    expect(findings.map(concise)).toEqual([
      'config/database.yml:3:9: warning pool-smaller-than-puma-threads web runs 9 threads on a pool of 5',
    ]);
  });
});

describe('findings', () => {
  it('are one for each place, with the worst process first and all of them named', async () => {
    const files = {
      'Gemfile.lock': lockfile({ ...RAILS, sidekiq: '7.3.9' }),
      Procfile: 'web: bundle exec puma\nfast: bundle exec sidekiq -c 10\nslow: bundle exec sidekiq -c 25\n',
      'config/puma.rb': 'threads 3\n',
      'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
    };
    const { findings } = await lintFiles(files);
    expect(findings.map(({ process, processes }) => [process, processes])).toEqual([['slow', ['fast', 'slow']]]);
  });

  it('of a job system that nothing runs are of low confidence, so info at most', async () => {
    const files = {
      'Gemfile.lock': lockfile({ ...RAILS, sidekiq: '7.3.9' }),
      Procfile: 'web: bundle exec puma\n',
      'config/sidekiq.yml': ':concurrency: 25\n',
      'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
    };
    const { findings, projects } = await lintFiles(files);
    expect(findings.map(({ severity, confidence, process }) => [severity, confidence, process])).toEqual([
      ['info', 'low', 'sidekiq'],
    ]);
    expect(projects[0]!.servers[0]!.demand).toMatchObject({ known: true, value: 5 });
  });

  it('are silent for a sample of database.yml that fits, and say which file they read where it does not', async () => {
    const files = {
      'config/puma.rb': 'threads 9, 9\n',
      'config/database.yml.example': 'production:\n  adapter: postgresql\n  pool: 5\n',
    };
    const { findings } = await lintFiles({ 'Gemfile.lock': lockfile(RAILS), ...files });
    expect(findings.map(concise)).toEqual([
      'config/database.yml.example:3:9: warning pool-smaller-than-puma-threads web runs 9 threads on a pool of 5',
    ]);
    expect(findings[0]!.assumes.map(({ kind }) => kind)).toEqual(['reachable']);
  });

  it('name several deployments once', async () => {
    const { projects } = await lintFixture('sidekiq-c-25-on-an-anchored-pool-of-5');
    expect(projects.map(({ deployment }) => deployment)).toEqual(['heroku']);
  });
});

describe('servers', () => {
  it('are shared by entries without a host and split by entries that name one', async () => {
    const yaml =
      'production:\n  primary: {adapter: postgresql}\n  cache: {adapter: postgresql, host: cache.internal}\n';
    const files = {
      'Gemfile.lock': lockfile(RAILS),
      'config/puma.rb': 'threads 3\n',
      'config/database.yml': yaml,
      'app/models/cached.rb':
        'class Cached < ApplicationRecord\n  self.abstract_class = true\n  connects_to database: { writing: :cache }\nend\n',
    };
    const { projects } = await lintFiles(files);
    expect(projects[0]!.servers.map(({ name, databases }) => [name, databases])).toEqual([
      ['primary', ['primary']],
      ['cache.internal:5432', ['cache']],
    ]);
  });

  it('count only what connects to them, where processes name one entry and two hosts', async () => {
    const { findings } = await lintFiles(
      {
        'Gemfile.lock': lockfile({ ...RAILS, sidekiq: '7.3.9' }),
        'config/puma.rb': 'workers 4\nthreads 5, 5\n',
        Procfile: 'web: DB_HOST=a bundle exec puma\nworker: DB_HOST=b bundle exec sidekiq -c 5\n',
        'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n  host: <%= ENV["DB_HOST"] %>\n',
      },
      { maxConnections: [{ server: null, value: 20 }] },
    );
    expect(findings.map(({ message, arithmetic }) => [message, arithmetic])).toEqual([
      [
        'the processes want 20 connections of a:5432, which has 17 to give',
        '20 (web, primary) + 3 for console and migrations > 17 = 20 - 3 reserved',
      ],
    ]);
  });

  it('are compared with the limit the user gives', async () => {
    const files = {
      'Gemfile.lock': lockfile(RAILS),
      'config/puma.rb': 'workers 4\nthreads 5, 5\n',
      'config/database.yml': DATABASE,
    };
    const verdict = async (value: number): Promise<unknown> => {
      const { projects } = await lintFiles(files, { maxConnections: [{ server: null, value }] });
      return projects[0]!.servers[0]!.verdict;
    };
    // 4 processes of 5 connections and 3 for a console, below a limit of which 3 are reserved.
    expect(await verdict(26)).toBe('holds');
    expect(await verdict(25)).toBe('violates');
    const { projects } = await lintFiles(files);
    expect(projects[0]!.servers[0]!.verdict).toBe('unknown');
  });
});

describe('an initializer', () => {
  const files = {
    'Gemfile.lock': lockfile({ ...RAILS, sidekiq: '7.3.9' }),
    'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 3\n',
    'config/sidekiq.yml': 'concurrency: 9\n',
    'config/puma.rb': 'threads 1, 1\n',
  };
  const lintWith = (line: string): Promise<LintResult> => {
    const initializer = `Sidekiq.configure_server do |config|\n  ${line}\nend\n`;
    return lintFiles({ ...files, 'config/initializers/sidekiq.rb': initializer });
  };

  it('that sizes Sidekiq wins over its file', async () => {
    expect(pools(await lintWith('config.concurrency = 2'))).toContain('sidekiq worker primary 3/2');
    const { findings } = await lintWith('config.capsule("slow") { |one| one.concurrency = 1 }');
    expect(findings.map(({ message, confidence }) => [message, confidence])).toEqual([
      ['sidekiq runs 10 threads on a pool of 3', 'high'],
    ]);
  });

  it('that would under a variable nobody sets leaves an assumption behind', async () => {
    const { findings } = await lintWith('config.concurrency = 2 if ENV["SMALL"]');
    expect(findings.map(({ message, confidence }) => [message, confidence])).toEqual([
      ['sidekiq runs 9 threads on a pool of 3', 'medium'],
    ]);
  });
});

describe('what decides a size elsewhere', () => {
  const files = {
    'Gemfile.lock': lockfile({ ...RAILS, sidekiq: '7.3.9' }),
    'config/puma.rb': 'threads 1, 1\n',
    'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 9\n',
  };

  it('is named where it stands: the URL in a Procfile', async () => {
    const Procfile = 'worker: DATABASE_URL=postgres://h/d?pool=3 bundle exec sidekiq -c 15\n';
    const { findings } = await lintFiles({ ...files, Procfile });
    expect(findings.map(concise)).toEqual([
      'Procfile:1:9: warning pool-smaller-than-sidekiq-concurrency worker runs 15 threads on a pool of 3',
    ]);
    expect(findings[0]).toMatchObject({ snippet: 'pool=15' });
  });

  it('is no longer known where Ruby establishes a connection that nobody can see', async () => {
    const initializer = 'Sidekiq.configure_server { ActiveRecord::Base.establish_connection(Settings.jobs) }\n';
    const Procfile = 'worker: bundle exec sidekiq -c 25\n';
    const { findings, verdicts } = await lintFiles({ ...files, Procfile, 'config/initializers/db.rb': initializer });
    expect(findings.map(({ rule }) => rule)).toEqual(['pool-set-in-ruby']);
    expect(verdicts.unknown).toBe(1);
  });

  it('is the database of the environment a process runs in', async () => {
    const yaml = 'production: {adapter: postgresql, pool: 5}\nstaging: {adapter: postgresql, pool: 2}\n';
    const result = await lintFiles({
      ...files,
      'config/database.yml': yaml,
      Procfile: 'w1: RAILS_ENV=staging bundle exec sidekiq -c 2\nw2: bundle exec sidekiq -c 2\n',
    });
    // The last is the server nothing starts: listed, and counted in no sum.
    expect(pools(result)).toEqual(['w1 worker primary 2/2', 'w2 worker primary 5/2', 'puma web primary 5/1']);
  });
});

describe('a guess', () => {
  const files = {
    'Gemfile.lock': lockfile({ ...RAILS, rails: '7.1.5', solid_queue: '1.3.0' }),
    'config/puma.rb': 'threads 3, 3\n',
    Procfile: 'jobs: bin/jobs\n',
    'config/database.yml':
      'production:\n  primary: {adapter: postgresql, pool: 3}\n  queue: {adapter: postgresql, pool: 10}\n',
  };
  const production = (line: string): Record<string, string> => ({
    ...files,
    'config/environments/production.rb': `Rails.application.configure do\n  ${line}\nend\n`,
  });

  it('about the queue is neither a finding nor a pass', async () => {
    const line =
      'config.solid_queue.connects_to = { database: { writing: :queue } } if Rails.application.credentials.q';
    const { findings } = await lintFiles(production(line));
    expect(findings).toEqual([]);
  });

  it('about a broken file is none where a world reads it', async () => {
    const yaml = 'production:\n  adapter: postgresql\n  pool: <%= Settings.x ? "5" : "[5" %>\n';
    const { findings } = await lintFiles({ ...files, 'config/database.yml': yaml });
    expect(findings).toEqual([]);
  });
});

describe('Solid Queue as threads of a single Puma', () => {
  it('shares the pools of the web process, and runs nowhere else', async () => {
    const result = await lintFiles({
      'Gemfile.lock': lockfile({ ...RAILS, solid_queue: '1.3.2' }),
      'config/puma.rb': 'threads 4, 4\nplugin :solid_queue\nsolid_queue_mode :async\n',
      'config/queue.yml':
        'production:\n  workers:\n    - threads: 2\n      processes: 3\n    - threads: 5\n  dispatchers:\n    - polling_interval: 1\n',
      'config/database.yml':
        'production:\n  primary: {adapter: postgresql, pool: 5}\n  queue: {adapter: postgresql, pool: 5}\n',
      'config/environments/production.rb':
        'Rails.application.configure do\n  config.solid_queue.connects_to = { database: { writing: :queue } }\nend\n',
    });
    expect(pools(result)).toEqual(['web web primary 5/11', 'web web queue 5/21']);
    expect(result.projects[0]!.processes[0]!.inside).toMatchObject([{ system: 'solid_queue', threads: { value: 7 } }]);
  });
});

describe('what files share', () => {
  const files = {
    'Gemfile.lock': lockfile(RAILS),
    'config/puma.rb': 'threads 3, 3\n',
    'config/database.yml': 'production:\n  adapter: postgresql\n  pool: <%= Sizes.pool %>\n',
  };

  it('is what application.rb defines, for database.yml', async () => {
    const application = 'module Sizes\n  def self.pool = Integer(ENV.fetch("POOL", 4))\nend\n';
    expect(await poolsOf({ ...files, 'config/application.rb': application })).toEqual(['web web primary 4/3']);
  });

  it('is not a collection that one possible world may have changed', async () => {
    const result = await poolsOf({
      ...files,
      'config/application.rb': 'POOLS = { p: 5 }\n',
      'config/environments/production.rb': 'POOLS[:p] = 2 if Rails.application.credentials.small\n',
      'config/database.yml': 'production:\n  adapter: postgresql\n  pool: <%= POOLS[:p] %>\n',
    });
    expect(result).toEqual(['web web primary ?/3']);
  });
});

describe('something that is no file, where one is read', () => {
  it.each(['config/puma.rb', 'config/database.yml', 'config/queue.yml', 'Procfile', 'Gemfile.lock'])(
    '%s',
    async (path) => {
      const files: Record<string, string> = {
        'Gemfile.lock': lockfile({ ...RAILS, solid_queue: '1.3.2' }),
        'config/application.rb': '',
        'config/puma.rb': 'threads 3, 3\n',
        'config/database.yml': DATABASE,
      };
      delete files[path];
      const { findings } = await lintFiles({ ...files, [`${path}/inside`]: '' });
      expect(findings.map(({ rule, at }) => `${at.file.path} ${rule}`)).toContain(`${path} parse-error`);
    },
  );
});

describe('Ruby that raises', () => {
  const lintWith = (puma: string): Promise<LintResult> =>
    lintFiles({ 'Gemfile.lock': lockfile(RAILS), 'config/database.yml': DATABASE, 'config/puma.rb': puma });

  it('certainly is a failed boot', async () => {
    const { findings } = await lintWith('threads Integer("five")\n');
    expect(findings.map(({ rule, severity }) => [rule, severity])).toEqual([['boot-failure', 'error']]);
  });

  it('for want of a variable says that production sets it', async () => {
    const { findings, unresolved } = await lintWith('raise "no TOKEN" unless ENV["TOKEN"]\nthreads 3\n');
    expect(findings).toEqual([]);
    expect(unresolved.map(({ what }) => what)).toContain('the boot of config/puma.rb');
  });
});
