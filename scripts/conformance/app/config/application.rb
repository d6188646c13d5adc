require "bundler/setup"
require "rails"
require "active_record/railtie"
require "active_job/railtie"
require "action_controller/railtie"
Bundler.require(*Rails.groups)

module Shop
  class Application < Rails::Application
    config.load_defaults 7.2
    config.eager_load = true
    config.secret_key_base = "0" * 64
    config.logger = Logger.new(IO::NULL)
    config.active_job.queue_adapter = :solid_queue
    config.hosts.clear
  end
end
