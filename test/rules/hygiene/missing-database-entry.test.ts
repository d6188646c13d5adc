import { describe, expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

const RULE = 'missing-database-entry';

async function found(files: Record<string, string>, production = '  primary:\n    adapter: postgresql\n', rest = '') {
  const { findings } = await lintFiles({
    'Gemfile.lock': lockfile({
      pg: '1.5.9',
      puma: '6.6.0',
      rails: '8.0.2',
      solid_cable: '3.0.7',
      solid_queue: '1.1.3',
    }),
    'config/database.yml': `production:\n${production}${rest}`,
    ...files,
  });
  return findings.filter(({ rule }) => rule === RULE).map(concise);
}

const model = (body: string) => ({ 'app/models/report.rb': `class Report < ApplicationRecord\n  ${body}\nend\n` });

describe(RULE, () => {
  it('finds a name that the environment does not have, in either call', async () => {
    expect(await found(model('establish_connection :reports'))).toEqual([
      `app/models/report.rb:2:24: error ${RULE} Report connects to reports, an entry that production does not have`,
    ]);
    expect(await found(model('connects_to database: { writing: :primary, reading: :replica }'))).toEqual([
      `app/models/report.rb:2:55: error ${RULE} Report connects to replica, an entry that production does not have`,
    ]);
  });

  it('knows entries, sections of other names, and primary where there is one database', async () => {
    expect(await found(model('establish_connection :primary'))).toEqual([]);
    expect(await found(model('establish_connection :primary'), '  adapter: postgresql\n')).toEqual([]);
    expect(await found(model('establish_connection :legacy'), undefined, 'legacy:\n  adapter: postgresql\n')).toEqual(
      [],
    );
  });

  it('says nothing of what a condition or code decides', async () => {
    expect(await found(model('establish_connection :reports if ENV["REPORTS"]'))).toEqual([]);
    expect(await found(model('establish_connection(Rails.env.production? ? :a : :b)'))).toEqual([]);
    expect(await found(model('connects_to database: { writing: ENV["X"] ? :reports : :primary }'))).toEqual([]);
    expect(await found(model('establish_connection configurations["reports_of_old"]'))).toEqual([]);
    expect(await found(model('establish_connection "#{Rails.env}_reports"'))).toEqual([]);
  });

  it('says nothing where an entry may be there that nobody can see', async () => {
    const open = '  primary:\n    adapter: postgresql\n  <%= Settings.databases %>\n';
    expect(await found(model('establish_connection :reports'), open)).toEqual([]);
  });

  it('reads the queue and the cable', async () => {
    const queue = {
      'config/environments/production.rb':
        'Rails.application.configure do\n  config.solid_queue.connects_to = { database: { writing: :queue } }\nend\n',
    };
    expect(await found(queue)).toEqual([
      `config/environments/production.rb:2:59: error ${RULE} Solid Queue connects to queue, an entry that production does not have`,
    ]);
    const cable = {
      'config/cable.yml': 'production:\n  adapter: solid_cable\n  connects_to:\n    database:\n      writing: cable\n',
    };
    expect(await found(cable)).toEqual([
      `config/cable.yml:5:16: error ${RULE} Solid Cable connects to cable, an entry that production does not have`,
    ]);
    expect(await found({ 'config/cable.yml': cable['config/cable.yml'].replace('solid_cable', 'redis') })).toEqual([]);
  });
});
