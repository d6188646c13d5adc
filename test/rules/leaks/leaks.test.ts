import { describe, expect, it } from 'vitest';
import { lintFiles, lockfile } from '../../support/lint.ts';
import { MODELS, service } from '../../index/code.ts';

interface Shop {
  readonly rails?: string;
  readonly path?: string;
}

/** Severities of one rule's findings about one file. */
async function verdicts(rule: string, ruby: string, { rails = '8.0.2', path = 'app/services/work.rb' }: Shop = {}) {
  const { findings } = await lintFiles({
    ...MODELS,
    'Gemfile.lock': lockfile({ rails, puma: '6.6.0', pg: '1.5.9' }),
    'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
    [path]: ruby,
  });
  return findings.filter((one) => one.rule === rule).map(({ severity }) => severity);
}

describe('checkout-without-checkin', () => {
  const POOL = 'ActiveRecord::Base.connection_pool';
  const said = (body: string, rest = '') => verdicts('checkout-without-checkin', service(body, rest));

  it.each([
    [`c = ${POOL}.checkout\nc.execute("SELECT 1")`],
    [`pool = ${POOL}\nc = pool.checkout`],
    ['c = Photo.connection_pool.checkout'],
    ['c = Legacy::Record.connection_pool.checkout'],
    ['c = ActiveRecord::Base.connection_handler.retrieve_connection_pool("Photo").checkout\n1'],
    [`c = ${POOL}.checkout\nc.execute("SELECT 1")\n${POOL}.checkin(c)`],
  ])('is a warning: %s', async (body) => {
    expect(await said(body)).toEqual(['warning']);
  });

  it('is info where it is balanced, or given back by another method', async () => {
    expect(await said(`c = ${POOL}.checkout\nyield c\nensure\n  ${POOL}.checkin(c)`)).toEqual(['info']);
    expect(await said(`begin\n  c = ${POOL}.checkout\nensure\n  ${POOL}.checkin(c)\nend`)).toEqual(['info']);
    expect(await said(`@c = ${POOL}.checkout`, `def close\n  ${POOL}.checkin(@c)\nend\n`)).toEqual(['info']);
  });

  it('is info where closing the connection, or the caller, gives it back', async () => {
    expect(await said(`c = ${POOL}.checkout\nc.execute("SELECT 1")\nensure\n  c&.close`)).toEqual(['info']);
    expect(await said(`@c = ${POOL}.checkout`, 'def close\n  @c.close\nend\n')).toEqual(['info']);
    expect(await said(`${POOL}.checkout`)).toEqual(['info']);
    expect(await said(`c = ${POOL}.checkout\nc.execute("SET x = 1")\nc`)).toEqual(['info']);
    expect(await said(`c = ${POOL}.checkout\nfile.close`)).toEqual(['warning']);
    expect(await said(`c = ${POOL}.checkout\nc.execute("SELECT 1")\nc.close`)).toEqual(['warning']);
  });

  it.each([
    ['repository.checkout("main")'],
    ['cart.checkout'],
    ['pool = Redis.pool\npool.checkout'],
    ['REDIS.connection_pool.checkout\n1'],
    ['pool = Search::Client.connection_pool\npool.checkout\n1'],
    [`${POOL}.with_connection { |c| c.execute("SELECT 1") }`],
    [`c = ${POOL}.checkout\n${POOL}.remove(c)`],
  ])('is silent: %s', async (body) => {
    expect(await said(body)).toEqual([]);
  });
});

