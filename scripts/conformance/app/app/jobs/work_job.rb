class WorkJob < ActiveJob::Base
  queue_as { %w[default beside].sample }

  # Keeps its connections to its end, as every query did before Rails 7.2 and `connection` still does.
  def perform
    Thread.current[:worked] = true
    Work.bases.each(&:lease_connection)
    Work.on_every_database
  end
end
