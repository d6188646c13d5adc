# What Sidekiq's own command line makes of a line, its file and variables, and then the application's initializer.
require_relative "judge"

load_judged do
  require "sidekiq"
  require "sidekiq/cli"
  require "sidekiq/launcher"
end

# The command line refuses to start where there is no application. In `boot_system` it would load this one.
APPLICATION = "config/application.rb"
INITIALIZER = "config/initializers/sidekiq.rb"

judge do |_given, arguments|
  FileUtils.mkdir_p("config")
  FileUtils.touch(APPLICATION)
  cli = Sidekiq::CLI.instance
  cli.parse(arguments)
  load File.expand_path(INITIALIZER) if File.exist?(INITIALIZER)
  # What starts the threads: an impossible number of them raises here.
  if defined?(Sidekiq::Capsule)
    cli.config.capsules.values.each { |capsule| Sidekiq::Manager.new(capsule) }
    cli.config.capsules.values.map { |capsule| "#{capsule.name} #{capsule.concurrency}" }.join(", ")
  else
    Sidekiq::Manager.new(cli.respond_to?(:config) ? cli.config : Sidekiq.options)
    "default #{Sidekiq.options[:concurrency]}"
  end
end
