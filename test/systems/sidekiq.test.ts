import { describe, expect, it } from 'vitest';
import { sidekiq, sidekiqClient } from '../../src/systems/sidekiq.ts';
import { SIDEKIQ_RULES } from '../../src/systems/sidekiq/rules.ts';
import { placeOf } from '../../src/text/source.ts';
import type { Traced } from '../../src/value/traced.ts';
import { bootCase, shown, shownTraced, type Case } from './harness.ts';

const SIDEKIQ_7 = { sidekiq: '7.3.9' };

function booted(given: Case) {
  return bootCase(sidekiq, { gems: SIDEKIQ_7, ...given });
}

function concurrency(given: Case): unknown {
  return shown(booted(given).settings['concurrency']);
}

describe('version rows', () => {
  it.each(SIDEKIQ_RULES.rows)('since $since: $source', ({ source }) => expect(source).toMatch(/^lib\/sidekiq\S*@v\d/));

  it.each([
    ['4.1.4', 25, 'lib/sidekiq/cli.rb@v4.1.4'],
    ['5.1.3', 25, 'lib/sidekiq/cli.rb@v5.1.3'],
    ['5.2.0', 10, 'lib/sidekiq.rb@v5.2.0'],
    ['6.5.12', 10, 'lib/sidekiq/cli.rb@v6.5.12'],
    ['7.0.9', 5, 'lib/sidekiq/config.rb@v7.0.9'],
    ['8.1.7', 5, 'lib/sidekiq/cli.rb@v7.3.9'],
  ])('Sidekiq %s runs %i threads by default', (version, threads, source) => {
    const setting = booted({ gems: { sidekiq: version } }).settings['concurrency'] as Traced<unknown>;
    expect(setting).toMatchObject({ known: true, value: threads });
    expect(JSON.stringify(setting.origin)).toContain(source);
  });

  it('reads RAILS_MAX_THREADS since 4.2', () => {
    const env = { RAILS_MAX_THREADS: '12' };
    expect(concurrency({ gems: { sidekiq: '4.1.4' }, env })).toBe(25);
    expect(concurrency({ gems: { sidekiq: '4.2.0' }, env })).toBe(12);
  });

  it('has candidates where the version is not known', () => {
    expect(shown(bootCase(sidekiq, {}).settings['concurrency'])).toBe('? [25 10 5]');
  });

  it('assumes no version where all of them agree', () => {
    const files = { 'config/sidekiq.yml': ':concurrency: 7\n' };
    const { settings } = bootCase(sidekiq, { files, command: 'sidekiq -C config/sidekiq.yml' });
    expect(settings['concurrency']).toMatchObject({ value: 7, assumes: [] });
  });

  it('trims ERB since 7.1', () => {
    const files = { 'config/sidekiq.yml': '<% if true -%>\nconcurrency: 7\n<% end -%>\n' };
    expect(concurrency({ files })).toBe(7);
    expect(booted({ files, gems: { sidekiq: '7.0.9' } }).problems).toHaveLength(1);
  });
});

describe('sidekiq.yml', () => {
  it('says what it assumes', () => {
    const files = { 'config/sidekiq.yml': 'concurrency: <%= ENV.fetch("SIDEKIQ_CONCURRENCY", 10) %>\n' };
    const setting = booted({ files }).settings['concurrency'];
    expect(setting).toMatchObject({ value: 10, assumes: [{ kind: 'unset', variable: 'SIDEKIQ_CONCURRENCY' }] });
  });

  it('may be a template with a name of its own', () => {
    expect(concurrency({ files: { 'config/sidekiq.yml.erb': 'concurrency: <%= 3 + 4 %>\n' } })).toBe(7);
  });

  it('is chosen with -C', () => {
    const files = {
      'config/sidekiq.yml': 'concurrency: 7',
      'config/sidekiq/mail.yml': 'concurrency: 2\nqueues: [mail]',
    };
    const { settings } = booted({ files, command: 'bundle exec sidekiq -C config/sidekiq/mail.yml' });
    expect(shown(settings['capsules'])).toEqual([{ name: 'default', concurrency: 2, queues: 'mail' }]);
    expect(concurrency({ files, command: 'sidekiq -C /app/config/sidekiq/mail.yml' })).toBe(2);
    expect(concurrency({ files, command: 'sidekiq -C /etc/sidekiq.yml' })).toBe('?');
  });

  it('hides the default with a key without a value', () => {
    const files = { 'config/sidekiq.yml': 'concurrency: <%= ENV["X"] %>\n' };
    expect(concurrency({ files, env: { RAILS_MAX_THREADS: '12' } })).toBe(12);
    const { boot } = booted({ files });
    expect(boot.problems[0]).toMatchObject({
      kind: 'boot-failure',
      message: expect.stringContaining('not a valid value'),
    });
    expect(placeOf(boot.problems[0]!.at).file).toBe('config/sidekiq.yml');
  });

  it('leaves the default open behind an output that nobody knows', () => {
    const files = { 'config/sidekiq.yml': '<%= Secrets.yaml %>\nqueues: [a]\n' };
    expect(concurrency({ files })).toBe('?');
  });

  it('sums capsules', () => {
    const files = {
      'config/sidekiq.yml': 'concurrency: 7\ncapsules:\n  single:\n    concurrency: 1\n    queues: [single]\n',
    };
    const { settings, processes } = booted({ files });
    expect(shown(settings['concurrency'])).toBe(8);
    expect(shown(settings['capsules'])).toEqual([
      { name: 'default', concurrency: 7, queues: 'default' },
      { name: 'single', concurrency: 1, queues: 'single' },
    ]);
    expect(processes[0]!.claims).toMatchObject([{ on: 'jobs', held: 'job', counts: true }]);
    expect(shownTraced(processes[0]!.claims[0]!.threads)).toBe(8);
  });
});

