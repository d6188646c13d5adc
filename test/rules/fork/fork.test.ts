import { describe, expect, it } from 'vitest';
import { spanText } from '../../../src/text/source.ts';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';
import type { ReportedFinding } from '../../../src/lint/result.ts';

interface Given {
  readonly puma: string;
  readonly rails?: string;
  readonly pumaVersion?: string;
  readonly gems?: Record<string, string>;
  readonly command?: string;
}

async function lint({ puma, rails = '8.0.2', pumaVersion = '6.6.0', gems = {}, command = 'bundle exec puma' }: Given) {
  return lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: pumaVersion, rails, ...gems }),
    'config/database.yml': 'production:\n  adapter: postgresql\n  database: shop\n  pool: 20\n',
    'config/puma.rb': puma,
    'config/environment.rb': '',
    Procfile: `web: ${command}\n`,
  });
}

async function found(rule: string, given: Given): Promise<readonly ReportedFinding[]> {
  const { findings } = await lint(given);
  return findings.filter((finding) => finding.rule === rule);
}

const messages = (findings: readonly ReportedFinding[]): string[] =>
  findings.map(({ severity, message }) => `${severity} ${message}`);

const CLUSTER = 'threads 5, 5\nworkers 2\npreload_app!\n';

describe('redundant-fork-reconnect', () => {
  const redundant = (body: string, rails?: string): Promise<readonly ReportedFinding[]> =>
    found('redundant-fork-reconnect', {
      puma: `${CLUSTER}on_worker_boot do\n  ${body}\nend\n`,
      ...(rails === undefined ? {} : { rails }),
    });

  it.each([
    'ActiveRecord::Base.establish_connection',
    'ActiveRecord::Base.establish_connection if defined?(ActiveRecord)',
    'defined?(ActiveRecord::Base) && ActiveRecord::Base.establish_connection',
    'ActiveSupport.on_load(:active_record) { ActiveRecord::Base.establish_connection }',
    'ActiveSupport.on_load(:active_record) { establish_connection }',
    'ActiveRecord::Base.establish_connection(Rails.env.to_sym)',
    'ActiveRecord::Base.connection_pool.disconnect!',
    'ActiveRecord::Base.connection.disconnect!',
    'ActiveRecord::Base.clear_all_connections!',
  ])('informs of %s', async (body) => {
    const [finding] = await redundant(body);
    expect(finding?.severity).toBe('info');
    expect(finding?.fix?.edits.map(({ at }) => spanText(at))).toEqual([`on_worker_boot do\n  ${body}\nend\n`]);
  });

  it('warns of a configuration, wherever it stands in the block', async () => {
    const recipe =
      'config = ActiveRecord::Base.configurations[Rails.env]\n  config["pool"] = ENV["MAX_THREADS"] || 5\n  ActiveRecord::Base.establish_connection(config)';
    const findings = await redundant(recipe);
    expect(messages(findings)).toEqual([
      'warning on_worker_boot connects every worker of web with a configuration of its own',
    ]);
    expect(findings[0]!.fix).toBeNull();
    expect(messages(await redundant('ActiveRecord::Base.establish_connection(pool: 10)'))).toHaveLength(1);
    expect(
      messages(await redundant('ActiveRecord::Base.establish_connection("postgres://db.example/shop")')),
    ).toHaveLength(1);
  });

  it('warns where the hook decides the pool of the workers, and only there', async () => {
    const hook =
      'on_worker_boot do\n  config = ActiveRecord::Base.configurations[Rails.env]\n  config["pool"] = 3\n  ActiveRecord::Base.establish_connection(config)\nend\n';
    const of = async (puma: string) => {
      const { projects, findings } = await lint({ puma: puma + hook, rails: '6.0.6' });
      const size = projects[0]?.processes[0]?.pools[0]?.size;
      return [size?.known && size.value, ...findings.map(({ rule }) => rule)];
    };
    expect(await of(CLUSTER)).toEqual([
      3,
      'pool-smaller-than-puma-threads',
      'redundant-fork-reconnect',
      'pool-set-in-ruby',
    ]);
    expect(await of('threads 5, 5\n')).toEqual([20, 'puma-hook-name-or-mode']);
    expect(await of('threads 5, 5\nworkers ENV.fetch("WEB_CONCURRENCY", 0)\n')).toEqual([20, 'puma-hook-name-or-mode']);
  });

  it.each([
    'Metrics.start',
    'Shop::Cache.reset\n  ActiveRecord::Base.establish_connection',
    'Sequel::DATABASES.each(&:disconnect)',
  ])('is silent about %s', async (body) => {
    expect(await redundant(body)).toEqual([]);
  });

  it('is silent about a hook that no fork runs', async () => {
    const puma = `${CLUSTER}on_restart do\n  ActiveRecord::Base.connection.disconnect!\nend\n`;
    expect(await found('redundant-fork-reconnect', { puma })).toEqual([]);
  });

  it('speaks from Rails 5.2 on', async () => {
    expect(await redundant('ActiveRecord::Base.establish_connection', '5.1.7')).toEqual([]);
    expect(await redundant('ActiveRecord::Base.establish_connection', '5.2.8')).toHaveLength(1);
  });

  it('does not remove a hook beside another library that has to reconnect', async () => {
    const puma = `${CLUSTER}on_worker_boot { ActiveRecord::Base.establish_connection }\n`;
    const [finding] = await found('redundant-fork-reconnect', { puma, gems: { sequel: '5.80.0' } });
    expect(finding!.fix).toBeNull();
  });
});

