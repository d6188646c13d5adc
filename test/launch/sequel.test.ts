import { describe, expect, it } from 'vitest';
import type { EngineOptions } from '../../src/lint/engine.ts';
import { lintFiles, lockfile } from '../support/lint.ts';

const GEMS = { pg: '1.5.9', puma: '6.6.0', sequel: '5.92.0' };

/** Databases of the web process: "name adapter size on server", sizes with `?` unknown and `~` assumed. */
async function databases(
  files: Record<string, string>,
  gems: Record<string, string> = GEMS,
  options?: Partial<EngineOptions>,
) {
  const { projects, findings } = await lintFiles({ 'Gemfile.lock': lockfile(gems), ...files }, options);
  const web = projects[0]!.launches.find(({ launch }) => launch.name === 'web')!;
  const shown = web.databases.map(({ name, adapter, pool, server }) => {
    const size = pool.known ? `${pool.value}${pool.assumes.length > 0 ? '~' : ''}` : '?';
    return `${name} ${adapter.known ? adapter.value : '?'} ${size} on ${server?.name ?? server?.key ?? 'no server'}`;
  });
  return {
    shown,
    problems: projects[0]!.problems.map(({ message }) => message),
    pools: projects[0]!.processes[0]!.pools,
    findings,
  };
}

async function connected(ruby: string, options?: Partial<EngineOptions>) {
  return (await databases({ 'config/database.rb': `${ruby}\n` }, GEMS, options)).shown;
}

describe('what Sequel connects to', () => {
  it('has four connections where nobody says a number', async () => {
    expect(await connected('DB = Sequel.connect("postgres://db.example/library")')).toEqual([
      'primary postgres 4 on db.example:5432',
    ]);
  });

  it('takes max_connections from the options before the URL, and pool from neither', async () => {
    const url = '"postgres://db.example/library?max_connections=10"';
    expect(await connected(`DB = Sequel.connect(${url})`)).toEqual(['primary postgres 10 on db.example:5432']);
    expect(await connected(`DB = Sequel.connect(${url}, max_connections: 7)`)).toEqual([
      'primary postgres 7 on db.example:5432',
    ]);
    expect(await connected('DB = Sequel.connect("postgres://db.example/library", pool: 20)')).toEqual([
      'primary postgres 4 on db.example:5432',
    ]);
  });

  it('converts as Integer() does, and does not start with what is no positive number', async () => {
    const size = async (text: string) =>
      databases({ 'config/db.rb': `DB = Sequel.postgres("library", max_connections: ${text})\n` });
    expect((await size('"010"')).shown).toEqual(['primary postgres 8 on ']);
    expect((await size('7.9')).shown).toEqual(['primary postgres 7 on ']);
    expect((await size('nil')).shown).toEqual(['primary postgres 4 on ']);
    expect((await size('0')).problems).toEqual(['Sequel raises Sequel::Error: :max_connections must be positive']);
    expect((await size('"max"')).problems).toEqual(['Sequel raises ArgumentError: invalid value for Integer(): "max"']);
  });

  it('assumes that a URL nobody sees names no size, and knows one that options give', async () => {
    expect(await connected('DB = Sequel.connect(ENV.fetch("DATABASE_URL"))')).toEqual([
      'primary ? 4~ on url ENV.fetch("DATABASE_URL")',
    ]);
    expect(
      await connected('DB = Sequel.connect(ENV["DATABASE_URL"], max_connections: ENV.fetch("DB_POOL", 12).to_i)'),
    ).toEqual(['primary ? 12~ on url ENV["DATABASE_URL"]']);
    const set = [{ process: null, key: 'DATABASE_URL', value: 'mysql2://db.example/library' }];
    expect(await connected('DB = Sequel.connect(ENV.fetch("DATABASE_URL"))', { set })).toEqual([
      'primary mysql2 4 on db.example:3306',
    ]);
  });

  it('is unknown where one argument may be a Hash of options as well as a URL', async () => {
    const size = async (argument: string) => (await connected(`DB = Sequel.connect(${argument})`))[0];
    for (const hash of [
      'opts[:database].merge(Options.build(opts))',
      'Settings.database',
      'YAML.load(File.read("db"))',
    ])
      expect(await size(hash)).toMatch(/^primary \? \? on url /);
    expect(await size('Settings.database, max_connections: 9')).toBe('primary ? 9 on url Settings.database');
    for (const url of [
      'Settings.database_url',
      'settings[:url]',
      'config.fetch("DSN")',
      '"postgres://#{Settings.host}/a"',
    ])
      expect(await size(url)).toMatch(/^primary \? 4~ on url /);
  });

  it('is the same connection for every file that requires the one that makes it', async () => {
    const connect = 'DB = Sequel.connect("postgres://db.example/library", max_connections: 6)\n';
    const files = {
      'db.rb': connect,
      'model.rb': 'require_relative "db"\n',
      'stats.rb': 'require_relative "model"\nSTATS = Sequel.connect("postgres://stats.example/library")\n',
    };
    expect((await databases(files)).shown).toEqual([
      'primary postgres 6 on db.example:5432',
      'sequel postgres 4 on stats.example:5432',
    ]);
  });

  it('is one connection in memory, and none behind a block', async () => {
    expect(await connected('DB = Sequel.sqlite')).toEqual(['primary sqlite 1 on no server']);
    // Sequel 5.0 makes that 1, Sequel 5.106 makes it 4, and nobody 7.
    const query = await connected('DB = Sequel.connect("sqlite::memory:?max_connections=7")');
    expect(query).toEqual(['primary sqlite ? on no server']);
    expect(await connected('DB = Sequel.connect("sqlite://library.db")')).toEqual(['primary sqlite 4 on no server']);
    expect(await connected('Sequel.connect("postgres://db.example/library") { |db| db.tables }')).toEqual([]);
  });

  it('is read in a method that runs later, and not in a comment, a test or a migration', async () => {
    const method =
      'module Library\n  def self.db\n    @db ||= Sequel.connect("postgres://db.example/library", max_connections: 6)\n  end\nend\n';
    expect((await databases({ 'lib/library.rb': method })).shown).toEqual(['primary postgres 6 on db.example:5432']);
    const line = 'DB = Sequel.connect("postgres://db.example/library")\n';
    expect((await databases({ 'spec/helper.rb': line, 'db/migrate/1.rb': line, 'app.rb': `# ${line}` })).shown).toEqual(
      [],
    );
  });

  it('is no pool of every process where a method of an application with Active Record connects for itself', async () => {
    const rails = { ...GEMS, rails: '7.1.5' };
    const yml = { 'config/database.yml': 'production:\n  adapter: postgresql\n  host: db.example\n' };
    const method = (line: string) => ({
      ...yml,
      'app/services/import.rb': `class Import\n  def db\n    ${line}\n  end\nend\n`,
    });
    const connect = 'Sequel.connect("postgres://legacy.example/legacy")';
    expect((await databases(method(`db = ${connect}`), rails)).shown).toEqual([
      'primary postgresql 5 on db.example:5432',
    ]);
    expect((await databases(method(`@db ||= ${connect}`), rails)).shown).toEqual([
      'primary postgresql 5 on db.example:5432',
      'sequel postgres 4 on legacy.example:5432',
    ]);
    const initializer = { ...yml, 'config/initializers/legacy.rb': `LEGACY = ${connect}\n` };
    expect((await databases(initializer, rails)).shown).toHaveLength(2);
  });

  it('is unknown where another kind of pool is chosen', async () => {
    expect(await connected('DB = Sequel.postgres("library", single_threaded: true)')).toEqual([
      'primary postgres ? on ',
    ]);
    expect(await connected('DB = Sequel.postgres("library", pool_class: :threaded, max_connections: 9)')).toEqual([
      'primary postgres 9 on ',
    ]);
  });

  it('is a pool for each database, which every request may use', async () => {
    const { shown, pools } = await databases({
      'config/databases.rb':
        'DB = Sequel.connect("postgres://db.example/library")\nSTATS = Sequel.connect("postgres://stats.example/stats", max_connections: 2)\n',
    });
    expect(shown).toEqual(['primary postgres 4 on db.example:5432', 'sequel postgres 2 on stats.example:5432']);
    expect(pools.map(({ verdict }) => verdict.kind)).toEqual(['violates', 'violates']);
  });
});

