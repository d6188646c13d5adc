import { describe, expect, it } from 'vitest';
import type { Collector } from '../../src/index/collector.ts';
import { COLLECTORS, type CodeFacts } from '../../src/index/facts.ts';
import { readCode } from '../../src/index/pass.ts';
import { AppFiles } from '../../src/launch/files.ts';
import { MemoryTree } from '../../src/repo/memory.ts';
import { loadRuby } from '../../src/ruby/parse.ts';
import { grammar } from '../support/lint.ts';
import { MODELS } from './code.ts';

// What a collector accepts must have its words in it: a text that never gets as far as being parsed is a silent miss.

const parser = await loadRuby(grammar);

function found(collector: Collector<unknown>, path: string, ruby: string): unknown {
  readCode(new AppFiles(new MemoryTree({ ...MODELS, [path]: ruby }), '.'), parser, [collector]);
  return collector.facts();
}

/** Ruby that a collector collects something of, by the path that it stands at. */
type Collected = Readonly<Record<string, readonly string[]>>;

const SERVICE = 'app/services/work.rb';
const JOB = 'app/jobs/work_job.rb';
const MODEL = 'app/models/animals_record.rb';

const inMethod = (body: string): string => `class Work\n  def call(x)\n    ${body}\n  end\nend\n`;
const inClass = (body: string): string => `class AnimalsRecord < ApplicationRecord\n  ${body}\nend\n`;

const CONNECTS = {
  [MODEL]: [
    'connects_to database: { writing: :animals }',
    'connects_to(database: { writing: :animals })',
    'connects_to(\n    shards: {\n      one: { writing: :animals } } )',
    'establish_connection :animals',
    'establish_connection(:animals)',
    'establish_connection(\n    :"animals_#{Rails.env}"\n  )',
    'self.establish_connection :animals',
  ].map(inClass),
  'lib/animals.rb': ['ActiveRecord::Base.establish_connection(:animals)'],
};

const CLIENTS = [
  'PG.connect(url)',
  'PG::connect(url)',
  'PG\n  .connect(url)',
  'PG::Connection.new(url)',
  'PG::Connection\n  .open(url)',
  '::PG.connect url',
  'Mysql2::Client.new(host: url)',
  'Trilogy.new(host: url)',
  'Trilogy::new(host: url)',
  'Sequel.connect(url)',
  'Sequel::connect(url)',
  'Sequel.postgres(url)',
  'Sequel.\n  mysql2(url)',
  'ROM.container(:sql, url)',
];

const LEASES = [
  'ActiveRecord::Base.connection',
  '::ActiveRecord::Base.connection',
  'ActiveRecord::Base.lease_connection',
  'ActiveRecord::Base::connection',
  'ActiveRecord::Base&.connection',
  'ActiveRecord::Base.connection()',
  'ActiveRecord::Base.connection.raw_connection',
  'ActiveRecord::Base.retrieve_connection.raw_connection',
  'ApplicationRecord.connection',
  'Photo.connection',
  'Shop::Order.connection',
  'ActiveRecord::Base\n      .connection',
  'ActiveRecord::Base.\n      lease_connection',
  `ActiveRecord::Base\n${' '.repeat(60)}.connection\n${' '.repeat(60)}.raw_connection`,
];

