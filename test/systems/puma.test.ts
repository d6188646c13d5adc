import { describe, expect, it } from 'vitest';
import { confidenceOf } from '../../src/value/origin.ts';
import type { Traced } from '../../src/value/traced.ts';
import { puma } from '../../src/systems/puma.ts';
import { PUMA_RULES } from '../../src/systems/puma/rules.ts';
import type { Settings } from '../../src/systems/system.ts';
import { placeOf } from '../../src/text/source.ts';
import { bootCase, shown, shownTraced, type Case } from './harness.ts';

const PUMA_8 = { puma: '8.0.2' };

function settingsOf(file: string, given: Case = {}): Record<string, unknown> {
  const { settings } = bootCase(puma, { gems: PUMA_8, ...given, files: { 'config/puma.rb': file, ...given.files } });
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, shown(value)]));
}

function traced(settings: Settings, key: string): Traced<unknown> {
  return settings[key] as Traced<unknown>;
}

describe('version rows', () => {
  it.each(PUMA_RULES.rows)('since $since: $source', ({ source }) => expect(source).toMatch(/^lib\/puma\/\S+@v\d/));

  it.each([
    ['4.3.12', 16, 'lib/puma/configuration.rb@v4.3.12'],
    ['5.0.4', 5, 'lib/puma/configuration.rb@v5.0.4'],
    ['6.4.3', 5, 'lib/puma/configuration.rb@v6.4.3'],
    ['8.0.2', 5, 'lib/puma/configuration.rb@v8.0.2'],
  ])('Puma %s runs up to %i threads by default', (version, threads, source) => {
    const { settings } = bootCase(puma, { gems: { puma: version } });
    const most = traced(settings, 'threads_max');
    expect(most).toMatchObject({ known: true, value: threads });
    expect(JSON.stringify(most.origin)).toContain(source);
  });

  it('has candidates where the version is not known', () => {
    const { settings } = bootCase(puma, {});
    expect(shown(settings['threads_max'])).toBe('? [16 5]');
    const files = { 'config/puma.rb': 'threads 3, 3' };
    const max = traced(bootCase(puma, { files }).settings, 'threads_max');
    expect(max).toMatchObject({ known: true, value: 3 });
  });
});

describe('what is assumed', () => {
  it('is that nothing sets WEB_CONCURRENCY', () => {
    const { settings } = bootCase(puma, { gems: PUMA_8, files: { 'config/puma.rb': 'threads 3, 3' } });
    const workers = traced(settings, 'workers');
    expect(workers).toMatchObject({ known: true, value: 0, assumes: [{ kind: 'unset', variable: 'WEB_CONCURRENCY' }] });
    const threads = traced(settings, 'threads_max');
    expect(threads.known && confidenceOf(threads.assumes)).toBe('high');
  });

  it('is the condition of a directive that was skipped', () => {
    const file = 'threads 3, 3\nworkers 2 if ENV["CLUSTER"]\n';
    const { settings } = bootCase(puma, { gems: PUMA_8, files: { 'config/puma.rb': file } });
    const workers = traced(settings, 'workers');
    expect(workers).toMatchObject({ known: true, value: 0 });
    expect(workers.known && workers.assumes).toContainEqual({ kind: 'unset', variable: 'CLUSTER' });
  });

  it('is not the condition of a directive that is called again', () => {
    const file = 'workers 2 if ENV["CLUSTER"]\nworkers 4\n';
    const { settings } = bootCase(puma, { gems: PUMA_8, files: { 'config/puma.rb': file } });
    expect(traced(settings, 'workers')).toMatchObject({ known: true, value: 4, assumes: [] });
  });

  it('is not what the command line overrules', () => {
    const files = { 'config/puma.rb': 'workers 2 if ENV["CLUSTER"]\n' };
    const { settings } = bootCase(puma, { gems: PUMA_8, files, command: 'puma -w 3' });
    expect(traced(settings, 'workers')).toMatchObject({ known: true, value: 3, assumes: [] });
  });
});

