import { describe, expect, it } from 'vitest';
import { lintFiles, lockfile } from '../../support/lint.ts';
import { MODELS } from '../../index/code.ts';

async function verdicts(rule: string, files: Record<string, string>, gems: Record<string, string> = {}) {
  const { findings, unresolved } = await lintFiles({
    ...MODELS,
    'Gemfile.lock': lockfile({ rails: '7.1.5', puma: '6.6.0', pg: '1.5.9', ...gems }),
    'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
    ...files,
  });
  const own = findings.filter((one) => one.rule === rule);
  return [...own.map(({ severity }) => severity), ...unresolved.map(({ what }) => what)];
}

describe('live-streaming-holds-connection', () => {
  const said = (action: string, rails = '7.1.5', live = 'include ActionController::Live') =>
    verdicts(
      'live-streaming-holds-connection',
      {
        'app/controllers/feeds_controller.rb': `class FeedsController < ApplicationController\n  ${live}\n${action}\nend\n`,
      },
      { rails },
    );
  const show = (body: string) => `  def show\n    ${body}\n    response.stream.write("x")\n  end`;

  it('is a warning up to Rails 7.1, and from 7.2 on for leases only', async () => {
    expect(await said(show('Photo.all.to_a'), '7.1.5')).toEqual(['warning']);
    expect(await said(show('Photo.all.to_a'), '7.2.0')).toEqual(['info']);
    expect(await said(show('Photo.connection.execute("SELECT 1")'), '7.2.0')).toEqual(['warning']);
  });

  it('knows the other ways to stream', async () => {
    expect(await said('  def show\n    send_stream(filename: Photo.first.name) { |s| s.write("x") }\n  end')).toEqual([
      'warning',
    ]);
    expect(await said('  def show\n    sse = SSE.new(response.stream)\n    Photo.first\n  end')).toEqual(['warning']);
  });

  it('is silent without a database, without a stream, without Live, and after a release', async () => {
    expect(await said(show('head :ok'))).toEqual([]);
    expect(await said('  def index\n    Photo.all.to_a\n  end')).toEqual([]);
    expect(await said(show('Photo.all.to_a'), '7.1.5', '')).toEqual([]);
    expect(await said(show('Photo.all.to_a; ActiveRecord::Base.connection_pool.release_connection'))).toEqual([]);
  });
});

describe('rack-timeout-kills-threads', () => {
  const said = (files: Record<string, string>, gems: Record<string, string> = { 'rack-timeout': '0.7.0' }) =>
    verdicts('rack-timeout-kills-threads', { 'config/puma.rb': 'workers 2\n', ...files }, gems);
  const used = (options: string) => ({
    'config/initializers/timeout.rb': `Rails.application.config.middleware.insert_before Rack::Runtime, Rack::Timeout${options}\n`,
  });

  it('is info where a worker goes on after a timeout', async () => {
    expect(await said({})).toEqual(['info']);
    expect(await said(used(', service_timeout: 5'))).toEqual(['info']);
    expect(await said(used(', term_on_timeout: false'))).toEqual(['info']);
  });

  it('is silent where workers restart, where nothing times out, in a single process, and without the gem', async () => {
    expect(await said(used(', term_on_timeout: true'))).toEqual([]);
    expect(await said(used(', service_timeout: 0'))).toEqual([]);
    expect(await said({ 'config/initializers/timeout.rb': 'Rack::Timeout.service_timeout = false\n' })).toEqual([]);
    expect(await said({ 'config/puma.rb': 'workers 0\n' })).toEqual([]);
    expect(await said({}, {})).toEqual([]);
    expect(await said({ Procfile: 'web: RACK_TIMEOUT_TERM_ON_TIMEOUT=1 bundle exec puma\n' })).toEqual([]);
    expect(await said({ Procfile: 'web: RACK_TIMEOUT_TERM_ON_TIMEOUT=0 bundle exec puma\n' })).toEqual(['info']);
  });

  it('cannot tell what is computed', async () => {
    expect(await said(used(', service_timeout: SECONDS'))).toEqual(['rack-timeout in web']);
  });
});
