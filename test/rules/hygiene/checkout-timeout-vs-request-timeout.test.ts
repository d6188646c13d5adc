import { expect, it } from 'vitest';
import { lintFiles, lockfile } from '../../support/lint.ts';

async function findings(
  line: string,
  procfile = 'web: bundle exec puma\n',
  gems: Record<string, string> = {},
  more: Record<string, string> = {},
): Promise<readonly string[]> {
  const result = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2', sidekiq: '7.3.9', ...gems }),
    Procfile: procfile,
    'config/puma.rb': 'threads 3, 3\nworkers 2\nworker_timeout 15\n',
    'config/database.yml': `production:\n  adapter: postgresql\n  ${line}\n`,
    ...more,
  });
  return result.findings
    .filter(({ rule }) => rule === 'checkout-timeout-vs-request-timeout')
    .map(({ severity, process, arithmetic }) => `${severity} ${process} ${arithmetic}`);
}

it('reports waits that are longer than a router waits, in web processes', async () => {
  expect(await findings('checkout_timeout: 30')).toEqual(['warning web checkout_timeout 30 s ≥ 30 s']);
  expect(await findings('checkout_timeout: 29')).toEqual([]);
  expect(await findings('pool: 5')).toEqual([]);
  expect(await findings('checkout_timeout: 60', 'worker: bundle exec sidekiq -c 2\nweb: bin/unknown\n')).toEqual([]);
});

it('takes the timeout of rack-timeout where it is set, and never that of the workers of Puma', async () => {
  const set = 'web: RACK_TIMEOUT_SERVICE_TIMEOUT=10 bundle exec puma\n';
  expect(await findings('checkout_timeout: 20')).toEqual([]);
  expect(await findings('checkout_timeout: 20', set)).toEqual([]);
  expect(await findings('checkout_timeout: 20', set, { 'rack-timeout': '0.7.0' })).toEqual([
    'warning web checkout_timeout 20 s ≥ 10 s',
  ]);
  expect(await findings('checkout_timeout: 20', set, { 'rack-timeout': '0.4.2' })).toEqual([]);
});

it('takes the default of rack-timeout where nothing sets it, and what Ruby says first', async () => {
  const web = 'web: bundle exec puma\n';
  const gem = { 'rack-timeout': '0.7.0' };
  const said = (text: string) => ({ 'config/initializers/timeout.rb': text });
  const fifteen = ['info web checkout_timeout 15 s ≥ 15 s'];
  expect(await findings('checkout_timeout: 15', web, gem)).toEqual(fifteen);
  expect(await findings('checkout_timeout: 14', web, gem)).toEqual([]);
  // Up to 0.4 the number was in an attribute of the class.
  expect(await findings('checkout_timeout: 15', web, { 'rack-timeout': '0.4.2' })).toEqual([]);
  expect(await findings('checkout_timeout: 15', web, { 'rack-timeout': '0.5.1' })).toEqual(fifteen);
  const use = (seconds: string) =>
    said(`Rails.application.config.middleware.use Rack::Timeout, service_timeout: ${seconds}\n`);
  expect(await findings('checkout_timeout: 15', web, gem, use('8'))).toEqual([
    'warning web checkout_timeout 15 s ≥ 8 s',
  ]);
  expect(await findings('checkout_timeout: 15', web, gem, use('20'))).toEqual([]);
  expect(await findings('checkout_timeout: 15', web, gem, use('false'))).toEqual([]);
  expect(await findings('checkout_timeout: 15', web, gem, use('Settings.timeout'))).toEqual([]);
  const off = 'web: RACK_TIMEOUT_SERVICE_TIMEOUT=0 bundle exec puma\n';
  expect(await findings('checkout_timeout: 15', off, gem)).toEqual([]);
});

it('takes a thousand seconds for milliseconds, in every process', async () => {
  const both = 'web: bundle exec puma\nworker: bundle exec sidekiq -c 2\n';
  expect(await findings('checkout_timeout: 5000', both)).toEqual(['error web 5000 s = 5 s × 1000']);
  expect(await findings('checkout_timeout: 999', 'worker: bundle exec sidekiq -c 2\nweb: bin/unknown\n')).toEqual([]);
});

it('reports one line once, for all the databases that take it from there', async () => {
  const said = async (tail: string) => {
    const { findings: all } = await lintFiles({
      'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
      Procfile: 'web: bundle exec puma\n',
      'app/models/archive_record.rb':
        'class ArchiveRecord < ApplicationRecord\n  self.abstract_class = true\n' +
        '  connects_to database: { writing: :archive }\nend\n',
      'config/database.yml':
        'default: &default\n  adapter: postgresql\n  checkout_timeout: 30\nproduction:\n' +
        `  primary:\n    <<: *default\n  archive:\n    <<: *default\n${tail}`,
    });
    return all.filter(({ rule }) => rule.startsWith('checkout-timeout')).map(({ message }) => message);
  };
  const rest = "and Heroku's router gives up after 30 s";
  expect(await said('')).toEqual([`web waits 30 s for a connection of primary and archive, ${rest}`]);
  expect(await said('    checkout_timeout: 40\n')).toEqual([
    `web waits 30 s for a connection of primary, ${rest}`,
    `web waits 40 s for a connection of archive, ${rest}`,
  ]);
});

it('reports no wait at all', async () => {
  expect(await findings('checkout_timeout: 0')).toEqual(['warning web null']);
  expect(await findings('checkout_timeout:')).toEqual([]);
});

it('mentions a second to connect where threads start with the requests', async () => {
  const lazy = { 'config/puma.rb': 'threads 0, 3\n' };
  const web = 'web: bundle exec puma\n';
  expect(await findings('connect_timeout: 1', web, {}, lazy)).toEqual([
    'info web connect_timeout 1 s ≤ 1 s, with threads from 0',
  ]);
  expect(await findings('connect_timeout: 2', web, {}, lazy)).toEqual([]);
  expect(await findings('connect_timeout: 1', web)).toEqual([]);
  expect(await findings('connect_timeout: 1', 'web: bin/unknown\nworker: sidekiq\n', {}, lazy)).toEqual([]);
});