describe('shards of Sequel', () => {
  const servers = 'servers: { read_only: { host: "replica.example", max_connections: 99 }, archive: ->(db) { {} } }';

  it('are as many pools, each of the size of the connection', async () => {
    const one = `DB = Sequel.connect("postgres://db.example/library", max_connections: 6, ${servers})`;
    expect(await connected(one)).toEqual([
      'primary postgres 6 on db.example:5432',
      'primary.read_only postgres 6 on replica.example:5432',
      expect.stringMatching(/^primary\.archive postgres 6 on /),
    ]);
  });

  it('count one after the other for the threads and for their servers', async () => {
    const one =
      'DB = Sequel.postgres(host: "db.example", max_connections: 3, servers: { a: { host: "a.example" }, b: {} })\n';
    const { pools } = await databases({ 'config/db.rb': one, 'config/puma.rb': 'threads 3, 3\n' });
    const seen = pools.map(({ database, demand, verdict }) => [
      database.server?.name,
      demand.known && demand.value,
      verdict.kind,
    ]);
    expect(seen).toEqual([
      ['db.example:5432', 3, 'holds'],
      ['a.example:5432', 3, 'holds'],
      ['db.example:5432', 3, 'holds'],
    ]);
  });
});

it('hears once of a size that is too small for every shard', async () => {
  const one =
    'DB = Sequel.connect("postgres://db.example/library", max_connections: 4, servers: { a: { host: "a.example" } })\n';
  const { findings } = await databases({ 'config/db.rb': one, 'config/puma.rb': 'threads 5, 5\n' });
  expect(findings.map(({ rule }) => rule)).toEqual(['orm-pool-smaller-than-threads']);
});

