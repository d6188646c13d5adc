# What Puma's own command line makes of a line, a configuration file and variables, up to the moment it would listen.
require_relative "judge"

load_judged do
  require "puma"
  require "puma/cli"
  # Puma asks this gem for the processors where `auto` is written, and does not depend on it.
  require "concurrent/utility/processor_counter"
end

%i[processor_count physical_processor_count available_processor_count].each do |name|
  Concurrent.define_singleton_method(name) { PROCESSORS }
end

judge do |_given, arguments|
  options = Puma::CLI.new(arguments).launcher.options
  workers = options[:workers]
  preload = options[:preload_app] ? " preload" : ""
  "#{options[:min_threads]}..#{options[:max_threads]} workers #{workers}#{preload}"
end