describe('the command line', () => {
  it('keeps the place of its number', () => {
    const setting = booted({ command: 'bundle exec sidekiq -c 25' }).settings['concurrency'] as Traced<unknown>;
    expect(setting).toMatchObject({ value: 25, origin: { kind: 'literal', at: { start: 23, end: 25 } }, assumes: [] });
  });

  it('reads a variable before the command', () => {
    expect(concurrency({ command: 'RAILS_MAX_THREADS=10 bundle exec sidekiq' })).toBe(10);
    expect(concurrency({ command: 'bundle exec sidekiq -c ${SIDEKIQ_CONCURRENCY:-5}' })).toBe(5);
    expect(concurrency({ command: 'bundle exec sidekiq -c $SIDEKIQ_CONCURRENCY' })).toBe('?');
  });

  it('starts a swarm', () => {
    const count = (env: Record<string, string>, cpus?: number) =>
      shownTraced(
        booted({ command: 'bundle exec sidekiqswarm', env, ...(cpus === undefined ? {} : { cpus }) }).processes[0]!
          .processesPerHost,
      );
    expect([count({ SIDEKIQ_COUNT: '4' }), count({ SIDEKIQ_COUNT: '2.5' }), count({})]).toEqual([4, 2, '?']);
    expect([count({ SIDEKIQ_COUNT: '4' }, 8), count({}, 8)]).toEqual([4, 8]);
  });
});

describe('the environment', () => {
  const files = {
    'config/sidekiq.yml': 'concurrency: 1\nstaging:\n  concurrency: 2\n',
    'config/database.yml': 'production:\n  pool: 10\nstaging:\n  pool: 20\ndevelopment:\n  pool: 30\n',
  };
  const seen = (given: Case) => {
    const { boot } = booted({ files, ...given });
    boot.application();
    const name = (variable: string) => shownTraced(boot.environment.get(variable));
    return [
      concurrency({ files, ...given }),
      shownTraced(boot.databases[0]!.pool),
      name('RAILS_ENV'),
      name('RACK_ENV'),
    ];
  };
  const env = { RAILS_ENV: 'production', RACK_ENV: 'production' };

  it.each([
    ['sidekiq', 1, 10, 'production', 'production'],
    ['RAILS_ENV=staging bundle exec sidekiq', 2, 20, 'staging', 'staging'],
    ['sidekiq -e staging', 2, 20, 'staging', 'staging'],
    ['RAILS_ENV=production sidekiq -e staging', 2, 20, 'staging', 'staging'],
    ['APP_ENV=staging sidekiq', 2, 20, 'staging', 'staging'],
    ['RACK_ENV=staging sidekiq', 1, 10, 'production', 'production'],
  ])('of %s is one for all files', (command, ...expected) => expect(seen({ command, env })).toEqual(expected));

  it('is development where nothing says so', () => {
    expect(seen({ command: 'sidekiq' })).toEqual([1, 30, 'development', 'development']);
  });
});

describe('Ruby', () => {
  const initializer = (text: string) => ({
    'config/initializers/sidekiq.rb': text,
    'config/sidekiq.yml': 'concurrency: 7',
  });

  it.each([
    ['Sidekiq.configure_server { |config| config.concurrency = 3 }', 3],
    ['Sidekiq.configure_server { |config| config.concurrency = ENV.fetch("C", "4") }', 4],
    ['Sidekiq.configure_client { |config| config.concurrency = 3 }', 7],
    ['Sidekiq.configure_server { |config| config.capsule("x") { |c| c.queues = %w[x] } }', 14],
    ['Sidekiq.configure_server { |config| config.capsule("x") { |c| c.concurrency = 1 } }', 8],
    ['Sidekiq.configure_server { |c| c.concurrency = 3; c.capsule("x") { |x| x.queues = %w[x] } }', 10],
    ['if Sidekiq.server?\n  Sidekiq.default_configuration.concurrency = 2\nend', 2],
    ['Sidekiq.configure_server { |config| config.concurrency = File.exist?("/x") ? 2 : 3 }', '? [2 3]'],
  ])('%s', (text, threads) => expect(concurrency({ files: initializer(text) })).toBe(threads));

  it('is asked before Sidekiq 7 for its options', () => {
    const files = initializer('Sidekiq.options[:concurrency] = 9');
    expect(
      concurrency({ files: { ...files, 'config/sidekiq.yml': ':concurrency: 7' }, gems: { sidekiq: '6.5.12' } }),
    ).toBe(9);
  });

  it('answers what was resolved so far', () => {
    const files = {
      ...initializer(''),
      'config/database.yml':
        'production:\n  adapter: postgresql\n  pool: <%= Sidekiq.server? ? Sidekiq.default_configuration[:concurrency] + 1 : 5 %>\n',
    };
    const { boot } = booted({ files, env: { RAILS_ENV: 'production' } });
    boot.application();
    expect(shownTraced(boot.databases[0]!.pool)).toBe(8);
  });

  it('is a client in every other process', () => {
    const module = sidekiqClient(booted({}).boot.versions.of('sidekiq'));
    expect(module.hostName).toBe('Sidekiq');
  });

  it('that raises stops the boot', () => {
    const { boot } = booted({ files: initializer('Sidekiq.configure_server { |c| c.concurrency = "many" }') });
    expect(boot.problems[0]!.message).toContain('invalid value for Integer()');
  });
});
