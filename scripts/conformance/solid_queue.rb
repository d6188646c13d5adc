# What Solid Queue's own command line or rake task would supervise: everything up to the supervisor's start.
require_relative "judge"

load_judged do
  require "logger"
  require "rails"
  require "active_record/railtie"
  require "active_job/railtie"
  require "sqlite3"
  require "rake"
  require "solid_queue"
  require "solid_queue/cli" if Gem::Version.new(SolidQueue::VERSION) >= Gem::Version.new("0.7")
end

# The file was config/solid_queue.yml before 0.9; the cases name it as it is now.
EARLY = Gem::Version.new(SolidQueue::VERSION) < Gem::Version.new("0.9")

# Recurring tasks are records: their tables have to be there. The pool is large enough for the check of its size.
home = Dir.mktmpdir
at_exit { FileUtils.rm_rf(home) }
ENV["RAILS_ENV"] = "production"
FileUtils.mkdir_p("#{home}/config")
File.write("#{home}/config/database.yml", <<~YAML)
  production:
    adapter: sqlite3
    database: #{home}/queue.sqlite3
    pool: 1000
YAML

class Shop < Rails::Application
  config.eager_load = false
  config.logger = Logger.new(IO::NULL)
  config.secret_key_base = "0" * 64
  config.active_job.queue_adapter = :solid_queue
end
Shop.config.root = home
Shop.initialize!
schema = "#{Gem.loaded_specs.fetch("solid_queue").full_gem_path}/lib/generators/solid_queue/install/templates/db/queue_schema.rb"
if File.exist?(schema)
  ActiveRecord::Schema.verbose = false
  load schema
  # SQLite's connections do not survive a fork.
  ActiveRecord::Base.connection_handler.clear_all_connections!
end

module Captured
  def start
    throw :supervisor, self
  end
end
[SolidQueue::Supervisor, *SolidQueue::Supervisor.subclasses].each { |supervisor| supervisor.prepend(Captured) }
%w[ForkSupervisor AsyncSupervisor].each do |name|
  found = SolidQueue.const_get(name) if SolidQueue.const_defined?(name)
  found ||= SolidQueue::Supervisor.const_get(name) if SolidQueue::Supervisor.const_defined?(name)
  found&.prepend(Captured)
end

Rake::Task.define_task(:environment)
load "#{Gem.loaded_specs.fetch("solid_queue").full_gem_path}/lib/solid_queue/tasks.rb"

def supervisor_of(program, arguments)
  catch(:supervisor) do
    program == "rake" ? Rake::Task[arguments.first].invoke : SolidQueue::Cli.start(arguments)
    nil
  end
end

def supervised(supervisor)
  configuration = supervisor.instance_variable_get(:@configuration)
  return supervisor.instance_variable_get(:@configured_processes) if configuration.nil?

  processes = configuration.respond_to?(:configured_processes) ? configuration.configured_processes : configuration.processes
  processes.map { |process| process.respond_to?(:instantiate) ? process.instantiate : process }
end

# As its worker sees it when it looks for jobs: a pool of no size raises, one of 0 or less is never idle and takes none.
def size_of(worker)
  pool = worker.pool
  size = pool.idle? ? pool.size : 0
  pool.respond_to?(:type) && pool.type == :fiber ? "#{size} fibers" : size.to_s
end

judge do |given, arguments|
  Rails.application.config.root = Dir.pwd
  Shop.class_eval(File.read("config/application.rb")) if File.exist?("config/application.rb")
  # What Active Support's railtie does once the application has booted.
  isolation = Shop.config.active_support.isolation_level
  ActiveSupport::IsolatedExecutionState.isolation_level = isolation if isolation
  if EARLY && File.exist?("config/queue.yml")
    File.rename("config/queue.yml", "config/solid_queue.yml")
  end
  supervisor = supervisor_of(given["line"][/\A\w+/], arguments)
  raise "the supervisor was not started" if supervisor.nil?

  processes = supervised(supervisor)
  of = ->(name) { processes.select { |process| process.class.name == "SolidQueue::#{name}" } }
  threads = of["Worker"].map { |worker| size_of(worker) }.join("+")
  scheduler = of["Scheduler"].empty? ? "" : ", scheduler"
  mode = supervisor.class.name.include?("Async") ? "async" : "fork"
  "workers #{threads.empty? ? 0 : threads}, dispatchers #{of["Dispatcher"].size}#{scheduler}, #{mode}"
end