describe('the command line', () => {
  it('keeps the place of its numbers', () => {
    const { settings } = bootCase(puma, { gems: PUMA_8, command: 'bundle exec puma -w 5' });
    const { origin } = traced(settings, 'workers');
    expect(origin).toMatchObject({ kind: 'literal', at: { start: 20, end: 21 } });
  });

  it('cannot tell the value of a variable that nothing sets', () => {
    const { settings, problems } = bootCase(puma, { gems: PUMA_8, command: 'puma -t $T -w 2' });
    expect(shown(settings['threads_max'])).toBe('?');
    expect(shown(settings['workers'])).toBe(2);
    expect(problems).toEqual([]);
  });

  it('leaves everything open behind a word nobody knows', () => {
    const { settings } = bootCase(puma, {
      gems: PUMA_8,
      command: 'puma $(cat opts)',
      files: { 'config/puma.rb': 'workers 2' },
    });
    expect(shown(settings['workers'])).toBe('?');
  });

  it.each([
    ['bin/rails server -e staging', 'config/puma/staging.rb'],
    ['bin/rails server', 'config/puma/production.rb'],
    ['puma -C /app/config/b.rb', 'config/b.rb'],
    ['puma -C ./config/b.rb', 'config/b.rb'],
    ['pumactl -F config/b.rb start', 'config/b.rb'],
    ['rackup -E staging', 'config/puma/staging.rb'],
  ])('%s reads %s', (command, path) => {
    const files = { 'config/puma.rb': 'workers 1', [path]: 'workers 7' };
    expect(shown(bootCase(puma, { gems: PUMA_8, command, files }).settings['workers'])).toBe(7);
  });

  it('takes the threads of a rack handler', () => {
    const { settings } = bootCase(puma, { gems: PUMA_8, command: 'rackup -O Threads=2:6' });
    expect([shown(settings['threads_min']), shown(settings['threads_max'])]).toEqual([2, 6]);
  });

  it('cannot tell a file outside the repository', () => {
    const { settings, problems } = bootCase(puma, { gems: PUMA_8, command: 'puma -C /etc/puma.rb -w 3' });
    expect(shown(settings['threads_max'])).toBe('?');
    expect(shown(settings['workers'])).toBe(3);
    expect(problems).toEqual([]);
  });
});

describe('-e', () => {
  const both = { RAILS_ENV: 'production', RACK_ENV: 'production' };

  it.each([
    ['puma -e staging', both, 'production', 'staging'],
    ['puma -e staging', {}, null, 'staging'],
    ['pumactl -e staging start', {}, null, 'staging'],
    ['rackup -E staging', both, 'production', 'staging'],
    ['rails server -e staging', {}, 'staging', null],
    ['rails server -e staging', both, 'production', 'production'],
    ['puma', both, 'production', 'production'],
  ])('of %s with %j', (command, env, rails, rack) => {
    const { boot } = bootCase(puma, { gems: PUMA_8, command, env });
    const state = (name: string) => shownTraced(boot.environment.get(name));
    expect([state('RAILS_ENV'), state('RACK_ENV')]).toEqual([rails, rack]);
  });
});

