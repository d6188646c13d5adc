import { describe, expect, it } from 'vitest';
import { withBackground } from '../../src/systems/background.ts';
import { ACTION_CABLE, SOLID_CABLE } from '../../src/systems/inside/action_cable.ts';
import { ACTIVE_JOB_ASYNC } from '../../src/systems/inside/active_job_async.ts';
import { ASYNC_QUERIES } from '../../src/systems/inside/async_queries.ts';
import { SYSTEMS } from '../../src/systems/index.ts';
import { puma } from '../../src/systems/puma.ts';
import { sidekiq } from '../../src/systems/sidekiq.ts';
import type { System } from '../../src/systems/system.ts';
import { bootCase, shownTraced, type Case } from './harness.ts';

const GEMS = { puma: '6.6.0', rails: '8.0.2', sidekiq: '7.3.9' };

/** What runs in a process besides its own threads: "first 4 workers of Action Cable", a bang where the verdict counts it. */
function besides(given: Case, system: System = puma): readonly string[] {
  const { boot, processes, settings } = bootCase(system, { ...given, gems: { ...GEMS, ...given.gems } });
  const [process] = withBackground(boot, { processes, settings }).processes;
  const claims = process!.claims
    .slice(processes[0]!.claims.length)
    .map(
      ({ on, threads, threadsOf, counts }) =>
        `${String(on)} ${String(shownTraced(threads))} ${threadsOf}${counts ? '!' : ''}`,
    );
  const outside = (process!.outside ?? []).map(
    ({ on, connections }) => `${String(on)} +${String(shownTraced(connections))}`,
  );
  return [...claims, ...outside];
}

function inside(given: Case): readonly string[] {
  const { boot, processes, settings } = bootCase(puma, { ...given, gems: { ...GEMS, ...given.gems } });
  const [process] = withBackground(boot, { processes, settings }).processes;
  return (process!.inside ?? []).map(({ system, threads }) => `${system} ${String(shownTraced(threads))}`);
}

function application(...lines: readonly string[]): string {
  const body = lines.map((line) => `    ${line}\n`).join('');
  return `require "rails/all"\n\nmodule Shop\n  class Application < Rails::Application\n${body}  end\nend\n`;
}

const CHANNEL = { 'app/channels/orders_channel.rb': 'class OrdersChannel < ApplicationCable::Channel\nend\n' };

describe('version rows', () => {
  const tables = [ACTION_CABLE, SOLID_CABLE, ACTIVE_JOB_ASYNC, ASYNC_QUERIES];
  const rows = tables.flatMap((table) =>
    [...table.rows].map(({ since, source }) => ({ since, source, gem: table.gem })),
  );
  it.each(rows)('$gem since $since: $source', ({ source }) => expect(source).toMatch(/^(?:lib|[a-z]+)\/\S+@v\d/));
});

