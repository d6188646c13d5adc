import { atLeast, withCode } from './site.mjs';

/** Connections that code keeps, replaces, or holds while it waits. @type {import('./site.mjs').Operator} */
export default {
  name: 'leaks-in-code',
  mutants: (site) => [
    ...withCode(
      site,
      'app/services/mutated_export.rb',
      [
        'class MutatedExport',
        '  def call',
        '    connection = ActiveRecord::Base.connection_pool.checkout',
        '    rows = connection.select_all("SELECT * FROM photos")',
        '    rows.to_a',
        '  end',
        'end',
      ],
      '.checkout',
      'checkout-without-checkin',
    ),
    ...withCode(
      site,
      'app/controllers/mutated_reports_controller.rb',
      [
        'class MutatedReportsController < ApplicationController',
        '  def show',
        '    ActiveRecord::Base.establish_connection(params[:tenant])',
        '    render json: MutatedPhoto.all',
        '  end',
        'end',
      ],
      'establish_connection',
      'establish-connection-at-runtime',
    ),
    ...withCode(
      site,
      'lib/mutated_statistics.rb',
      [
        'module MutatedStatistics',
        '  def self.connection',
        '    @connection ||= ActiveRecord::Base.connection',
        '  end',
        'end',
      ],
      'ActiveRecord::Base.connection',
      'memoized-or-global-connection',
    ),
    ...withCode(
      site,
      'app/controllers/mutated_feeds_controller.rb',
      [
        'class MutatedFeedsController < ApplicationController',
        '  include ActionController::Live',
        '',
        '  def show',
        '    MutatedPhoto.order(:id).to_a.each { |photo| response.stream.write(photo.to_json) }',
        '  ensure',
        '    response.stream.close',
        '  end',
        'end',
      ],
      'def show',
      'live-streaming-holds-connection',
    ),
    ...withCode(
      site,
      'app/controllers/health_controller.rb',
      [
        'class HealthController < ApplicationController',
        '  def show',
        '    ActiveRecord::Base.connection.execute("SELECT 1")',
        '    head :ok',
        '  end',
        'end',
      ],
      'SELECT 1',
      'health-check-uses-pool',
    ),
    // Before 7.2 every query keeps its connection: there is nothing to say of one that does.
    ...(atLeast(site, 'rails', '7.2')
      ? withCode(
          site,
          'app/controllers/mutated_syncs_controller.rb',
          [
            'class MutatedSyncsController < ApplicationController',
            '  def create',
            '    rows = ActiveRecord::Base.connection.select_rows("SELECT id FROM photos")',
            '    Net::HTTP.post(URI("https://partner.example/"), rows.to_json)',
            '  end',
            'end',
          ],
          'ActiveRecord::Base.connection',
          'sticky-lease-in-slow-code',
        )
      : []),
  ],
};