describe('establish-connection-at-runtime', () => {
  const RULE = 'establish-connection-at-runtime';
  const controller = { path: 'app/controllers/photos_controller.rb' };
  const base = (rest: string) => service(`ActiveRecord::Base.${rest}`);

  it('is an error in a request that is given a configuration, and a warning elsewhere', async () => {
    for (const given of [
      'tenant.url',
      '{ adapter: "postgresql" }',
      'adapter: "postgresql"',
      '"postgres://db.example"',
    ]) {
      expect(await verdicts(RULE, base(`establish_connection(${given})`), controller)).toEqual(['error']);
      expect(await verdicts(RULE, base(`establish_connection(${given})`))).toEqual(['warning']);
    }
  });

  it('knows that Rails 7.1 gives the same entry the pool that is there', async () => {
    expect(await verdicts(RULE, base('establish_connection(:replica)'), { rails: '7.0.8' })).toEqual(['warning']);
    expect(await verdicts(RULE, base('establish_connection(:replica)'), { rails: '7.1.0' })).toEqual(['info']);
    expect(await verdicts(RULE, base('establish_connection'), { rails: '7.0.8' })).toEqual(['warning']);
    expect(await verdicts(RULE, base('establish_connection'), { rails: '7.1.0' })).toEqual([]);
  });

  it('knows when connection_config and connected_to(database:) went away', async () => {
    expect(await verdicts(RULE, base('connection_config'), { rails: '6.1.7' })).toEqual([]);
    expect(await verdicts(RULE, base('connection_config'), { rails: '7.0.0' })).toEqual(['warning']);
    const switched = base('connected_to(database: :one) { 1 }');
    expect(await verdicts(RULE, switched, { rails: '6.0.6' })).toEqual(['warning']);
    expect(await verdicts(RULE, switched, { rails: '7.0.0' })).toEqual([]);
    expect(await verdicts(RULE, base('connected_to(role: :reading) { 1 }'), { rails: '6.0.6' })).toEqual([]);
  });

  it('is info for what an initializer defines, and leaves to others to call', async () => {
    const tenant =
      'module Tenant\n  def self.switch(url)\n    ActiveRecord::Base.establish_connection(url)\n  end\nend\n';
    const path = 'config/initializers/tenant.rb';
    expect(await verdicts(RULE, tenant, { path })).toEqual(['info']);
    expect(await verdicts(RULE, `${tenant}Tenant.switch(ENV["TENANT_URL"])\n`, { path })).toEqual([]);
    const through = tenant.replace('def', 'def self.first = switch(ENV["TENANT_URL"])\n  def');
    expect(await verdicts(RULE, through, { path })).toEqual(['info']);
    expect(await verdicts(RULE, `${through}Tenant.first\n`, { path })).toEqual([]);
  });

  it('takes a connection_config that a class has of its own for what it is', async () => {
    const probe =
      'class Photo < ApplicationRecord\n  class << self\n    def connection_config = { pool: 1 }\n  end\nend\n';
    const { findings } = await lintFiles({
      'Gemfile.lock': lockfile({ rails: '8.0.2', puma: '6.6.0', pg: '1.5.9' }),
      'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
      'app/models/photo.rb': probe,
      'app/services/work.rb': service('Photo.connection_config.fetch(:pool)'),
    });
    expect(findings.filter(({ rule }) => rule === RULE)).toEqual([]);
  });

  it('speaks of pools that are taken down', async () => {
    for (const call of ['remove_connection', 'connection.disconnect!', 'connection_pool.disconnect!']) {
      expect(await verdicts(RULE, base(call))).toEqual(['warning']);
    }
  });

  it('leaves class bodies, boots, scripts and other people’s methods alone', async () => {
    const ruby = 'class Warehouse < ApplicationRecord\n  establish_connection :warehouse\nend\n';
    expect(await verdicts(RULE, ruby, { path: 'app/models/warehouse.rb' })).toEqual([]);
    const call = base('establish_connection(url)');
    expect(await verdicts(RULE, call, { path: 'config/puma.rb' })).toEqual([]);
    const booted = `${call}Work.new.${/def (\w+)/.exec(call)![1]!}(1)\n`;
    expect(await verdicts(RULE, booted, { path: 'config/initializers/db.rb' })).toEqual([]);
    const top = 'ActiveRecord::Base.establish_connection(url)\n';
    expect(await verdicts(RULE, top, { path: 'config/initializers/db.rb' })).toEqual([]);
    expect(await verdicts(RULE, call, { path: 'lib/tasks/db.rake' })).toEqual([]);
    expect(await verdicts(RULE, call, { path: 'lib/work.rb' })).toEqual(['info']);
    expect(await verdicts(RULE, service('stripe.disconnect!'))).toEqual([]);
    expect(await verdicts(RULE, service('socket.establish_connection(url)'))).toEqual([]);
  });
});

