import { describe, expect, it } from 'vitest';
import type { EngineOptions } from '../../src/lint/engine.ts';
import type { PoolSize } from '../../src/database/entry.ts';
import type { Traced } from '../../src/value/traced.ts';
import { lintFiles, lockfile } from '../support/lint.ts';

const YAML = 'default: &default\n  adapter: postgresql\n  pool: 5\nproduction:\n  <<: *default\n  database: shop\n';

function shown(size: Traced<PoolSize>): string {
  if (size.known) return String(size.value);
  return size.candidates ? size.candidates.map(({ value }) => String(value)).join('|') : '?';
}

interface Around {
  readonly files?: Record<string, string>;
  readonly gems?: Record<string, string>;
  readonly options?: Partial<EngineOptions>;
  readonly path?: string;
}

/** The size of the first pool of each process, after a file that Rails runs at boot. */
async function sizes(ruby: string, rails = '7.1.5', around: Around = {}): Promise<string> {
  const { files = {}, gems = {}, options = {}, path = 'config/initializers/pool.rb' } = around;
  const result = await lintFiles(
    {
      'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails, ...gems }),
      'config/database.yml': YAML,
      [path]: ruby,
      ...files,
    },
    options,
  );
  const pools = result.projects[0]!.processes.map(({ name, pools: [first] }) => `${name} ${shown(first!.size)}`);
  return pools.join(', ');
}

