# Creates what the databases need: the tables of Solid Queue and of the model, and jobs for its workers to do.
require_relative "config/environment"

ActiveSupport::Notifications.unsubscribe("sql.active_record")

schema = Gem.loaded_specs.fetch("solid_queue").full_gem_path +
  "/lib/generators/solid_queue/install/templates/db/queue_schema.rb"
names = ActiveRecord::Base.configurations.configs_for(env_name: "production").map(&:name)
ActiveRecord::Base.establish_connection(names.include?("queue") ? :queue : :primary)
ActiveRecord::Schema.verbose = false
load schema
ActiveRecord::Base.establish_connection(:primary)
ActiveRecord::Base.connection.create_table(:items) { |table| table.string :name }
ActiveJob.perform_all_later(Array.new(Integer(ARGV.fetch(0))) { WorkJob.new })
