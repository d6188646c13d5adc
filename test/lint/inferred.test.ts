import { describe, expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../support/lint.ts';

const OLD = { rails: '4.2.11', pg: '0.21.0' };
const FILES = { 'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n' };

describe('a job system that nothing starts', () => {
  it.each([
    ['sidekiq', '3.5.4', 'Sidekiq', 'pool-smaller-than-sidekiq-concurrency'],
    ['shoryuken', '7.0.3', 'Shoryuken', 'consumer-concurrency-exceeds-pool'],
    ['que', '2.4.1', 'Que', 'consumer-concurrency-exceeds-pool'],
  ])('is no error by a default of %s that nobody wrote', async (gem, version, title, rule) => {
    const { findings } = await lintFiles({ ...FILES, 'Gemfile.lock': lockfile({ ...OLD, [gem]: version }) });
    const assumed = `${title} is started without an option that says how many threads it runs`;
    expect(findings.map((one) => [one.rule, one.severity, one.assumes])).toEqual([
      [rule, 'warning', [{ kind: 'reachable', text: assumed }]],
    ]);
  });

  it('is an error by a number that somebody wrote, and by one that a command leaves to the default', async () => {
    const lock = { 'Gemfile.lock': lockfile({ ...OLD, sidekiq: '3.5.4' }) };
    const written = await lintFiles({ ...FILES, ...lock, 'config/sidekiq.yml': ':concurrency: 25\n' });
    expect(written.findings.map(concise)[0]).toContain('error pool-smaller-than-sidekiq-concurrency');
    const started = await lintFiles({ ...FILES, ...lock, Procfile: 'worker: bundle exec sidekiq\n' });
    expect(started.findings.map(concise)[0]).toContain('error pool-smaller-than-sidekiq-concurrency');
  });
});