describe('memoized-or-global-connection', () => {
  const RULE = 'memoized-or-global-connection';
  it.each([
    ['@c ||= ActiveRecord::Base.connection'],
    ['@c ||= Photo.lease_connection'],
    ['@c ||= ActiveRecord::Base.connection.raw_connection'],
    ['@@c = ActiveRecord::Base.connection'],
    ['$db = ActiveRecord::Base.connection'],
    ['PG.connect(url).exec("SELECT 1")'],
    ['client = Mysql2::Client.new(host: "db.example")\nclient.query("SELECT 1")'],
    ['ROM.container(:sql, url)'],
  ])('is info: %s', async (body) => {
    expect(await verdicts(RULE, service(body))).toEqual(['info']);
  });

  it('leaves it open whether a caller keeps what it is given', async () => {
    const consequence = async (body: string): Promise<string> => {
      const { findings } = await lintFiles({
        ...MODELS,
        'Gemfile.lock': lockfile({ rails: '8.0.2', puma: '6.6.0', pg: '1.5.9' }),
        'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
        'app/services/work.rb': service(body),
      });
      return findings.find(({ rule }) => rule === RULE)?.consequence ?? '';
    };
    for (const given of [
      'Sequel.connect(url)',
      'return Sequel.connect(url) if ids\n1',
      'if ids\n  Sequel.connect(url)\nelse\n  nil\nend',
      'db = Sequel.connect(url)\ndb.extension(:x)\ndb',
    ])
      expect(await consequence(given), given).toContain('A caller that neither keeps');
    for (const lost of [
      'PG.connect(url).exec("SELECT 1")',
      'Sequel.connect(url)\n1',
      'db = Sequel.connect(url)\ndb[:photos].count',
      'if ids\n  Sequel.connect(url)\n  1\nend',
    ])
      expect(await consequence(lost), lost).toContain('nothing closes them');
  });

  it('speaks of constants', async () => {
    expect(await verdicts(RULE, 'DB = ActiveRecord::Base.connection\n', { path: 'lib/db.rb' })).toEqual(['info']);
  });

  it.each([
    ['c = ActiveRecord::Base.connection'],
    ['@c ||= client.connection'],
    ['@count ||= ActiveRecord::Base.connection.select_value("SELECT 1")'],
    ['Thread.current[:c] ||= ActiveRecord::Base.connection'],
    ['@client ||= PG.connect(url)'],
    ['PG.connect(url) { |c| c.exec("SELECT 1") }'],
    ['@pool ||= ConnectionPool.new(size: 5) { PG.connect(url) }'],
    ['ConnectionPool.new(size: 5) { PG.connect(url) }'],
    ['pool = -> { PG.connect(url) }\npool'],
    ['c = PG.connect(url)\nc.exec("SELECT 1")\nensure\n  c.close'],
  ])('is silent: %s', async (body) => {
    expect(await verdicts(RULE, service(body))).toEqual([]);
  });
});

describe('sticky-lease-in-slow-code', () => {
  const RULE = 'sticky-lease-in-slow-code';
  const job = { path: 'app/jobs/work_job.rb' };
  const LEASED = 'ActiveRecord::Base.connection.execute("SELECT 1")\nNet::HTTP.get(uri)';

  it('is info from Rails 7.2 on, where a query would have given the connection back', async () => {
    expect(await verdicts(RULE, service(LEASED), { ...job, rails: '7.1.5' })).toEqual([]);
    expect(await verdicts(RULE, service(LEASED), { ...job, rails: '7.2.0' })).toEqual(['info']);
    expect(await verdicts(RULE, service('Photo.lease_connection\nsleep 5'), job)).toEqual(['info']);
  });

  it.each([
    ['Net::HTTP.get(uri)\nActiveRecord::Base.connection.execute("SELECT 1")'],
    ['ActiveRecord::Base.connection.execute("SELECT 1")'],
    ['ActiveRecord::Base.with_connection { |c| c.execute("SELECT 1") }\nNet::HTTP.get(uri)'],
    [`${LEASED}\nensure\n  ActiveRecord::Base.release_connection`],
    ['client.connection.execute("SELECT 1")\nsleep 1'],
  ])('is silent: %s', async (body) => {
    expect(await verdicts(RULE, service(body), job)).toEqual([]);
  });

  it('speaks of requests and jobs only', async () => {
    expect(await verdicts(RULE, service(LEASED))).toEqual([]);
  });
});