describe('a size that Ruby sets', () => {
  it('is known where it is merged into the configuration', async () => {
    const base = 'ActiveRecord::Base';
    const merged = [
      `${base}.establish_connection(${base}.connection_db_config.configuration_hash.merge(pool: 12))`,
      `config = ${base}.configurations.configs_for(env_name: Rails.env, name: "primary").configuration_hash\n${base}.establish_connection(config.merge(pool: 12))`,
      `config = ${base}.configurations.configs_for(env_name: Rails.env).first\n${base}.establish_connection(config.configuration_hash.merge(pool: config.pool + 7))`,
      `${base}.establish_connection(**${base}.configurations.find_db_config(Rails.env).configuration_hash, pool: 12)`,
      `Rails.application.config.after_initialize do\n  ActiveSupport.on_load(:active_record) do\n    config = Rails.application.config.database_configuration[Rails.env]\n    config["pool"] = ENV["DB_POOL"] || 12\n    ${base}.establish_connection(config)\n  end\nend`,
      `${base}.class_eval do\n  establish_connection(connection_db_config.configuration_hash.merge(pool: 12))\nend`,
      `ActiveSupport.on_load(:active_record) do\n  establish_connection(connection_db_config = Rails.configuration.database_configuration["production"].merge("pool" => 12))\nend`,
    ];
    for (const ruby of merged) expect(`${await sizes(ruby)}\n${ruby}`).toBe(`web 12\n${ruby}`);
  });

  it('is the one of the file where a method would set it that nothing at boot calls', async () => {
    const later = ['define_method(:load_schema) do |config|', 'define_singleton_method("load_schema") do |config|'];
    for (const head of [...later, 'def load_schema(config)']) {
      const ruby = `module ActiveRecord\n  module Tasks\n    module DatabaseTasks\n      ${head}\n        ActiveRecord::Base.establish_connection(config)\n      end\n    end\n  end\nend\n`;
      expect(`${await sizes(ruby)} ${head}`).toBe(`web 5 ${head}`);
    }
  });

  it('is known in the ways of older versions', async () => {
    const recipe =
      'config = ActiveRecord::Base.configurations[Rails.env] || Rails.application.config.database_configuration[Rails.env]\n' +
      "config['pool'] = ENV['MAX_THREADS'] || 16\nActiveRecord::Base.establish_connection(config)\n";
    expect(await sizes(recipe, '5.2.8')).toBe('web 16');
    expect(await sizes(recipe, '6.0.6')).toBe('web 16');
    expect(await sizes(recipe.replace('(config)', ''), '5.2.8')).toBe('web 16');
    expect(
      await sizes(
        'ActiveRecord::Base.establish_connection(ActiveRecord::Base.connection_config.merge(pool: 9))',
        '6.1.7',
      ),
    ).toBe('web 9');
  });

  it('is 5 where the new configuration does not name one', async () => {
    const hash = '{ adapter: "postgresql", database: "shop", host: "db.example" }';
    expect(await sizes(`ActiveRecord::Base.establish_connection(${hash})`)).toBe('web 5');
    const url = '"postgres://db.example/shop?pool=7"';
    expect(await sizes(`ActiveRecord::Base.establish_connection(${url})`)).toBe('web 7');
  });

  it('is the one of the file where nothing is given, a name, or a change without effect', async () => {
    const kept = [
      'ActiveRecord::Base.establish_connection',
      'ActiveRecord::Base.establish_connection(:production)',
      'ActiveRecord::Base.establish_connection("production")',
      'Rails.application.config.database_configuration[Rails.env]["pool"] = 40',
      'ActiveRecord::Base.establish_connection(ActiveRecord::Base.connection_db_config)',
      'ActiveRecord::Base.connection_pool.disconnect!',
    ];
    for (const ruby of kept) expect(`${await sizes(ruby)}\n${ruby}`).toBe(`web 5\n${ruby}`);
  });

  it('is unknown where it cannot be followed', async () => {
    expect(await sizes('ActiveRecord::Base.establish_connection(Settings.database)')).toBe('web ?');
    expect(await sizes('ActiveRecord::Base.establish_connection(ENV.fetch("REPLICA_URL"))')).toBe('web ?');
    const merged = 'ActiveRecord::Base.connection_db_config.configuration_hash.merge(pool: Settings.pool)';
    expect(await sizes(`ActiveRecord::Base.establish_connection(${merged})`)).toBe('web ?');
    const perhaps = 'ActiveRecord::Base.connection_db_config.configuration_hash.merge(pool: 9)';
    expect(await sizes(`ActiveRecord::Base.establish_connection(${perhaps}) if Settings.large?`)).toBe('web 9|5');
  });

  it('holds for the processes that run the code', async () => {
    const merged = 'ActiveRecord::Base.connection_db_config.configuration_hash.merge(pool: 25)';
    const ruby = `Sidekiq.configure_server do |config|\n  ActiveRecord::Base.establish_connection(${merged})\nend\n`;
    const gems = { sidekiq: '7.3.9' };
    const files = { Procfile: 'web: bundle exec puma\nworker: bundle exec sidekiq -c 25\n' };
    expect(await sizes(ruby, '7.1.5', { gems, files })).toBe('web 5, worker 25');
  });

  it('leaves the other databases alone', async () => {
    const yaml =
      'production:\n  primary:\n    adapter: postgresql\n    pool: 5\n  loans:\n    adapter: postgresql\n    pool: 6\n';
    const model = 'class Loan < ApplicationRecord\n  connects_to database: { writing: :loans }\nend\n';
    const result = await lintFiles({
      'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '7.1.5' }),
      'config/database.yml': yaml,
      'app/models/loan.rb': model,
      'config/initializers/pool.rb':
        'ActiveRecord::Base.establish_connection(Rails.application.config.database_configuration[Rails.env]["primary"].merge("pool" => 11))',
    });
    expect(result.projects[0]!.processes[0]!.pools.map(({ size }) => shown(size))).toEqual(['11', '6']);
  });

  it('holds for the workers that a hook of puma.rb connects, and only where there are any', async () => {
    const hook =
      'on_worker_boot do\n  ActiveSupport.on_load(:active_record) do\n' +
      '    config = Rails.application.config.database_configuration[Rails.env]\n' +
      "    config['pool'] = ENV['MAX_THREADS'] || 16\n    ActiveRecord::Base.establish_connection(config)\n  end\nend\n";
    const puma = async (text: string): Promise<string> => sizes(text, '7.1.5', { path: 'config/puma.rb' });
    expect(await puma(`workers 2\n${hook}`)).toBe('web 16');
    expect(await puma(`workers 0\n${hook}`)).toBe('web 5');
    expect(await puma(`workers Settings.workers\n${hook}`)).toBe('web 5|16');
    expect(await puma(`workers Settings.large? ? 2 : 0\n${hook}`)).toBe('web 5|16');
    expect(await puma('workers 2\non_worker_boot { ActiveRecord::Base.establish_connection }\n')).toBe('web 5');
    expect(await puma(`workers 2\n${hook.replace("ENV['MAX_THREADS'] || 16", 'Settings.size')}`)).toBe('web ?');
    const perhaps = 'on_worker_boot { ActiveRecord::Base.establish_connection(pool: 3) if Settings.small? }\n';
    expect(await puma(`workers 2\n${perhaps}`)).toBe('web ?');
  });

  it('is in doubt behind the end of what can be followed, unless the call is a comment or names an entry', async () => {
    const stop = 'raise Settings.message\n';
    expect(await sizes(`${stop}ActiveRecord::Base.establish_connection(config)\n`)).toBe('web ?');
    expect(await sizes(`${stop}# ActiveRecord::Base.establish_connection(config)\n`)).toBe('web 5');
    expect(await sizes(`${stop}ActiveRecord::Base.establish_connection :replica\n`)).toBe('web 5');
    expect(await sizes(`${stop}ActiveRecord::Base.establish_connection(:replica)\n`)).toBe('web 5');
  });
});
