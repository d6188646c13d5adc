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

  it('says that a lease outlives the stream from Rails 8.0 on', async () => {
    const consequence = async (rails: string): Promise<string> => {
      const { findings } = await lintFiles({
        ...MODELS,
        'Gemfile.lock': lockfile({ rails, puma: '6.6.0', pg: '1.5.9' }),
        'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
        'app/controllers/feeds_controller.rb': `class FeedsController < ApplicationController\n  include ActionController::Live\n${show('Photo.connection.execute("SELECT 1")')}\nend\n`,
      });
      return findings.find(({ rule }) => rule === 'live-streaming-holds-connection')?.consequence ?? '';
    };
    expect(await consequence('7.2.3')).toContain('until its stream ends (Rails 7.2.3)');
    expect(await consequence('8.0.0')).toContain('until its stream ends, and up to a minute longer (Rails 8.0.0)');
  });

  it('is a warning in every version where a transaction is open meanwhile', async () => {
    const open = '  def show\n    Photo.transaction { response.stream.write(Photo.count) }\n  end';
    expect(await said(open, '8.0.2')).toEqual(['warning']);
    expect(await said(show('Photo.create!'), '8.0.2')).toEqual(['info']);
  });

  describe('what runs before the action', () => {
    const LOAD = '  def load\n    Photo.find(params[:id])\n  end\n';
    const before = (macro: string) => said(`  ${macro}\n${LOAD}${show('')}`);

    it.each([
      'before_action :load',
      'before_action :authenticate, :load',
      'before_action(:load, only: :show)',
      'before_action :load, only: %i[index show]',
      'before_action :load, except: [:index]',
      'around_action :load',
      'before_action { Photo.first }',
    ])('runs on its thread: %s', async (macro) => {
      expect(await before(macro)).toEqual(['warning']);
    });

    it.each([
      'before_action :load, only: :index',
      'before_action :load, except: %w[show]',
      'before_action :load, except: NAMES',
      'before_action :load, if: :busy?',
      'before_action :authenticate',
      'after_action :load',
      'before_action :load\n  skip_before_action :load',
    ])('or does not, or nobody knows: %s', async (macro) => {
      expect(await before(macro)).toEqual([]);
    });

    it('in the controller above it too', async () => {
      const files = {
        'app/controllers/application_controller.rb': `class ApplicationController < ActionController::Base\n  before_action :load\n${LOAD}end\n`,
        'app/controllers/feeds_controller.rb': `class FeedsController < ApplicationController\n  include ActionController::Live\n${show('')}\nend\n`,
      };
      expect(await verdicts('live-streaming-holds-connection', files)).toEqual(['warning']);
    });
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

describe('Active Storage in proxy mode', () => {
  const PROXY = 'config.active_storage.resolve_model_to_route = :rails_storage_proxy';
  const said = (ruby: string, rails: string, path = 'config/environments/production.rb') =>
    verdicts(
      'live-streaming-holds-connection',
      { [path]: `Rails.application.configure do\n  ${ruby}\nend\n` },
      { rails },
    );

  it('is info where the stream keeps the connection of the lookup: Rails 7.0 and 7.1', async () => {
    expect(await said(PROXY, '6.1.7')).toEqual([]);
    expect(await said(PROXY, '7.0.0')).toEqual(['info']);
    expect(await said(PROXY, '7.1.5')).toEqual(['info']);
    expect(await said(PROXY, '7.2.0')).toEqual([]);
    expect(await said(`Rails.application.${PROXY}`, '7.1.5', 'config/initializers/active_storage.rb')).toEqual([
      'info',
    ]);
  });

  it('is silent about another mode, and about the file of another environment', async () => {
    expect(await said(PROXY.replace('proxy', 'redirect'), '7.1.5')).toEqual([]);
    expect(await said(PROXY, '7.1.5', 'config/environments/staging.rb')).toEqual([]);
    expect(await said('get "a" => route_for(:rails_storage_proxy)', '7.1.5')).toEqual([]);
  });

  it('cannot tell where a condition decides', async () => {
    expect(await said(`${PROXY} if ENV["PROXY"]`, '7.1.5')).toEqual(['how Active Storage serves files']);
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

  it('takes the seconds that the class was told up to 0.4, which reads no variable', async () => {
    const told = async (gem: string, procfile = 'web: bundle exec puma\n') => {
      const { findings } = await lintFiles({
        'Gemfile.lock': lockfile({ rails: '5.1.7', puma: '3.12.0', pg: '1.5.9', 'rack-timeout': gem }),
        'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 20\n',
        'config/puma.rb': 'workers 2\n',
        Procfile: procfile,
        ...(gem === '0.4.2' ? { 'config/initializers/timeout.rb': 'Rack::Timeout.timeout = 20\n' } : {}),
      });
      return findings.map(({ message }) => /after \d+ s/.exec(message)?.[0]);
    };
    const variable = 'web: RACK_TIMEOUT_SERVICE_TIMEOUT=9 bundle exec puma\n';
    expect(await told('0.4.2')).toEqual(['after 20 s']);
    expect(await told('0.4.1', variable)).toEqual(['after 15 s']);
    expect(await told('0.5.0', variable)).toEqual(['after 9 s']);
  });

  it('says how the worker restarts: by the variable, in Ruby where that says no, and from 0.6 on', async () => {
    const advised = async (files: Record<string, string>, gem: string) => {
      const { findings } = await lintFiles({
        'Gemfile.lock': lockfile({ rails: '7.1.5', puma: '6.6.0', pg: '1.5.9', 'rack-timeout': gem }),
        'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
        'config/puma.rb': 'workers 2\n',
        ...files,
      });
      return findings.map(({ snippet }) => snippet);
    };
    const procfile = { Procfile: 'web: bundle exec puma\n' };
    expect(await advised(procfile, '0.6.0')).toEqual(['web: RACK_TIMEOUT_TERM_ON_TIMEOUT=1 bundle exec puma']);
    expect(await advised({}, '0.7.0')).toEqual(['RACK_TIMEOUT_TERM_ON_TIMEOUT=1']);
    expect(await advised({ ...procfile, ...used(', term_on_timeout: 0') }, '0.7.0')).toEqual(['term_on_timeout: 1']);
    expect(await advised(procfile, '0.5.2')).toEqual([null]);
  });

  it('cannot tell what is computed', async () => {
    expect(await said(used(', service_timeout: SECONDS'))).toEqual(['rack-timeout in web']);
  });
});
