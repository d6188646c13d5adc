import { expect, it } from 'vitest';
import { lintFiles, lockfile } from '../../support/lint.ts';

async function findings(
  line: string,
  procfile = 'web: bundle exec puma\n',
  gems: Record<string, string> = {},
): Promise<readonly string[]> {
  const result = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2', sidekiq: '7.3.9', ...gems }),
    Procfile: procfile,
    'config/puma.rb': 'threads 3, 3\nworkers 2\nworker_timeout 15\n',
    'config/database.yml': `production:\n  adapter: postgresql\n  ${line}\n`,
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
});

it('takes a thousand seconds for milliseconds, in every process', async () => {
  const both = 'web: bundle exec puma\nworker: bundle exec sidekiq -c 2\n';
  expect(await findings('checkout_timeout: 5000', both)).toEqual(['error web 5000 s = 5 s × 1000']);
  expect(await findings('checkout_timeout: 999', 'worker: bundle exec sidekiq -c 2\nweb: bin/unknown\n')).toEqual([]);
});

it('reports no wait at all', async () => {
  expect(await findings('checkout_timeout: 0')).toEqual(['warning web null']);
  expect(await findings('checkout_timeout:')).toEqual([]);
});