describe('Action Cable', () => {
  const files = { 'config/application.rb': application(), ...CHANNEL };

  it('runs its workers where the application has channels, four by default', () => {
    expect(besides({ files })).toEqual(['first 4 workers of Action Cable']);
    const more = { ...files, 'config/application.rb': application('config.action_cable.worker_pool_size = 10') };
    expect(besides({ files: more })).toEqual(['first 10 workers of Action Cable']);
    expect(inside({ files })).toEqual(['action_cable 4']);
  });

  it('runs none where nothing uses it, where it is not loaded, and where another server has it', () => {
    const generated = {
      'config/application.rb': application(),
      'app/channels/application_cable/connection.rb':
        'module ApplicationCable\n  class Connection < ActionCable::Connection::Base\n  end\nend\n',
      'app/channels/application_cable/channel.rb':
        'module ApplicationCable\n  class Channel < ActionCable::Channel::Base\n  end\nend\n',
    };
    expect(besides({ files: generated })).toEqual([]);
    const without = { ...CHANNEL, 'config/application.rb': '# require "action_cable/engine"\nrequire "rails"\n' };
    expect(besides({ files: without })).toEqual([]);
    const elsewhere = { ...files, 'config/application.rb': application('config.action_cable.mount_path = nil') };
    expect(besides({ files: elsewhere })).toEqual([]);
    expect(besides({ files: { ...files, 'config/cable.yml': 'production:\n  adapter: any_cable\n' } })).toEqual([]);
  });

  it('runs none in a job process', () => {
    expect(besides({ files }, sidekiq)).toEqual([]);
  });

  it.each([
    ['5.2.8', ['first 1 listener of Action Cable!']],
    ['6.0.0', ['first +1']],
    ['8.1.3', ['first +1']],
  ])('listens to PostgreSQL on Rails %s as %j', (rails, expected) => {
    const listening = {
      'config/application.rb': application(),
      'config/cable.yml': 'production:\n  adapter: postgresql\n',
    };
    expect(besides({ files: listening, gems: { rails } })).toEqual(expected);
  });

  it.each([
    ['7.1.5', '3.0.2', ['cable 1 listener of Solid Cable!']],
    ['7.1.5', '3.0.4', ['cable 1 listener of Solid Cable']],
    ['7.2.2', '3.0.2', ['cable 1 listener of Solid Cable']],
  ])('on Rails %s with Solid Cable %s polls as %j', (rails, version, expected) => {
    const polling = {
      'config/application.rb': application(),
      'config/cable.yml': 'production:\n  adapter: solid_cable\n',
    };
    expect(besides({ files: polling, gems: { rails, solid_cable: version } })).toEqual(expected);
  });
});

describe('AnyCable embedded in Puma', () => {
  const gems = { anycable: '1.6.4' };
  const files = {
    'config.ru': 'require_relative "config/environment"\nrun Rails.application\nRails.application.load_server\n',
    'config/cable.yml': 'production:\n  adapter: any_cable\n',
    'config/anycable.yml': 'production:\n  embedded: true\n',
    'config/puma.rb': 'threads 5, 5\n',
  };

  it('answers with thirty threads, or as many as it says', () => {
    expect(besides({ files, gems })).toEqual(['first 30 RPC threads of AnyCable']);
    expect(inside({ files, gems })).toEqual(['anycable 30']);
    const env = { ANYCABLE_RPC_POOL_SIZE: '8' };
    expect(besides({ files, gems, env })).toEqual(['first 8 RPC threads of AnyCable']);
    const smaller = { ...files, 'config/anycable.yml': 'production:\n  embedded: true\n  rpc_pool_size: 12\n' };
    expect(besides({ files: smaller, gems })).toEqual(['first 12 RPC threads of AnyCable']);
  });

  it('is what an initializer says, whatever the variables and the file say', () => {
    const saying = (rb: string) => ({ ...files, 'config/initializers/any_cable.rb': rb });
    const configured = 'AnyCable.configure do |config|\n  config.embedded = true\n  config.rpc_pool_size = 4\nend\n';
    const env = { ANYCABLE_EMBEDDED: 'false', ANYCABLE_RPC_POOL_SIZE: '8' };
    expect(besides({ files: saying(configured), gems, env })).toEqual(['first 4 RPC threads of AnyCable']);
    expect(besides({ files: saying('AnyCable.config.embedded = false\n'), gems })).toEqual([]);
    expect(besides({ files: saying('AnyCable.config.embedded = Limits.rpc?\n'), gems })).toEqual([]);
  });

  it('is none without the option, behind another adapter, and where config.ru does not load it', () => {
    expect(besides({ files: { ...files, 'config/anycable.yml': 'production:\n  rpc_pool_size: 12\n' }, gems })).toEqual(
      [],
    );
    expect(besides({ files, gems, env: { ANYCABLE_EMBEDDED: 'false' } })).toEqual([]);
    expect(besides({ files: { ...files, 'config/cable.yml': 'production:\n  adapter: redis\n' }, gems })).toEqual([]);
    expect(besides({ files: { ...files, 'config.ru': 'run Rails.application\n' }, gems })).toEqual([]);
    const lockfile = 'GEM\n  remote: https://gems.example/\n  specs:\n    puma (6.6.0)\n';
    expect(besides({ files, lockfile })).toEqual([]);
  });

  it('is in the master of a cluster that has loaded the application, else in every worker', () => {
    const processes = (puma_rb: string) => {
      const given = { files: { ...files, 'config/puma.rb': puma_rb }, gems: { ...GEMS, ...gems } };
      const { boot, processes: own, settings } = bootCase(puma, given);
      return withBackground(boot, { processes: own, settings }).processes.map(
        ({ role, processesPerHost, inside: more = [] }) =>
          `${String(shownTraced(processesPerHost))} ${role}${more.map(({ system }) => ` with ${system}`).join('')}`,
      );
    };
    expect(processes('workers 3\npreload_app!\n')).toEqual(['3 web', '1 cable']);
    expect(processes('workers 3\npreload_app! false\n')).toEqual(['3 web with anycable']);
  });
});