describe('what ROM connects to', () => {
  const gems = { ...GEMS, rom: '5.4.2', 'rom-sql': '3.7.0' };

  it('is a pool for every gateway of SQL', async () => {
    const one = 'ROM.container(:sql, "postgres://db.example/library", max_connections: 8)\n';
    expect((await databases({ 'config/rom.rb': one }, gems)).shown).toEqual(['default postgres 8 on db.example:5432']);
    const several =
      'configuration = ROM::Configuration.new(default: [:sql, "postgres://db.example/library"], files: [:yaml, "data"], stats: [:sql, "postgres://db.example/stats", { max_connections: 3 }])\n';
    expect((await databases({ 'config/rom.rb': several }, gems)).shown).toEqual([
      'default postgres 4 on db.example:5432',
      'stats postgres 3 on db.example:5432',
    ]);
  });
});

describe('what Hanami connects to', () => {
  const gems = { ...GEMS, hanami: '2.2.1', 'hanami-db': '2.2.1' };
  const app = {
    'config/app.rb': 'require "hanami"\nmodule Library\n  class App < Hanami::App\n  end\nend\n',
    'app/relations/books.rb': '',
  };
  const provider = (gateway: string) => ({
    'config/providers/db.rb': `Hanami.app.configure_provider :db do\n  config.gateway :default do |gw|\n    ${gateway}\n  end\nend\n`,
  });

  it('is one default gateway of four, on the driver of the bundle', async () => {
    expect((await databases(app, gems)).shown).toEqual(['default postgres 4~ on url DATABASE_URL']);
  });

  it('is no database in an app without relations, or without hanami-db', async () => {
    expect((await databases({ 'config/app.rb': app['config/app.rb'] }, gems)).shown).toEqual([]);
    expect((await databases(app, { ...GEMS, hanami: '2.2.1' })).shown).toEqual([]);
  });

  it('takes its options from the provider, which win over the URL', async () => {
    const set = [{ process: null, key: 'DATABASE_URL', value: 'postgres://db.example/library?max_connections=6' }];
    expect((await databases(app, gems, { set })).shown).toEqual(['default postgres 6 on db.example:5432']);
    const files = { ...app, ...provider('gw.connection_options max_connections: 9') };
    expect((await databases(files, gems, { set })).shown).toEqual(['default postgres 9 on db.example:5432']);
    const conditional = provider('gw.connection_options max_connections: (Hanami.env?(:production) ? 11 : 2)');
    expect((await databases({ ...app, ...conditional }, gems, { set })).shown).toEqual([
      'default postgres 11 on db.example:5432',
    ]);
  });

  it('is another pool for every gateway and slice that has a variable of its own', async () => {
    const set = [
      { process: null, key: 'DATABASE_URL', value: 'postgres://db.example/library' },
      { process: null, key: 'DATABASE_URL__STATS', value: 'postgres://stats.example/stats' },
      { process: null, key: 'SHOP__DATABASE_URL', value: 'postgres://db.example/shop?max_connections=2' },
    ];
    const files = { ...app, 'slices/shop/relations/orders.rb': '' };
    expect((await databases(files, gems, { set })).shown).toEqual([
      'default postgres 4 on db.example:5432',
      'stats postgres 4 on stats.example:5432',
      'shop postgres 2 on db.example:5432',
    ]);
  });
});

describe('what sequel-rails connects to', () => {
  const gems = { ...GEMS, rails: '7.1.5', 'sequel-rails': '1.2.2' };
  const yml = (line: string) => ({
    'config/database.yml': `production:\n  adapter: postgresql\n  host: db.example\n${line}`,
    'config/application.rb': 'require "action_controller/railtie"\n',
  });

  it('reads pool as max_connections, and has four without either', async () => {
    expect((await databases(yml(''), gems)).shown).toEqual(['primary postgres 4 on db.example:5432']);
    expect((await databases(yml('  pool: 9\n'), gems)).shown).toEqual(['primary postgres 9 on db.example:5432']);
    expect((await databases(yml('  max_connections: 7\n'), gems)).shown).toEqual([
      'primary postgres 7 on db.example:5432',
    ]);
  });

  it('takes config.sequel.max_connections before the file', async () => {
    const files = {
      ...yml('  pool: 9\n'),
      'config/initializers/sequel.rb': 'Rails.application.config.sequel.max_connections = 16\n',
    };
    expect((await databases(files, gems)).shown).toEqual(['primary postgres 16 on db.example:5432']);
  });

  it('stands beside Active Record where the application loads both', async () => {
    const files = { ...yml('  pool: 9\n'), 'config/application.rb': 'require "rails/all"\n' };
    expect((await databases(files, gems)).shown).toEqual([
      'primary postgresql 9 on db.example:5432',
      'sequel postgres 9 on db.example:5432',
    ]);
  });
});