const COLLECTED: { readonly [Name in keyof CodeFacts]: Collected } = {
  connected: CONNECTS,
  connectedPools: CONNECTS,
  switchedRoles: {
    [SERVICE]: [
      'ActiveRecord::Base.connected_to(role: :reading) { x }',
      'ActiveRecord::Base.connected_to role: :reading do x end',
      'connected_to(role: role) { x }',
      'ActiveRecord::Base.connected_to_many(Photo, role: :reading) { x }',
      'ActiveRecord::Base.connected_to_all_shards(role: :reading) { x }',
      'ActiveRecord::Base.connecting_to(role: :reading)',
      'ActiveRecord::Base\n  .connected_to(\n    role: :reading) { x }',
      'ActiveRecord::Base.connected_to(:role => :reading) { x }',
    ],
    'config/application.rb': [
      'config.active_record.database_selector = { delay: 2.seconds }',
      'config.middleware.use ActiveRecord::Middleware::DatabaseSelector',
    ],
  },
  threads: {
    [SERVICE]: [
      'Thread.new { x }',
      'Thread::new { x }',
      'Thread\n  .new do x end',
      '::Thread.start(1) { |y| y }',
      'Thread.fork { x }',
      'Concurrent::Future.execute { x }',
      'Concurrent::Promise.new { x }',
      'Concurrent::Promises.future(1) { x }',
      'Concurrent::Promises\n  .schedule(1) { x }',
      'Concurrent::ScheduledTask.execute(1) { x }',
      'Concurrent::TimerTask.new(execution_interval: 1) { x }',
      'POOL = Concurrent::FixedThreadPool.new(4)',
      'POOL = ::Concurrent::CachedThreadPool.new',
      'POOL = Concurrent::ThreadPoolExecutor.new(max_threads: 4)',
      'Parallel.each(x, in_threads: 4) { |y| y }',
      'Parallel::map(x, in_threads: 4) { |y| y }',
      'Parallel\n  .in_threads(4) { x }',
      'Async { x }',
      'Async do\n x\nend',
      'Async(1) { x }',
      'Async() do x end',
      'Async transient: true do x end',
      'Async annotation: "sync", finished: nil do |task|\n  x\nend',
    ],
  },
  checkouts: {
    [SERVICE]: [
      'c = ActiveRecord::Base.connection_pool.checkout',
      'c = Photo.connection_pool\n      .checkout(5)',
      'c = Photo.connection_pool&.checkout',
      'pool = Photo.connection_pool\n    c = pool.checkout',
      '@pool ||= Photo.connection_pool; c = @pool.checkout()',
      'c = connection_pool.checkout',
    ].map(inMethod),
  },
  runtimeConnections: {
    [SERVICE]: [
      'ActiveRecord::Base.establish_connection',
      'ActiveRecord::Base.establish_connection(x)',
      'ActiveRecord::Base::establish_connection(x)',
      'Photo.establish_connection x',
      'establish_connection(x)',
      'self.establish_connection(x)',
      'self.class.establish_connection(x)',
      'klass&.establish_connection(x)',
      'x.klass\n      .establish_connection(\n        x\n      )',
      'Photo.remove_connection',
      'Photo::remove_connection',
      'Photo&.remove_connection()',
      'Photo\n      .remove_connection',
      'ActiveRecord::Base.connection_config',
      'ActiveRecord::Base::connection_config',
      'Photo.\n      connection_config[:pool]',
      'Photo.connection.disconnect!',
      'Photo.connection().disconnect!',
      'Photo.lease_connection.disconnect!',
      'ActiveRecord::Base.connection_pool.disconnect!',
      'ActiveRecord::Base.connection_pool.disconnect!(false)',
      'ActiveRecord::Base.connection_pool&.disconnect!',
      'ActiveRecord::Base.connection_pool\n      .disconnect!',
      'ActiveRecord::Base.connection_pool\n      &.disconnect!',
      'ActiveRecord::Base.connection_pool.\n      disconnect!',
      'ActiveRecord::Base.connection_pool # all of them\n      .disconnect!',
      'x.connection_pool(role: (x || y)).disconnect!',
      'x.connection_pool(\n      role: x,\n      shard: y\n    ).disconnect!',
      'ActiveRecord::Base.connection_handler.disconnect!',
      'ActiveRecord::Base.clear_all_connections!',
      'ActiveRecord::Base.connection_handler.clear_all_connections!',
      'ActiveRecord::Base.connection_handler.clear_all_connections!(:all)',
      'ActiveRecord::Base.connection_handler\n      .clear_all_connections!',
      'ActiveRecord::Base.connected_to(database: x) { y }',
      'ActiveRecord::Base.connected_to database: x do y end',
      'ActiveRecord::Base.connected_to(\n      database: { reading: x }\n    ) { y }',
      'ActiveRecord::Base.connected_to(:database => x) { y }',
      'ActiveRecord::Base.connected_to(prevent_writes: true, database: x) { y }',
    ].map(inMethod),
    'app/models/shard.rb': [
      'class Shard < ApplicationRecord\n  def self.establish_connection(x)\n    establish_connection(x)\n  end\nend',
    ],
  },
  keptConnections: {
    [SERVICE]: [
      ...LEASES.flatMap((lease) => [
        inMethod(`@connection ||= ${lease}`),
        inMethod(`@connection &&= ${lease}`),
        inMethod(`@@connection ||= ${lease}`),
        inMethod(`$connection = ${lease}`),
        `DB = ${lease}`,
        `DB=${lease}`,
        `class Work\n  DB ||=\n    ${lease}.freeze; @@db = ${lease}\nend`,
      ]),
      inMethod(`@connection${' '.repeat(30)}||=\n${' '.repeat(60)}Photo.connection`),
      inMethod('@a = @b ||= Photo.connection'),
      inMethod('x = @connection ||= Photo.connection'),
      ...CLIENTS.map((client) => inMethod(`row = ${client}\n    row.size`)),
    ],
  },
  loadedClients: {
    'config/initializers/db.rb': CLIENTS.map((client) => `DB = ${client}`),
    'lib/db.rb': CLIENTS.flatMap((client) => [`$db ||= ${client}`, `module A; end\nA::DB = ${client}`]),
  },
  forkHooks: {
    'config/puma.rb': ['before_fork', 'after_worker_fork', 'on_worker_boot', 'before_worker_boot', 'on_refork'].flatMap(
      (hook) => [`${hook} { DB.disconnect }`, `${hook} do |index|\n  ActiveRecord::Base.establish_connection\nend`],
    ),
    'config/initializers/resque.rb': [
      'Resque.after_fork { |job| DB.reconnect! }',
      'Resque.before_first_fork(&:disconnect!)',
    ],
  },
  forkSites: {
    [SERVICE]: [
      'fork { x }',
      'fork do\n x\nend',
      'Process.fork { x }',
      'Process::fork { x }',
      'Kernel.fork { x }',
      '::Process\n  .fork { x }',
      'Parallel.each(x) { |y| y }',
      'Parallel::map(x, in_processes: 4) { |y| y }',
      'Parallel\n  .flat_map(x) { |y| y }',
    ],
  },
  slowLeases: {
    [JOB]: LEASES.filter((lease) => !lease.includes('raw'))
      .map((lease) => inMethod(`c = ${lease}\n    sleep 5`))
      .concat(
        [
          'sleep(5)',
          'Kernel.sleep(5)',
          'Kernel::sleep 5',
          'Net::HTTP.get(x)',
          'Net::HTTP::get(x)',
          '::Net::HTTP.get(x)',
          'Net::HTTP.start(x) { |h| h.get("/") }',
          'Net::HTTP::Get.new(x)',
          'Net::HTTP::Post.new x',
          'Net::FTP.open(x)',
          'Net::SMTP.start(x)',
          'HTTP.get(x)',
          'HTTP&.get(x)',
          'HTTParty.get(x)',
          'HTTParty\n      .post(x)',
          `HTTParty\n${' '.repeat(60)}.post(x)`,
          'HTTPX.get(x)',
          'HTTPClient.new.get(x)',
          'Faraday.new(x)',
          'Faraday.delete(x)',
          'RestClient.put x, y',
          'RestClient::Request.new(x)',
          'Excon.head(x)',
          'Typhoeus.patch(x)',
          'Typhoeus::Request.new(x)',
          'Curl.get(x)',
          'Curl::Easy.new(x)',
          'URI.open(x)',
          'OpenURI.open_uri(x)',
          'Open3.capture2e(x)',
          'Open3.popen3(x)',
        ].map((slow) => inMethod(`rows = Photo.connection.select_all("SELECT")\n    ${slow}`)),
      ),
    'app/controllers/api/photos_controller.rb': [inMethod('Photo.connection\n    HTTParty.get(x)')],
  },
  streamingActions: {
    'app/controllers/rows_controller.rb': ['include ActionController::Live', 'include(::ActionController::Live)'].map(
      (live) =>
        `class RowsController\n  ${live}\n  def index\n    Photo.find_each { |p| response.stream.write p }\n  end\nend`,
    ),
  },
  storageProxies: {
    'config/application.rb': ['config.active_storage.resolve_model_to_route = :rails_storage_proxy'],
    'config/environments/production.rb': ['config.active_storage.resolve_model_to_route =\n  :rails_storage_proxy'],
  },
  healthChecks: {
    'app/controllers/health_controller.rb': [
      'ActiveRecord::Base.connection.execute("SELECT 1")',
      'Photo.first',
      'Photo.where(id: 1).to_a',
      'Photo\n      .exists?',
      'Photo.limit(1).load',
      'Photo.transaction { x }',
      'Photo.find_by_sql("SELECT 2")',
      'ActiveRecord::Base.with_connection { |c| c.execute("SELECT 1") }',
      'Album.pluck(:id)',
      'Photo.cleanup',
    ].map((use) => `class HealthController\n  def show\n    ${use}\n  end\nend`),
    'config/routes.rb': [
      'Rails.application.routes.draw do\n  get "/health", to: ->(env) { [200, {}, [Photo.count.to_s]] }\nend',
      'Rails.application.routes.draw do\n  match "/up", via: :get, to: proc { Photo.first }\nend',
    ],
  },
  rackTimeout: {
    'config/initializers/rack_timeout.rb': [
      'Rack::Timeout.service_timeout = 20',
      'Rack::Timeout.timeout = 20',
      'Rails.application.config.middleware.insert_before Rack::Runtime, Rack::Timeout, service_timeout: 20',
      'use ::Rack::Timeout, term_on_timeout: true',
      'ENV["RACK_TIMEOUT_SERVICE_TIMEOUT"] ||= "20"',
    ],
  },
};

describe.each(Object.entries(COLLECTORS))('the words of %s', (name, start) => {
  const nothing = start().facts();
  const texts = Object.entries(COLLECTED[name as keyof CodeFacts]).flatMap(([path, rubies]) =>
    rubies.map((ruby): [string, string] => [path, ruby]),
  );

  it.each(texts)('let pass what it collects in %s: %j', (path, ruby) => {
    const { collect, facts } = start();
    const all = found({ words: /^/, collect, facts }, path, ruby);
    expect(all).not.toEqual(nothing);
    expect(found(start(), path, ruby)).toEqual(all);
  });
});
