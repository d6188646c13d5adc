// The shapes that are measured: whole small applications, each with what it is started with. What the linter reads is
// what runs.

const DATABASES = { primary: 'shop', queue: 'shop_queue' };

/** @typedef {{ name: string, processes: Record<string, string>, files: Record<string, string>, jobs?: number, seconds?: number, crashes?: boolean }} Shape */

function databaseYml(pools) {
  const entries = Object.entries(pools).map(([name, pool]) =>
    [
      `  ${name}:`,
      '    adapter: postgresql',
      '    host: 127.0.0.1',
      '    port: <%= ENV.fetch("PGPORT") %>',
      '    username: postgres',
      `    database: ${DATABASES[name]}`,
      `    pool: ${pool}`,
    ].join('\n'),
  );
  return `production:\n${entries.join('\n')}\n`;
}

const puma = (text) => `port ENV.fetch("PORT")\n${text}`;
// A supervisor asks the database itself when a worker has died.
const BESIDE_JOBS = { jobs: 400, seconds: 40, crashes: true };
const WEB = { web: 'bundle exec puma -C config/puma.rb' };

const QUEUE_YML = `production:
  dispatchers:
    - polling_interval: 0.05
      batch_size: 100
      concurrency_maintenance_interval: 0.2
  workers:
    - queues: "*"
      threads: 3
      processes: 1
      polling_interval: 0.05
`;

// The helpers of Solid Queue borrow a connection for one query now and then. That all of them do at the same moment takes
// days; slow queries, short intervals and slow ends of jobs make it seconds. What they can hold stays what it is.
const COINCIDENCE = `ActiveSupport::Notifications.subscribe("sql.active_record") do |event|
  sleep event.payload[:sql].match?(/last_heartbeat_at. <=/) ? 3 : 0.1
end
Rails.application.config.after_initialize do
  Rails.application.executor.to_complete(prepend: true) { sleep 0.7 if Thread.current[:worked] }
end
SolidQueue.process_heartbeat_interval = 0.05
SolidQueue.process_alive_threshold = 5.seconds
`;

const SIDEKIQ = {
  // Enough jobs of half a second for all threads, for as long as is looked.
  jobs: 600,
  files: {
    Gemfile: `source Gem.sources.first.uri.to_s

gem "rails", "7.2.2.1"
gem "pg", "1.5.9"
gem "puma", "6.6.0"
gem "solid_queue", "1.1.5"
gem "sidekiq", "7.3.9"
`,
    'config/environments/production.rb': `Rails.application.configure do
  config.active_job.queue_adapter = :sidekiq
end
`,
  },
};

/** @type {readonly Shape[]} */
export const SHAPES = [
  {
    name: 'one process, pool above its threads',
    processes: WEB,
    files: { 'config/puma.rb': puma('threads 3, 3\n'), 'config/database.yml': databaseYml({ primary: 5 }) },
  },
  {
    name: 'one process, pool at its threads',
    processes: WEB,
    files: { 'config/puma.rb': puma('threads 5, 5\n'), 'config/database.yml': databaseYml({ primary: 5 }) },
  },
  {
    name: 'one process, pool below its threads',
    processes: WEB,
    files: { 'config/puma.rb': puma('threads 5, 5\n'), 'config/database.yml': databaseYml({ primary: 2 }) },
  },
  {
    name: 'two workers, pool above their threads',
    processes: WEB,
    files: { 'config/puma.rb': puma('workers 2\nthreads 3, 3\n'), 'config/database.yml': databaseYml({ primary: 5 }) },
  },
  {
    name: 'three workers, pool below their threads',
    processes: WEB,
    files: { 'config/puma.rb': puma('workers 3\nthreads 4, 4\n'), 'config/database.yml': databaseYml({ primary: 2 }) },
  },
  {
    name: 'preloaded, with a query before the fork that gives its connection back',
    processes: WEB,
    files: {
      'config/puma.rb': puma('workers 2\npreload_app!\nthreads 3, 3\n'),
      'config/database.yml': databaseYml({ primary: 5 }),
      'config/initializers/warm.rb': `Rails.application.config.after_initialize do
  ActiveRecord::Base.connection.execute("select 1")
  ActiveRecord::Base.connection_handler.clear_all_connections!(:all)
end
`,
    },
  },
  {
    name: 'two databases',
    processes: WEB,
    files: {
      'config/puma.rb': puma('threads 4, 4\n'),
      'config/database.yml': databaseYml({ primary: 4, queue: 2 }),
      'app/models/queue_record.rb': `class QueueRecord < ActiveRecord::Base
  self.abstract_class = true
  connects_to database: { writing: :queue }
end
`,
    },
  },
  {
    name: 'Solid Queue beside the web process',
    processes: { ...WEB, jobs: 'bin/jobs' },
    ...BESIDE_JOBS,
    files: {
      'config/puma.rb': puma('threads 3, 3\n'),
      'config/database.yml': databaseYml({ primary: 5 }),
      'config/queue.yml': QUEUE_YML,
      'config/initializers/coincidence.rb': COINCIDENCE,
    },
  },
  {
    name: 'Solid Queue in Puma, in a database of its own',
    processes: WEB,
    ...BESIDE_JOBS,
    files: {
      'config/puma.rb': puma('threads 3, 3\nplugin :solid_queue\n'),
      'config/database.yml': databaseYml({ primary: 5, queue: 5 }),
      'config/queue.yml': QUEUE_YML,
      'config/initializers/coincidence.rb': COINCIDENCE,
      'config/environments/production.rb': `Rails.application.configure do
  config.solid_queue.connects_to = { database: { writing: :queue } }
end
`,
    },
  },
  {
    name: 'Sidekiq beside the web process, pool below its threads',
    processes: { ...WEB, worker: 'bundle exec sidekiq' },
    jobs: SIDEKIQ.jobs,
    files: {
      ...SIDEKIQ.files,
      'config/puma.rb': puma('threads 3, 3\n'),
      'config/database.yml': databaseYml({ primary: 5 }),
      'config/sidekiq.yml': ':concurrency: 8\n:queues:\n  - default\n  - beside\n',
    },
  },
  {
    name: 'Sidekiq with a capsule, pool above the threads of both',
    processes: { ...WEB, worker: 'bundle exec sidekiq -c 4' },
    jobs: SIDEKIQ.jobs,
    files: {
      ...SIDEKIQ.files,
      'config/puma.rb': puma('threads 3, 3\n'),
      'config/database.yml': databaseYml({ primary: 10 }),
      'config/sidekiq.yml': `:queues:
  - default
:capsules:
  beside:
    :concurrency: 3
    :queues:
      - beside
`,
    },
  },
  {
    name: 'queries on threads of their own (load_async)',
    processes: WEB,
    files: {
      'config/puma.rb': puma('threads 3, 3\n'),
      'config/database.yml': databaseYml({ primary: 10 }),
      'config/initializers/async.rb': `Rails.application.config.active_record.async_query_executor = :global_thread_pool
Rails.application.config.active_record.global_executor_concurrency = 4
`,
      'app/models/item.rb': `class Item < ActiveRecord::Base
  def self.twice = Array.new(2) { select("pg_sleep(0.5)").from("generate_series(1, 1) items").load_async }.each(&:to_a)
end
`,
    },
  },
];