describe('missing-fork-disconnect-legacy', () => {
  const RULE = 'missing-fork-disconnect-legacy';
  const legacy = { rails: '5.1.7', pumaVersion: '3.12.6' };

  it('speaks up to Rails 5.1, and never from 5.2 on', async () => {
    expect(messages(await found(RULE, { puma: CLUSTER, ...legacy }))).toEqual([
      'warning the workers of web inherit the connections of the master',
    ]);
    expect(await found(RULE, { puma: CLUSTER, ...legacy, rails: '5.2.8' })).toEqual([]);
  });

  it('is silent without workers, without preloading, and with a hook', async () => {
    expect(await found(RULE, { puma: 'preload_app!\n', ...legacy })).toEqual([]);
    expect(await found(RULE, { puma: 'workers 2\n', ...legacy })).toEqual([]);
    const hook = 'on_worker_boot { ActiveRecord::Base.establish_connection }\n';
    expect(await found(RULE, { puma: CLUSTER + hook, ...legacy })).toEqual([]);
  });

  it('knows that rails server builds the app before it forks', async () => {
    const given = { puma: 'workers 2\n', ...legacy, command: 'bin/rails server' };
    expect(await found(RULE, given)).toHaveLength(1);
  });

  it('cannot tell where the workers are not known, or a hook is not followed', async () => {
    const unknown = async (puma: string): Promise<number> => {
      const { unresolved } = await lint({ puma, ...legacy });
      return unresolved.filter(({ what }) => what === 'connections that workers of web inherit').length;
    };
    expect(await unknown('workers ENV.fetch("WORKERS")\npreload_app!\n')).toBe(1);
    expect(await unknown(`${CLUSTER}before_fork { Shop.close_connections }\n`)).toBe(1);
    expect(await unknown(`${CLUSTER}before_fork { GC.start }\n`)).toBe(0);
  });

  it('goes by the name that people look for', async () => {
    const { rules } = await import('../../../rules/index.ts');
    const named = rules.filter(({ aliases }) => aliases.includes('missing-worker-boot-reconnect'));
    expect(named.map(({ id }) => id)).toContain(RULE);
  });

  it.each([
    ['off', 0],
    ['error', 1],
  ])('takes what the configuration says of that name: %s', async (severity, count) => {
    const { findings } = await lintFiles({
      '.rails-pool-lint.yml': `rules:\n  missing-worker-boot-reconnect: ${severity}\n`,
      'Gemfile.lock': lockfile({ pg: '0.21.0', puma: '3.12.6', rails: '5.1.7' }),
      'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 20\n',
      'config/puma.rb': CLUSTER,
    });
    expect(findings.filter(({ rule }) => rule === RULE)).toHaveLength(count);
  });
});