describe('puma.rb', () => {
  it('has hooks and plugins under the names it uses', () => {
    const file = `
      before_fork { ActiveRecord::Base.connection_pool.disconnect! }
      on_worker_boot do
        ActiveRecord::Base.establish_connection
      end
      after_booted { } if ENV["NEVER"]
      plugin :tmp_restart
      plugin "solid_queue" if ENV.fetch("SOLID_QUEUE_IN_PUMA", "true") == "true"
    `;
    expect(settingsOf(file)).toMatchObject({
      hooks: ['before_fork', 'on_worker_boot'],
      plugins: ['tmp_restart', 'solid_queue'],
    });
  });

  it('has candidates where a condition cannot be decided', () => {
    const file = 'if File.exist?("/etc/big")\n  threads 10, 10\nelse\n  threads 5, 5\nend\n';
    expect(settingsOf(file)).toMatchObject({ threads_max: '? [10 5]' });
  });

  it('counts processors when somebody says how many', () => {
    const file = 'workers Etc.nprocessors';
    expect(settingsOf(file)).toMatchObject({ workers: '?' });
    expect(settingsOf(file, { cpus: 4 })).toMatchObject({ workers: 4, preload_app: true });
    expect(settingsOf('workers :auto')).toMatchObject({ workers: '?', preload_app: '?' });
    expect(settingsOf('workers :auto', { cpus: 2 })).toMatchObject({ workers: 2 });
  });

  it('sets what later files see', () => {
    const files = {
      'config/puma.rb': 'ENV["RAILS_MAX_THREADS"] ||= "7"',
      'config/environments/production.rb': 'Rails.application.configure { config.x = ENV["RAILS_MAX_THREADS"] }',
    };
    const { boot } = bootCase(puma, { gems: PUMA_8, files });
    expect(shownTraced(boot.environment.get('RAILS_MAX_THREADS'))).toBe('7');
  });

  it('is read before the app by puma, after it by rails server', () => {
    const files = {
      'config/puma.rb': 'workers ENV.fetch("W", 1)',
      'config/environments/production.rb': 'ENV["W"] = "5"',
    };
    expect(shown(bootCase(puma, { gems: PUMA_8, files, command: 'puma' }).settings['workers'])).toBe(1);
    expect(shown(bootCase(puma, { gems: PUMA_8, files, command: 'rails server' }).settings['workers'])).toBe(5);
  });

  it('may hand itself to a gem', () => {
    expect(settingsOf('GovukPuma.configure_rails(self)\n')).toMatchObject({ threads_max: '?', workers: '?' });
    expect(settingsOf('# GovukPuma.configure_rails(self)\n')).toMatchObject({ threads_max: 5 });
    expect(settingsOf('GovukPuma.configure_rails(self)\nworkers 2\n')).toMatchObject({ workers: 2 });
  });

  it('loads another file with _load_from, and not with load', () => {
    const files = { 'config/defaults.rb': 'workers 4\nthreads 2, 2\n' };
    const file = '_load_from File.expand_path("../defaults.rb", __FILE__)\nworkers 3\n';
    expect(settingsOf(file, { files })).toMatchObject({ workers: 3, threads_max: 2 });
    expect(settingsOf('load "config/defaults.rb"\n', { files })).toMatchObject({ workers: 0, threads_max: 5 });
  });

  it('survives one that loads itself', () => {
    expect(settingsOf('_load_from "config/puma.rb"\nthreads 1, 1')).toMatchObject({ threads_max: 1, workers: '?' });
  });
});

describe('a Puma that does not start', () => {
  it.each([
    ['threads nil, nil', 'TypeError', 1],
    ['\nworkers "two"', 'ArgumentError', 2],
    ['threads 5, 3', 'RuntimeError', 1],
    ['raise "no"', 'RuntimeError', 1],
  ])('%j', (file, error, line) => {
    const { settings, boot } = bootCase(puma, { gems: PUMA_8, files: { 'config/puma.rb': file } });
    const [problem] = boot.problems;
    expect(problem).toMatchObject({ kind: 'boot-failure' });
    expect(problem!.message).toContain(error);
    expect(placeOf(problem!.at)).toMatchObject({ file: 'config/puma.rb', line });
    expect(shown(settings['threads_max'])).toBe('?');
    expect(shown(settings['workers'])).toBe('?');
  });

  it('says on what it rests', () => {
    const files = { 'config/puma.rb': 'workers Integer(ENV["W"] || "x")' };
    const { boot } = bootCase(puma, { gems: PUMA_8, files });
    expect(boot.problems[0]!.assumes).toEqual([{ kind: 'unset', variable: 'W' }]);
  });

  it('is no news in a course that another one avoids', () => {
    const file = 'threads(File.exist?("/etc/x") ? 0 : 4, 4)';
    const { problems } = bootCase(puma, { gems: PUMA_8, files: { 'config/puma.rb': file } });
    expect(problems).toEqual([]);
  });
});

describe('processes', () => {
  it.each([
    ['workers 0', 1],
    ['workers 1', 1],
    ['workers 3', 3],
  ])('%s', (file, count) => {
    const { processes } = bootCase(puma, { gems: PUMA_8, files: { 'config/puma.rb': `threads 4, 4\n${file}` } });
    expect(processes).toHaveLength(1);
    const [web] = processes;
    expect(shownTraced(web!.processesPerHost)).toBe(count);
    expect(web!.claims.map(({ on, threads, counts }) => [on, shownTraced(threads), counts])).toEqual([
      ['every', 4, true],
    ]);
  });

  it('runs more threads than the most where a variable says a higher least', () => {
    const { processes } = bootCase(puma, { gems: PUMA_8, env: { MIN_THREADS: '9' } });
    expect(shownTraced(processes[0]!.threads)).toBe(9);
  });

  it('has extra threads for marked requests beside the pool verdict', () => {
    const { processes } = bootCase(puma, { gems: PUMA_8, files: { 'config/puma.rb': 'max_io_threads 6' } });
    expect(processes[0]!.claims.map(({ threads, counts }) => [shownTraced(threads), counts])).toEqual([
      [5, true],
      [6, false],
    ]);
  });
});

