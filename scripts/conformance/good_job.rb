# The schedulers that GoodJob's own command line makes of a line, variables and config/application.rb.
require_relative "judge"

load_judged do
  require "logger"
  require "ostruct"
  require "rails"
  require "active_record/railtie"
  require "active_job/railtie"
  require "action_controller/railtie"
  require "good_job"
end

ENV["RAILS_ENV"] = "production"
home = Dir.mktmpdir
at_exit { FileUtils.rm_rf(home) }

FileUtils.mkdir_p("#{home}/config")
File.write("#{home}/config/database.yml", "production:\n  adapter: postgresql\n")

class Shop < Rails::Application
  config.eager_load = false
  config.logger = Logger.new(IO::NULL)
  config.secret_key_base = "0" * 64
end
Shop.config.root = home
# Old versions know nothing of it; the cases ask only what GoodJob makes of what is there.
Shop.config.good_job = ActiveSupport::OrderedOptions.new unless Shop.config.respond_to?(:good_job)
Shop.initialize!

# What would ask the database: the listener, the cache of the schedulers, and what a scheduler of old is asked for.
GoodJob::Notifier.define_singleton_method(:new) { |*, **| OpenStruct.new(recipients: []) }
GoodJob::Scheduler.class_eval { def warm_cache; end }
GoodJob::Job.define_singleton_method(:queue_string) { |name| name } if GoodJob::VERSION.start_with?("1.")
# Logs, which old versions send where newer Rails has nothing.
unless ActiveSupport::Logger.respond_to?(:broadcast)
  ActiveSupport::Logger.define_singleton_method(:broadcast) { |_logger| Module.new }
end
GoodJob::CLI.no_commands { GoodJob::CLI.class_eval { def set_up_application!; end } }

module Captured
  def from_configuration(...)
    throw :schedulers, super
  end
end
makers = [GoodJob::Scheduler, (GoodJob::MultiScheduler if defined?(GoodJob::MultiScheduler))].compact
makers.select { |maker| maker.respond_to?(:from_configuration) }.each { |maker| maker.singleton_class.prepend(Captured) }

def threads_of(scheduler)
  options = %i[@executor_options @pool_options].filter_map { |name| scheduler.instance_variable_get(name) }.first
  options.fetch(:max_threads)
end

judge do |_given, arguments|
  Shop.class_eval(File.read("config/application.rb")) if File.exist?("config/application.rb")
  made = catch(:schedulers) do
    GoodJob::CLI.start(arguments)
    raise "no scheduler was made"
  end
  schedulers = made.respond_to?(:schedulers) ? made.schedulers : [made].compact
  schedulers.empty? ? "0" : schedulers.map { |scheduler| threads_of(scheduler) }.join("+")
end
