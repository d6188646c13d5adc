import { describe, expect, it } from 'vitest';
import { database, said } from './app.ts';

// What an article about patterns of connection management says, and what is so.

const PUMA = { Procfile: 'web: bundle exec puma\n', 'config/puma.rb': 'threads 5, 5\n' };

function service(name: string, ...lines: string[]): Record<string, string> {
  return { ...PUMA, 'config/database.yml': database('pool: 5'), [`app/services/${name}.rb`]: `${lines.join('\n')}\n` };
}

describe('the configuration it recommends', () => {
  const yml = (...lines: string[]) => ({
    ...PUMA,
    'config/database.yml': database('pool: <%= ENV.fetch("RAILS_MAX_THREADS") { 5 } %>', ...lines),
  });

  it('has a pool for every thread', async () => {
    expect((await said({}, yml())).rules).toEqual([]);
  });

  it('has a timeout of 5000 that is for SQLite, and no milliseconds of anything here', async () => {
    const { rules, text } = await said({}, yml('timeout: 5000'));
    expect(rules).toEqual(['info key-has-no-effect']);
    expect(text).toContain('it is the busy timeout of SQLite');
  });

  it('waits 30 seconds for a connection: as long as a router waits for the answer', async () => {
    const { rules, text } = await said({}, yml('checkout_timeout: 30'));
    expect(rules).toEqual(['warning checkout-timeout-vs-request-timeout']);
    expect(text).toContain('checkout_timeout 30 s ≥ 30 s');
  });

  it('reaps every 60 seconds, which is the default', async () => {
    expect((await said({}, yml('reaping_frequency: 60'))).rules).toEqual([]);
  });

  it('switches prepared statements off: no finding, since a pooler may stand where no file says so', async () => {
    expect((await said({}, yml('prepared_statements: false'))).rules).toEqual([]);
  });
});

describe('code around the pool', () => {
  it('that verifies and removes connections changes no number, whatever else is wrong with it', async () => {
    const { rules } = await said(
      {},
      service(
        'connection_validator',
        'class ConnectionValidator',
        '  def call',
        '    pool = ActiveRecord::Base.connection_pool',
        '    pool.connections.each do |conn|',
        '      next unless conn.lease_timeout?',
        '      conn.verify!',
        '    rescue StandardError',
        '      pool.remove(conn)',
        '    end',
        '  end',
        'end',
      ),
    );
    expect(rules).toEqual([]);
  });

  it('that checks out and in by hand takes a second connection, and leaks none', async () => {
    const { rules, text } = await said(
      {},
      service(
        'borrowing',
        'class Borrowing',
        '  def self.with_connection',
        '    pool = ActiveRecord::Base.connection_pool',
        '    conn = pool.checkout',
        '    yield conn',
        '  ensure',
        '    pool.checkin(conn) if conn',
        '  end',
        'end',
      ),
    );
    expect(rules).toEqual(['info checkout-without-checkin']);
    expect(text).toContain('takes a second connection for the thread that already has one');
  });

  it('that counts what is in use is only looking', async () => {
    const { rules } = await said(
      {},
      service(
        'pool_metrics',
        'class PoolMetrics',
        '  def call',
        '    pool = ActiveRecord::Base.connection_pool',
        '    { size: pool.size, busy: pool.connections.count(&:in_use?), waiting: pool.num_waiting_in_queue, stat: pool.stat }',
        '  end',
        'end',
      ),
    );
    expect(rules).toEqual([]);
  });

  it.each([
    ['6.1.7', 2],
    ['7.0.8', 3],
    ['8.0.2', 3],
  ])('that resizes the pool while requests run cuts them off, on Rails %s', async (rails, count) => {
    const { rules, text } = await said(
      { rails },
      service(
        'adaptive_pool_manager',
        'class AdaptivePoolManager',
        '  def resize(size)',
        '    ActiveRecord::Base.connection_pool.disconnect!',
        '    ActiveRecord::Base.establish_connection(ActiveRecord::Base.connection_config.merge(pool: size))',
        '  end',
        'end',
      ),
    );
    expect(rules).toEqual(Array.from({ length: count }, () => 'warning establish-connection-at-runtime'));
    expect(text.includes('connection_config is gone since Rails 7.0')).toBe(count === 3);
  });
});