describe('GoodJob in the processes of other job systems', () => {
  const files = {
    'config/application.rb': application('config.active_job.queue_adapter = :good_job'),
    'config/queue.yml': 'production:\n  workers:\n    - threads: 2\n',
  };
  const insideOf = (system: System, command: string, given: Case) => {
    const { boot, processes, settings } = bootCase(system, { files, command, ...given });
    return withBackground(boot, { processes, settings }).processes.flatMap(({ role, inside: within }) =>
      (within ?? []).map((one) => `${role} ${one.system} ${String(shownTraced(one.threads))}`),
    );
  };
  const env = { GOOD_JOB_EXECUTION_MODE: 'async_all' };
  const gems = { good_job: '4.19.2', rails: '8.0.2', sidekiq: '7.3.9', solid_queue: '1.5.0', resque: '2.6.0' };
  const system = (id: string) => SYSTEMS.find((one) => one.id === id)!;

  it.each([
    ['sidekiq', 'sidekiq', ['worker good_job 5']],
    ['sidekiq', 'sidekiqswarm', ['worker good_job 5']],
    ['solid_queue', 'bin/jobs', ['supervisor good_job 5']],
    ['solid_queue', 'bin/jobs --mode async', ['worker good_job 5']],
    ['solid_queue', 'puma', []],
    ['resque', 'rake resque:work', []],
    ['good_job', 'good_job start', []],
  ])('of %s, started as %s, runs in %j', (id, command, expected) => {
    expect(insideOf(system(id), command, { env, gems })).toEqual(expected);
  });

  it('stays out of a swarm whose children get the application by a fork', () => {
    expect(insideOf(sidekiq, 'sidekiqswarm', { env: { ...env, SIDEKIQ_PRELOAD_APP: '1' }, gems })).toEqual([]);
  });

  it.each([
    ['1.13.1', 'async', true],
    ['1.13.1', 'async_server', false],
    ['1.13.2', 'async_all', true],
    ['1.13.2', 'async', true],
    ['2.0.0', 'async', false],
    ['2.0.0', 'async_all', true],
    ['4.19.2', 'async', false],
  ])('of GoodJob %s in the mode %s: %s', (version, mode, runs) => {
    const given = { env: { GOOD_JOB_EXECUTION_MODE: mode }, gems: { ...gems, good_job: version } };
    expect(insideOf(sidekiq, 'sidekiq', given)).toEqual(runs ? ['worker good_job 5'] : []);
  });
});

describe('Solid Cache', () => {
  const files = { 'config/application.rb': application('config.cache_store = :solid_cache_store') };

  it('removes what has expired on a thread of its own, in job processes too', () => {
    expect(besides({ files })).toEqual(['cache 1 expiry thread of Solid Cache']);
    expect(besides({ files }, sidekiq)).toEqual(['cache 1 expiry thread of Solid Cache']);
  });

  it('leaves that to jobs where it is told so', () => {
    const yml = 'production:\n  store_options:\n    expiry_method: <%= :job %>\n';
    expect(besides({ files: { ...files, 'config/cache.yml': yml } })).toEqual([]);
  });

  it('is none behind another store', () => {
    expect(
      besides({ files: { 'config/application.rb': application('config.cache_store = :redis_cache_store') } }),
    ).toEqual([]);
  });
});

