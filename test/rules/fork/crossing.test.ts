import { describe, expect, it } from 'vitest';
import { lintFiles, lockfile } from '../../support/lint.ts';

const RULE = 'non-ar-connection-crosses-fork';

interface Shop {
  readonly puma?: string;
  readonly version?: string;
  readonly procfile?: string;
  readonly path?: string;
}

async function verdicts(ruby: string, shop: Shop = {}): Promise<string[]> {
  const { puma = 'workers 2\npreload_app!\n', version = '6.6.0', path = 'config/initializers/db.rb' } = shop;
  const { findings, unresolved } = await lintFiles({
    'Gemfile.lock': lockfile({ rails: '8.0.2', puma: version, sequel: '5.90.0', pg: '1.5.9' }),
    'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
    'config/puma.rb': puma,
    ...(shop.procfile === undefined ? {} : { Procfile: shop.procfile }),
    [path]: ruby,
  });
  const open = unresolved.filter(({ what }) => what.includes('forks')).map(() => 'unknown');
  return [...findings.filter(({ rule }) => rule === RULE).map(({ severity }) => severity), ...open];
}

const SEQUEL = 'DB = Sequel.connect("postgres://db.example/shop")\n';

describe(RULE, () => {
  it('is an error for Sequel, and a warning for drivers', async () => {
    expect(await verdicts(SEQUEL)).toEqual(['error']);
    expect(await verdicts('Sequel.connect("postgres://db.example/shop")\n')).toEqual(['error']);
    expect(await verdicts('CLIENT = PG.connect(host: "db.example")\n')).toEqual(['warning']);
    expect(await verdicts('$client = Mysql2::Client.new(host: "db.example")\n')).toEqual(['warning']);
    expect(await verdicts('CLIENT = Trilogy.new(host: "db.example")\n')).toEqual(['warning']);
  });

  it.each([
    ['CLIENT = PG.connect(host: "db.example")\n', 'CLIENT = ConnectionPool.new { PG.connect(…) }'],
    ['$client = Mysql2::Client.new\n', '$client = ConnectionPool.new { Mysql2::Client.new(…) }'],
  ])('never advises to close a client and leave it closed in the workers: %s', async (ruby, snippet) => {
    const { findings } = await lintFiles({
      'Gemfile.lock': lockfile({ rails: '8.0.2', puma: '6.6.0' }),
      'config/puma.rb': 'workers 2\npreload_app!\n',
      'config/initializers/db.rb': ruby,
    });
    expect(findings.map((one) => one.snippet)).toEqual([snippet]);
    expect(await verdicts(snippet.replace('(…)', ''))).toEqual([]);
  });

  it('knows where a class or the configuration keeps it, and reads config.ru', async () => {
    expect(await verdicts('class Store\n  @db = PG.connect(host: "db.example")\nend\n')).toEqual(['warning']);
    expect(await verdicts('Rails.application.config.x.db = PG.connect(host: "db.example")\n')).toEqual(['warning']);
    expect(await verdicts(`${SEQUEL}run Shop\n`, { path: 'config.ru' })).toEqual(['error']);
  });

  it('is a warning where a condition decides, unless that is the environment', async () => {
    const conditional = (condition: string) => verdicts(`${SEQUEL.trim()} ${condition}\n`);
    expect(await conditional('if ENV["LEGACY"]')).toEqual(['warning']);
    expect(await verdicts(`if ENV["LEGACY"]\n  ${SEQUEL}end\n`)).toEqual(['warning']);
    expect(await conditional('unless Rails.env.test?')).toEqual(['error']);
  });

  it('cannot tell whether anything is open where nothing is asked at once', async () => {
    expect(await verdicts('DB = Sequel.connect("postgres://db.example/shop", test: false)\n')).toEqual(['unknown']);
  });

  it.each([
    `${SEQUEL}DB.disconnect\n`,
    `${SEQUEL}Sequel::DATABASES.each(&:disconnect)\n`,
    'CLIENT = PG.connect(host: "db.example")\nVERSION = CLIENT.server_version\nCLIENT.close\n',
    'DB = Sequel.postgres(extensions: :activerecord_connection)\n',
    'DB = Sequel.postgres(test: true)\nDB.extension :activerecord_connection\n',
  ])('is silent where it is closed again, or Active Record’s own: %j', async (ruby) => {
    expect(await verdicts(ruby)).toEqual([]);
    expect(await verdicts(`${SEQUEL}def close = DB.disconnect\nat_exit { DB.disconnect }\n`)).toEqual(['error']);
  });

  describe('in Unicorn', () => {
    const unicorn = async (config: string): Promise<string[]> => {
      const { findings, unresolved } = await lintFiles({
        'Gemfile.lock': lockfile({ rails: '7.1.5', unicorn: '6.1.0', sequel: '5.90.0' }),
        'config/initializers/db.rb': SEQUEL,
        'config/unicorn.rb': config,
        Procfile: 'web: bundle exec unicorn -c config/unicorn.rb\n',
      });
      const open = unresolved.filter(({ what }) => what.includes('forks')).map(() => 'unknown');
      return [...findings.filter(({ rule }) => rule === RULE).map(({ severity }) => severity), ...open];
    };

    it('is an error where the master loads the app', async () => {
      expect(await unicorn('worker_processes 2\npreload_app true\n')).toEqual(['error']);
      expect(await unicorn('worker_processes 2\npreload_app false\n')).toEqual([]);
      expect(await unicorn('worker_processes 2\n')).toEqual([]);
      expect(await unicorn('worker_processes 2\npreload_app ENV["PRELOAD"] == "1"\n')).not.toEqual(['error']);
    });

    it('holds with a hook that disconnects', async () => {
      const hook = 'before_fork { |server, worker| Sequel::DATABASES.each(&:disconnect) }\n';
      expect(await unicorn(`worker_processes 2\npreload_app true\n${hook}`)).toEqual([]);
    });
  });

  describe('in Resque', () => {
    const resque = async (hook: string): Promise<string[]> => {
      const { findings } = await lintFiles({
        'Gemfile.lock': lockfile({ rails: '8.0.2', resque: '2.6.0', sequel: '5.90.0' }),
        'config/initializers/db.rb': SEQUEL,
        'config/initializers/resque.rb': hook,
        Procfile: 'worker: bundle exec rake resque:work\n',
      });
      return findings.filter(({ rule }) => rule === RULE).map(({ severity }) => severity);
    };

    it.each(['', 'Resque.before_fork = proc { log }\n', 'Resque.logger = DB.loggers.first\n'])(
      'is an error: %j',
      async (hook) => {
        expect(await resque(hook)).toEqual(['error']);
      },
    );

    it.each([
      'Resque.before_fork = proc { DB.disconnect }\n',
      'Resque.before_fork = -> { Sequel::DATABASES.each(&:disconnect) }\n',
      'Resque.after_fork = Proc.new { DB.disconnect }\n',
      'Resque.before_fork { DB.disconnect }\n',
      'Resque.before_first_fork do\n  DB.disconnect\nend\n',
    ])('holds with %j', async (hook) => {
      expect(await resque(hook)).toEqual([]);
    });
  });

  it('is a warning where something has to load the file first', async () => {
    expect(await verdicts(SEQUEL, { path: 'lib/db.rb' })).toEqual(['warning']);
  });

  it('asks who loads the app before the fork', async () => {
    expect(await verdicts(SEQUEL, { puma: 'workers 0\n' })).toEqual([]);
    expect(await verdicts(SEQUEL, { puma: 'workers 2\n', version: '6.6.0' })).toEqual([]);
    expect(await verdicts(SEQUEL, { puma: 'workers 2\n', version: '7.0.0' })).toEqual(['error']);
    expect(await verdicts(SEQUEL, { puma: 'workers 2\n', procfile: 'web: bin/rails server\n' })).toEqual(['error']);
    expect(await verdicts(SEQUEL, { puma: 'workers ENV.fetch("WORKERS")\npreload_app!\n' })).toEqual(['unknown']);
  });

  it('knows that fork_worker forks the first worker', async () => {
    expect(await verdicts(SEQUEL, { puma: 'workers 2\nfork_worker\n' })).toEqual(['error']);
    expect(await verdicts(SEQUEL, { puma: 'workers 1\nfork_worker\n' })).toEqual([]);
    expect(await verdicts(SEQUEL, { puma: 'workers 2\nfork_worker\nbefore_worker_boot { DB.disconnect }\n' })).toEqual(
      [],
    );
  });

  it('cannot tell who serves where the Gemfile names Passenger too', async () => {
    const said = async (gem: string): Promise<string[]> => {
      const { findings, unresolved } = await lintFiles({
        'Gemfile.lock': lockfile({ rails: '8.0.2', puma: '6.6.0', sequel: '5.90.0', pg: '1.5.9', [gem]: '1.0.0' }),
        'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
        'config/puma.rb': 'workers 2\npreload_app!\n',
        Procfile: 'web: bin/rails server\n',
        'config/initializers/db.rb': SEQUEL,
      });
      const reasons = unresolved.filter(({ what }) => what.includes('forks')).map(({ reason }) => reason);
      return [...findings.filter(({ rule }) => rule === RULE).map(({ severity }) => severity), ...reasons];
    };
    const reason = 'the Gemfile names Passenger beside Puma, and a Procfile can be for development';
    expect(await said('capistrano-passenger')).toEqual([reason]);
    expect(await said('passenger')).toEqual([reason]);
    expect(await said('capistrano')).toEqual(['error']);
  });

  it.each([
    ['before_fork { Sequel::DATABASES.each(&:disconnect) }'],
    ['before_fork do\n  DB.disconnect\nend'],
    ['before_worker_boot { DB.disconnect }'],
    ['before_worker_fork { DB.disconnect }'],
    ['on_worker_boot { Sequel.connect(url) }'],
  ])('holds with %s', async (hook) => {
    expect(await verdicts(SEQUEL, { puma: `workers 2\npreload_app!\n${hook}\n` })).toEqual([]);
  });

  it('is not content with a hook about Active Record', async () => {
    const puma = 'workers 2\npreload_app!\nbefore_fork { ActiveRecord::Base.connection_pool.disconnect! }\n';
    expect(await verdicts(SEQUEL, { puma })).toEqual(['error']);
  });

  it.each([
    ['def db = Sequel.connect("postgres://db.example/shop")\n'],
    ['PG.connect(host: "db.example").exec("SELECT 1")\n'],
    ['POOL = ConnectionPool.new { PG.connect(host: "db.example") }\n'],
    ['FACTORY = -> { PG.connect(host: "db.example") }\n'],
    ['CACHE = Redis.new(url: "redis://cache.example")\n'],
    ['# DB = Sequel.connect(url)\n'],
  ])('is silent: %s', async (ruby) => {
    expect(await verdicts(ruby)).toEqual([]);
  });
});

