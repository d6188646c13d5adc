# The entries that Rails makes of config/database.yml and the URL variables, with the size of each pool, and with the
# seconds a checkout waits where they are not 5.
require_relative "judge"

# Rails keeps its environment from the first time it is asked.
ENV["RAILS_ENV"] = "production"

load_judged do
  gem "railties", ARGV.last
  # Active Support before 7.1 needs it, and concurrent-ruby no longer loads it.
  require "logger"
  require "active_record"
  require "rails"
  require "rails/application/configuration"
  ActiveRecord::Base
end

# `max_connections` from Rails 8.1, where nil is no bound.
def size_of(entry)
  size = entry.respond_to?(:max_connections) ? entry.max_connections : entry.pool
  size.nil? ? "unlimited" : size.to_s
rescue NoMethodError
  "raises"
end

def waiting(entry)
  entry.checkout_timeout == 5 ? "" : " after #{format("%g", entry.checkout_timeout)}s"
end

judge(forked: false) do
  written = Rails::Application::Configuration.new(Pathname.new(Dir.pwd)).database_configuration
  configurations = ActiveRecord::DatabaseConfigurations.new(written)
  entries = configurations.configurations.select { |entry| entry.env_name == "production" }
  entries.map { |entry| "#{entry.name} #{size_of(entry)}#{waiting(entry)}" }.join(", ")
end
