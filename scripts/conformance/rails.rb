# The entries that ActiveRecord::DatabaseConfigurations makes of database.yml and the URL variables, with the size of
# each pool.
require_relative "judge"

load_judged do
  # Active Support before 7.1 needs it, and concurrent-ruby no longer loads it.
  require "logger"
  require "yaml"
  require "active_record"
  ActiveRecord::Base
end

# `max_connections` from Rails 8.1, where nil is no bound.
def size_of(entry)
  size = entry.respond_to?(:max_connections) ? entry.max_connections : entry.pool
  size.nil? ? "unlimited" : size.to_s
rescue NoMethodError
  "raises"
end

judge do
  ENV["RAILS_ENV"] = "production"
  text = File.exist?("config/database.yml") ? File.read("config/database.yml") : ""
  written = YAML.respond_to?(:unsafe_load) ? YAML.unsafe_load(text) : YAML.load(text)
  configurations = ActiveRecord::DatabaseConfigurations.new(written || {})
  entries = configurations.configurations.select { |entry| entry.env_name == "production" }
  entries.map { |entry| "#{entry.name} #{size_of(entry)}" }.join(", ")
end