describe('queries that are loaded asynchronously', () => {
  const global = application('config.active_record.async_query_executor = :global_thread_pool');

  it('run on four threads of the process, or as many as it says', () => {
    expect(besides({ files: { 'config/application.rb': global } })).toEqual(['first 4 load_async threads']);
    const nine = application(
      'config.active_record.async_query_executor = :global_thread_pool',
      'config.active_record.global_executor_concurrency = 9',
    );
    expect(besides({ files: { 'config/application.rb': nine } })).toEqual(['first 9 load_async threads']);
  });

  it('run on the thread that asks before Rails 7.0, and without an executor', () => {
    expect(besides({ files: { 'config/application.rb': global }, gems: { rails: '6.1.7' } })).toEqual([]);
    expect(besides({ files: { 'config/application.rb': application() } })).toEqual([]);
  });
});

describe('jobs of the web process', () => {
  const job = { 'app/jobs/mail_job.rb': 'class MailJob < ApplicationJob\nend\n' };
  const applicationJob = { 'app/jobs/application_job.rb': 'class ApplicationJob < ActiveJob::Base\nend\n' };

  it("run on Active Job's own adapter where nothing says another and the application has one", () => {
    const files = { ...applicationJob, ...job };
    expect(besides({ files })).toEqual(['jobs 5 job threads']);
    expect(besides({ files, env: { RAILS_MAX_THREADS: '7' } })).toEqual(['jobs 7 job threads']);
    expect(besides({ files: applicationJob })).toEqual([]);
    const elsewhere = {
      ...files,
      'config/application.rb': 'class A < Rails::Application\n  config.active_job.queue_adapter = :resque\nend\n',
    };
    expect(besides({ files: elsewhere })).toEqual([]);
  });

  it('are not of Active Job where ApplicationJob is a class of Sidekiq', () => {
    const base = { 'app/jobs/application_job.rb': 'class ApplicationJob\n  include Sidekiq::Job\nend\n' };
    expect(inside({ files: { ...base, ...job } })).toEqual([]);
    const own = { 'app/jobs/stock_job.rb': 'class StockJob < ActiveJob::Base\nend\n' };
    expect(besides({ files: { ...base, ...job, ...own } })).toEqual(['jobs 5 job threads']);
  });

  it('run on as many threads as there are processors before Rails 8.0', () => {
    const given = { files: { ...applicationJob, ...job }, gems: { rails: '7.2.2' } };
    expect(inside(given)).toEqual(['active_job_async ?']);
    expect(besides(given)).toEqual([]);
    expect(besides({ ...given, cpus: 8 })).toEqual(['jobs 8 job threads']);
  });

  it('run on two threads for each class of SuckerPunch, or as many as it says', () => {
    const files = {
      'app/jobs/log_job.rb': 'class LogJob\n  include SuckerPunch::Job\nend\n',
      'app/jobs/ping_job.rb': 'class PingJob\n  include SuckerPunch::Job\n  workers 4\nend\n',
    };
    expect(besides({ files, gems: { sucker_punch: '3.2.0' } })).toEqual(['jobs 6 job threads!']);
    expect(besides({ files })).toEqual([]);
    const adapter = 'class A < Rails::Application\n  config.active_job.queue_adapter = :sucker_punch\nend\n';
    expect(besides({ files: { 'config/application.rb': adapter }, gems: { sucker_punch: '2.1.2' } })).toEqual([
      'jobs 2 job threads!',
    ]);
  });
});

it('is heard below paths of the application: Rails.root.join is a path', () => {
  const lines = [
    "config.assets.paths << Rails.root.join('vendor', 'assets')",
    "config.i18n.load_path += Dir[Rails.root.join('config', 'locales', '**', '*.yml').to_s]",
    "config.autoload_paths << Rails.root / 'extras'",
    'config.cache_store = :solid_cache_store',
  ];
  expect(besides({ files: { 'config/application.rb': application(...lines) } })).toEqual([
    'cache 1 expiry thread of Solid Cache',
  ]);
});