const FORKED = ['3 worker', '1 worker', '1 dispatcher', '1 supervisor'];

describe('the plugin for Solid Queue', () => {
  const file = 'plugin :solid_queue\nsolid_queue_mode :async\n';

  it('is a leftover without the gem', () => {
    const gems = PUMA_8;
    const booted = bootCase(puma, { gems, files: { 'config/puma.rb': file, 'Gemfile.lock': '' } });
    expect(booted.settings['plugins']).toEqual(['solid_queue']);
    expect(booted.starts).toEqual([]);
  });

  const queue = {
    'config/queue.yml':
      'workers:\n  - threads: 2\n    processes: 3\n  - threads: 5\ndispatchers:\n  - polling_interval: 1\n',
  };
  const bootedWith = (text: string, more: Case = {}) =>
    bootCase(puma, {
      gems: { ...PUMA_8, solid_queue: '1.3.2' },
      ...more,
      files: { ...queue, 'config/puma.rb': text, ...more.files },
    });
  const wants = (booted: ReturnType<typeof bootedWith>) =>
    booted.processes.map(({ claims }) =>
      claims.map(
        ({ on, threads, held, system }) => `${system ?? 'puma'} ${on} ${held} ${String(shownTraced(threads))}`,
      ),
    );

  it('runs inside the only process in async mode', () => {
    const booted = bootedWith(`threads 4, 4\n${file}`);
    expect(wants(booted)).toEqual([
      [
        'puma every request 4',
        'solid_queue jobs job 2',
        'solid_queue queue loop 2',
        'solid_queue jobs job 5',
        'solid_queue queue loop 2',
        'solid_queue queue loop 3',
        'solid_queue queue loop 3',
      ],
    ]);
    const [web] = booted.processes;
    expect(web).toMatchObject({ role: 'web', inside: [{ system: 'solid_queue', threads: { value: 7 } }] });
    expect(shownTraced(web!.threads)).toBe(4);
    expect(booted.starts).toEqual([]);
    expect(web!.claims[1]!.threads).toMatchObject({ assumes: [{ kind: 'unset', variable: 'WEB_CONCURRENCY' }] });
  });

  it('reads its files where the application left the environment', () => {
    const files = {
      'config/queue.yml': 'workers:\n  - threads: <%= ENV["JOBS"] %>\n',
      'config/environments/production.rb': 'ENV["JOBS"] = "9"',
    };
    const booted = bootedWith(file, { files, env: { RAILS_ENV: 'production' } });
    expect(wants(booted)[0]).toContain('solid_queue jobs job 9');
  });

  it.each([
    ['in the master of a cluster', `workers 2\n${file}`, '1.3.2', 'async', ['1 worker']],
    ['as processes by default', 'plugin :solid_queue', '1.3.2', 'fork', FORKED],
    ['as processes where there is no async mode', file, '1.2.4', 'fork', FORKED],
  ])('runs %s', (_, text, version, mode, processes) => {
    const { boot, ...booted } = bootedWith(text, { gems: { ...PUMA_8, solid_queue: version } });
    expect(wants({ boot, ...booted })).toEqual([['puma every request 5']]);
    expect(booted.processes[0]!.inside ?? []).toEqual([]);
    const [started, ...more] = booted.starts ?? [];
    expect(more).toEqual([]);
    const child = started!.boot(boot);
    expect(shown(child.settings['mode'])).toBe(mode);
    expect(
      child.processes.map(({ role, processesPerHost }) => `${String(shownTraced(processesPerHost))} ${role}`),
    ).toEqual(processes);
  });

  it('does not start inside a Puma where its file raises', () => {
    const files = { 'config/queue.yml': 'workers:\n  - threads: "3"\n' };
    expect(bootedWith(file, { files }).problems).toEqual([expect.stringContaining('TypeError')]);
  });
});