describe('where the application itself forks', () => {
  const WORK = 'app/services/work.rb';

  async function forked(body: string, { client = SEQUEL, path = WORK } = {}): Promise<string[]> {
    const { findings } = await lintFiles({
      'Gemfile.lock': lockfile({ rails: '8.0.2', puma: '6.6.0', sequel: '5.90.0', pg: '1.5.9' }),
      'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
      'config/initializers/db.rb': client,
      [path]: `class Work\n  def call\n    ${body}\n  end\nend\n`,
    });
    return findings.filter(({ rule }) => rule === RULE).map(({ severity, message }) => `${severity}: ${message}`);
  }

  it.each([
    ['fork { photos }', 'fork'],
    ['pid = fork do\n  photos\nend\nProcess.detach(pid)', 'fork'],
    ['Process.fork { photos }', 'Process.fork'],
    ['Parallel.each(photos, in_processes: 2) { |photo| photo.sweep }', 'Parallel.each'],
    ['Parallel.map(photos) { |photo| photo.sweep }', 'Parallel.map'],
    ['Parallel.map(photos, { in_processes: 2 }) { |photo| photo.sweep }', 'Parallel.map'],
    ['Parallel.in_processes(2) { sweep }', 'Parallel.in_processes'],
  ])('is a warning: %s', async (body, call) => {
    expect(await forked(body)).toEqual([
      `warning: ${call} forks in call while Sequel.connect is open, and the child shares its socket`,
    ]);
    expect(await forked(body, { client: 'CLIENT = PG.connect(host: "db.example")\n' })).toHaveLength(1);
  });

  it.each([
    'fork { exec("convert") }',
    'fork { photos; exit!(0) }',
    'fork { Process.exit!(0) }',
    'Parallel.each(photos, in_threads: 2) { |photo| photo.sweep }',
    'Parallel.each(photos, { in_threads: 2 }) { |photo| photo.sweep }',
    'Parallel.each(photos, in_processes: 0) { |photo| photo.sweep }',
    'Parallel.each(photos, options) { |photo| photo.sweep }',
    'Parallel.each(photos, **options) { |photo| photo.sweep }',
    'Sequel::DATABASES.each(&:disconnect)\n    fork { photos }',
    'DB.disconnect; fork { photos }',
    'DB&.disconnect\n    fork { photos }',
    'close_clients\n    fork { photos }',
    'self.close_clients if busy?\n    fork { photos }',
    'close_clients if busy?\n    fork { photos }',
    'fork do\n      DB.disconnect\n      photos\n    end',
    'fork { close_clients }',
    'CLIENTS.each(&method(:close_client))\n    fork { photos }',
    'Thread.fork { photos }',
    'repository.fork { photos }',
    'photos.map { |photo| photo.sweep }',
  ])('is silent: %s', async (body) => {
    expect(await forked(body)).toEqual([]);
  });

  it.each([
    '# close to the end of the day\n    fork { photos }',
    'logger.info("close to the end")\n    fork { photos }',
    'close = albums.size\n    fork { photos(close) }',
    'self.close = albums.size\n    fork { photos }',
    'fork { |close:| photos(close) }',
    'fork { photos unless album.closed? }',
    'photos.closest(3).each { |photo| fork { photo.sweep } }',
    'close, open = albums\n    fork { photos }',
    'fork { |close| photos(close) }',
    'fork { photos(state: :closed) }',
  ])('is not content with a name or a word: %s', async (body) => {
    expect(await forked(body)).toHaveLength(1);
  });

  it('is not content with the name of the method that forks, but with the call of one that is named so', async () => {
    const path = 'app/services/reset.rb';
    const found = async (body: string): Promise<number> => {
      const { findings } = await lintFiles({
        'Gemfile.lock': lockfile({ rails: '8.0.2', puma: '6.6.0', sequel: '5.90.0', pg: '1.5.9' }),
        'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
        'config/initializers/db.rb': SEQUEL,
        [path]: `class Reset\n  def disconnect(close = nil)\n    ${body}\n  end\nend\n`,
      });
      return findings.filter(({ rule }) => rule === RULE).length;
    };
    expect(await found('fork { photos }')).toBe(1);
    expect(await found('DB.disconnect\n    fork { photos }')).toBe(0);
  });

  it('is silent in scripts, in plugins of Puma, and where nothing but Active Record and Redis is connected', async () => {
    expect(await forked('fork { photos }', { path: 'lib/tasks/work.rake' })).toEqual([]);
    expect(await forked('fork { photos }', { path: 'lib/puma/plugin/work.rb' })).toEqual([]);
    expect(await forked('fork { photos }', { client: 'CACHE = Redis.new(url: "redis://cache.example")\n' })).toEqual(
      [],
    );
    expect(await forked('fork { photos }', { client: 'ActiveRecord::Base.establish_connection\n' })).toEqual([]);
  });
});