describe('puma-hook-name-or-mode', () => {
  const RULE = 'puma-hook-name-or-mode';
  const hook = `${CLUSTER}on_worker_shutdown { Metrics.stop }\n`;

  it('renames from Puma 7 on', async () => {
    expect(await found(RULE, { puma: hook, pumaVersion: '6.6.1' })).toEqual([]);
    const [finding] = await found(RULE, { puma: hook, pumaVersion: '7.0.0' });
    expect(concise(finding!)).toBe(
      'config/puma.rb:4:1: info puma-hook-name-or-mode on_worker_shutdown is called before_worker_shutdown from Puma 7.0 on',
    );
    expect(finding!.fix!.edits.map(({ at, text }) => [spanText(at), text])).toEqual([
      ['on_worker_shutdown', 'before_worker_shutdown'],
    ]);
    expect(await found(RULE, { puma: hook.replace('on_', 'before_'), pumaVersion: '7.0.0' })).toEqual([]);
  });

  it('knows the hooks of a cluster where there are no workers', async () => {
    const puma = 'workers 0\nbefore_fork { GC.start }\n';
    expect(messages(await found(RULE, { puma }))).toEqual(['info before_fork never runs: web has no workers']);
    expect(await found(RULE, { puma: puma.replace('0', '2') })).toEqual([]);
    expect(await found(RULE, { puma: 'workers 0\non_restart { GC.start }\n' })).toEqual([]);
  });

  it('assumes WEB_CONCURRENCY unset where that decides', async () => {
    const [finding] = await found(RULE, { puma: 'before_fork { GC.start }\n' });
    expect(finding?.confidence).toBe('medium');
    expect(
      await found(RULE, { puma: 'before_fork { GC.start }\n', command: 'WEB_CONCURRENCY=2 bundle exec puma' }),
    ).toEqual([]);
  });

  it('is silent where the file says that somebody knows', async () => {
    const puma = 'workers 0\nsilence_fork_callback_warning\nbefore_fork { Metrics.stop }\n';
    expect(await found('puma-hook-name-or-mode', { puma })).toEqual([]);
  });

  it('is silent about a hook that is registered only where there are workers', async () => {
    const puma = 'count = ENV.fetch("WEB_CONCURRENCY", 0).to_i\nworkers count\nbefore_fork { GC.start } if count > 0\n';
    expect(await found(RULE, { puma })).toEqual([]);
  });
});

describe('solid-queue-plugin-without-preload', () => {
  const RULE = 'solid-queue-plugin-without-preload';
  const gems = { solid_queue: '1.1.3' };
  const puma = 'workers 2\nplugin :solid_queue\n';

  it('goes by the version of Puma, and by where the workers come from', async () => {
    expect(await found(RULE, { puma, gems, pumaVersion: '6.6.0' })).toHaveLength(1);
    expect(await found(RULE, { puma, gems, pumaVersion: '7.0.4' })).toEqual([]);
    expect(await found(RULE, { puma: puma.replace('2', '1'), gems, pumaVersion: '7.0.4' })).toHaveLength(1);
    const variable = { puma: 'plugin :solid_queue\n', gems, command: 'WEB_CONCURRENCY=2 bundle exec puma' };
    expect(await found(RULE, variable)).toEqual([]);
  });

  it('is silent where the app is in the master anyway', async () => {
    expect(await found(RULE, { puma, gems, command: 'bin/rails server' })).toEqual([]);
    expect(await found(RULE, { puma: `preload_app!\n${puma}`, gems })).toEqual([]);
    expect(await found(RULE, { puma: `require_relative "environment"\n${puma}`, gems })).toEqual([]);
    expect(await found(RULE, { puma: 'plugin :solid_queue\n', gems })).toEqual([]);
  });

  it('is silent about a leftover line without the gem', async () => {
    expect(await found(RULE, { puma })).toEqual([]);
  });

  it('cannot tell where the workers are not known', async () => {
    const { unresolved } = await lint({ puma: 'workers ENV.fetch("WORKERS")\nplugin :solid_queue\n', gems });
    expect(unresolved.map(({ what }) => what)).toContain('the app in the master of web');
  });
});
