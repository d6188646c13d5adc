import { describe, expect, it } from 'vitest';
import { spanText } from '../../../src/text/source.ts';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

const RULE = 'action-cable-pool-headroom';
const CHANNEL = { 'app/channels/orders_channel.rb': 'class OrdersChannel < ApplicationCable::Channel\nend\n' };

async function found(pool: string, rails = '8.0.2', files: Record<string, string> = CHANNEL) {
  const { findings } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '5.6.9', rails }),
    'config/application.rb': 'require "rails/all"\nclass Shop < Rails::Application\nend\n',
    'config/puma.rb': 'threads 5, 5\n',
    'config/database.yml': `production:\n  adapter: postgresql\n  pool: ${pool}\n`,
    ...files,
  });
  return findings.filter(({ rule }) => rule === RULE).map(concise);
}

describe(RULE, () => {
  it('is an info in a web process with channels, up to four more than its threads', async () => {
    expect(await found('8')).toEqual([
      `config/database.yml:3:9: info ${RULE} web runs 4 workers of Action Cable beside its requests, on a pool of 8`,
    ]);
    expect(await found('9')).toEqual([]);
  });

  it('shows the request threads under what starts them, and the workers only where something says how many', async () => {
    const lint = async (application: string) => {
      const { findings } = await lintFiles({
        'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '5.6.9', rails: '8.0.2' }),
        'config/application.rb': `require "rails/all"\nclass Shop < Rails::Application\n${application}end\n`,
        'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
        Procfile: 'web: bundle exec puma -t 5:5\n',
        ...CHANNEL,
      });
      const one = findings.find(({ rule }) => rule === RULE);
      return one?.related.map(({ at, message }) => `${spanText(at)}: ${message}`);
    };
    expect(await lint('')).toEqual(['5:5: 5 threads in each web process']);
    expect(await lint('  config.action_cable.worker_pool_size = 8\n')).toEqual([
      '5:5: 5 threads in each web process',
      '8: 8 workers of Action Cable',
    ]);
  });

  it('says nothing without channels, and where nobody knows the pool', async () => {
    expect(await found('5', '8.0.2', {})).toEqual([]);
    expect(await found('<%= Settings.pool %>')).toEqual([]);
  });

  it('is a warning where the listener keeps a connection of the pool, which Rails 6.0 ended', async () => {
    const listens = { 'config/cable.yml': 'production:\n  adapter: postgresql\n' };
    expect(await found('5', '5.2.8', listens)).toEqual([
      `config/database.yml:3:9: warning ${RULE} the listener of Action Cable keeps one connection of web for good, and its pool of 5 has no other left`,
    ]);
    expect(await found('6', '5.2.8', listens)).toEqual([]);
    expect(await found('5', '6.0.6', listens)).toEqual([]);
  });
});

it('is a warning in a process that is there for the cable', async () => {
  const files = {
    Procfile: 'web: bundle exec puma\ncable: bundle exec puma -p 28080 cable/config.ru\n',
    'config/application.rb':
      'require "rails/all"\nclass Shop < Rails::Application\n  config.action_cable.mount_path = nil\nend\n',
    'cable/config.ru': 'run ActionCable.server\n',
  };
  expect(await found('8', '8.0.2', { ...CHANNEL, ...files })).toEqual([
    `config/database.yml:3:9: warning ${RULE} cable runs 4 workers of Action Cable beside its requests, on a pool of 8`,
  ]);
});
