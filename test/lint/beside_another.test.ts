import { describe, expect, it } from 'vitest';
import { lintFiles, lockfile } from '../support/lint.ts';

const SHOP = {
  'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '7.1.5', sidekiq: '7.3.9' }),
  'config/database.yml': 'production:\n  adapter: postgresql\n  pool: <%= ENV.fetch("DB_POOL", 5) %>\n',
  Procfile: 'worker: bundle exec sidekiq -c 10\n',
};

const compose = (pool: number): string =>
  `services:\n  jobs: { image: shop, command: bundle exec sidekiq -c 10, environment: { RAILS_ENV: production, DB_POOL: ${pool} } }\n`;

async function found(files: Record<string, string>) {
  const { findings } = await lintFiles(files);
  return findings
    .filter(({ rule }) => rule === 'pool-smaller-than-sidekiq-concurrency')
    .map(({ deployments, severity, assumes }) => ({
      deployments,
      severity,
      assumes: assumes.map((one) => (one.kind === 'unset' ? one.variable : one.kind === 'reachable' ? one.text : '')),
    }));
}

describe('a finding about a Procfile on a guess', () => {
  it('rests on that something starts it, where the app is deployed otherwise too', async () => {
    expect(await found({ ...SHOP, 'compose.yaml': compose(10) })).toEqual([
      {
        deployments: ['heroku'],
        severity: 'warning',
        assumes: ['DB_POOL', 'production runs on heroku, and not on compose alone'],
      },
    ]);
  });

  it('rests on nothing more where nothing else deploys the app, or where it is true there too', async () => {
    expect(await found(SHOP)).toEqual([{ deployments: ['heroku'], severity: 'warning', assumes: ['DB_POOL'] }]);
    const both = await found({ ...SHOP, 'compose.yaml': compose(5) });
    expect(both.flatMap(({ assumes }) => assumes)).not.toContain('production runs on heroku, and not on compose alone');
  });

  it('is none on a guess where everything is written', async () => {
    const written = { ...SHOP, 'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n' };
    const own = { ...written, 'compose.yaml': compose(5).replace('-c 10', '-c 4') };
    expect(await found(own)).toEqual([{ deployments: ['heroku'], severity: 'error', assumes: [] }]);
  });
});
