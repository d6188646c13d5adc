import { describe, expect, it } from 'vitest';
import { lintFiles, lockfile } from '../support/lint.ts';

const DATABASES = `
production:
  primary:
    adapter: postgresql
    host: db.example
    pool: 5
  primary_replica:
    adapter: postgresql
    host: replica.example
    pool: 5
    replica: true
  animals:
    adapter: postgresql
    host: animals.example
    pool: 5
`;

/** The pools of a web process of 5 threads, as "entry: demand of ceiling". */
async function pools(models: Record<string, string>, databases = DATABASES, more: Record<string, string> = {}) {
  const { projects } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2', solid_queue: '1.1.3' }),
    'config/puma.rb': 'threads 5, 5\n',
    'config/database.yml': databases,
    ...Object.fromEntries(Object.entries(models).map(([name, body]) => [`app/models/${name}.rb`, body])),
    ...more,
  });
  const web = projects[0]!.processes.find(({ name }) => name === 'web')!;
  return web.pools.map(({ database, demand, ceiling }) =>
    demand.known && ceiling.known ? `${database.name}: ${demand.value} of ${ceiling.value}` : '?',
  );
}

const base = (body: string) =>
  `class ApplicationRecord < ActiveRecord::Base\n  primary_abstract_class\n  ${body}\nend\n`;
const abstract = (name: string, body: string) =>
  `class ${name} < ApplicationRecord\n  self.abstract_class = true\n  ${body}\nend\n`;

describe('the pools of a process', () => {
  describe('for the database of Solid Queue', () => {
    const databases = DATABASES.replace('animals:', 'queue:');
    const production = (adapter: string) => ({
      'config/environments/production.rb':
        `Rails.application.configure do\n  config.active_job.queue_adapter = ${adapter}\n` +
        '  config.solid_queue.connects_to = { database: { writing: :queue } }\nend\n',
    });
    const both = ['primary: 5 of 5', 'queue: 5 of 5'];

    it('are there where requests enqueue, or may', async () => {
      expect(await pools({}, databases, production(':solid_queue'))).toEqual(both);
      expect(await pools({}, databases, production('Settings.adapter'))).toEqual(both);
    });

    it('are not where all jobs go to another system', async () => {
      expect(await pools({}, databases, production(':good_job'))).toEqual(['primary: 5 of 5']);
      const job = 'class MailJob < ApplicationJob\n  self.queue_adapter = :solid_queue\nend\n';
      const moved = { ...production(':good_job'), 'app/jobs/mail_job.rb': job };
      expect(await pools({}, databases, moved)).toEqual(both);
    });
  });

  it('are one for the first entry, and one for every role', async () => {
    expect(await pools({})).toEqual(['primary: 5 of 5']);
    const roles = base('connects_to database: { writing: :primary, reading: :primary_replica }');
    expect(await pools({ application_record: roles })).toEqual(['primary: 5 of 5', 'primary_replica: 5 of 5']);
  });

  describe('of one entry that both roles use', () => {
    const roles = base('connects_to database: { writing: :primary, reading: :primary }');

    it('are asked in one role only where nothing switches to the other', async () => {
      expect(await pools({ application_record: roles })).toEqual(['primary: 5 of 10']);
      const writes = 'class Order < ApplicationRecord\n  def go = connected_to(role: :writing) { save }\nend\n';
      expect(await pools({ application_record: roles, order: writes })).toEqual(['primary: 5 of 10']);
    });

    it.each([
      ['a call', 'ActiveRecord::Base.connected_to(role: :reading) { count }'],
      ['a call that takes its role from elsewhere', 'connected_to(role: role) { count }'],
      ['a call that hands on what it is given', 'connected_to(**options) { count }'],
      ['the role that is configured', 'connected_to(role: ActiveRecord.reading_role) { count }'],
      ['a database, as Rails 6 names it', 'connected_to(database: { reading: :primary }) { count }'],
    ])('are asked in both where %s switches', async (_, call) => {
      const order = `class Order < ApplicationRecord\n  def self.go = ${call}\nend\n`;
      expect(await pools({ application_record: roles, order })).toEqual(['primary: 5 of 5', 'primary: 5 of 5']);
    });

    it('are asked in both where requests switch by themselves', async () => {
      const selector = (config: string) => ({
        'config/environments/production.rb': `Rails.application.configure do\n  ${config}\nend\n`,
      });
      const on = selector('config.active_record.database_selector = { delay: 2.seconds }');
      expect(await pools({ application_record: roles }, DATABASES, on)).toEqual(['primary: 5 of 5', 'primary: 5 of 5']);
      const off = selector('# config.active_record.database_selector = { delay: 2.seconds }');
      expect(await pools({ application_record: roles }, DATABASES, off)).toEqual(['primary: 5 of 10']);
    });
  });

  it('are one for every class that connects, whatever entry it names', async () => {
    // Base, and the two classes in three roles: as measured with Rails 7.1 to 8.1. Nothing asks for one of the four.
    const models = {
      cat_record: abstract('CatRecord', 'connects_to database: { writing: :primary, reading: :primary }'),
      dog_record: abstract('DogRecord', 'connects_to database: { writing: :primary }'),
    };
    expect(await pools(models)).toEqual(['primary: 5 of 5', 'primary: 5 of 10', 'primary: 5 of 5']);
  });

  it('are one for every shard and role', async () => {
    const shards =
      'connects_to shards: { default: { writing: :primary, reading: :primary_replica }, zoo: { writing: :animals } }';
    expect(await pools({ application_record: base(shards) })).toEqual([
      'primary: 5 of 5',
      'primary_replica: 5 of 5',
      'animals: 5 of 5',
    ]);
    expect(await pools({ zoo_record: abstract('ZooRecord', shards) })).toEqual([
      'primary: 5 of 5',
      'primary: 5 of 5',
      'primary_replica: 5 of 5',
      'animals: 5 of 5',
    ]);
  });

  it('do not count what a condition decides, nor what a method does', async () => {
    const models = {
      cat: 'class Cat < ApplicationRecord\n  establish_connection(:animals) if ENV["ANIMALS"]\nend\n',
      dog: 'class Dog < ApplicationRecord\n  establish_connection :animals\nend\n',
      bird: 'class Bird < ApplicationRecord\n  def self.go\n    establish_connection :animals\n  end\nend\n',
    };
    expect(await pools(models)).toEqual(['primary: 5 of 5', 'animals: 5 of 5']);
  });

  it('are one more where the queue connects to an entry of the application', async () => {
    const queue = {
      'config/environments/production.rb':
        'Rails.application.configure do\n  config.solid_queue.connects_to = { database: { writing: :primary } }\nend\n',
    };
    expect(await pools({}, DATABASES, queue)).toEqual(['primary: 5 of 5', 'primary: 5 of 5']);
  });

  describe('of a section at the top of database.yml that a class names', () => {
    const legacy = `${DATABASES}
legacy:
  adapter: postgresql
  host: legacy.example
  pool: 2
`;
    const models = { old_order: 'class OldOrder < ActiveRecord::Base\n  establish_connection :legacy\nend\n' };

    it('are one more, on its own server', async () => {
      expect(await pools(models, legacy)).toEqual(['primary: 5 of 5', 'legacy: 2 of 2']);
      const { projects } = await lintFiles({
        'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
        'config/puma.rb': 'threads 5, 5\n',
        'config/database.yml': legacy,
        'app/models/old_order.rb': models.old_order,
      });
      expect(projects[0]!.servers.map(({ name }) => name)).toEqual(['db.example:5432', 'legacy.example:5432']);
      expect(projects[0]!.servers[1]!.demand).toMatchObject({ value: 2 });
    });

    it.each([
      'establish_connection "legacy_#{Rails.env}"',
      'establish_connection :"legacy_#{Rails.env}"',
      'establish_connection("legacy_#{ENV["RAILS_ENV"]}".to_sym)',
      'establish_connection ActiveRecord::Base.configurations["legacy_#{Rails.env}"]',
      'establish_connection(configurations["legacy_production"])',
    ])('are those that the environment names: %s', async (call) => {
      const named = legacy.replace('legacy:', 'legacy_production:');
      const own = { old_order: `class OldOrder < ActiveRecord::Base\n  ${call}\nend\n` };
      expect(await pools(own, named)).toEqual(['primary: 5 of 5', 'legacy_production: 2 of 2']);
    });

    it.each([':production', '"#{Rails.env}"', 'configurations["production"]'])(
      'are those of the first entry where the environment itself is named: %s',
      async (name) => {
        const own = { old_order: `class OldOrder < ActiveRecord::Base\n  establish_connection ${name}\nend\n` };
        expect(await pools(own, DATABASES)).toEqual(['primary: 5 of 5', 'primary: 5 of 5']);
      },
    );

    it('are those of its first entry where it has several', async () => {
      const several = `${DATABASES}
legacy:
  orders:
    adapter: postgresql
    pool: 3
  stock:
    adapter: postgresql
    pool: 4
`;
      expect(await pools(models, several)).toEqual(['primary: 5 of 5', 'legacy: 3 of 3']);
    });

    it('are none where the environment has an entry of that name, or nothing names it', async () => {
      const both = legacy.replace('  animals:', '  legacy:\n    adapter: postgresql\n    pool: 4\n  animals:');
      expect(await pools(models, both)).toEqual(['primary: 5 of 5', 'legacy: 4 of 4']);
      expect(await pools({}, legacy)).toEqual(['primary: 5 of 5']);
    });

    it('are not what a variable for the URL of the environment says', async () => {
      const env = { Procfile: 'web: DATABASE_URL=postgres://other.example/shop?pool=9 bundle exec puma\n' };
      const single = 'production:\n  adapter: postgresql\n  pool: 5\nlegacy:\n  adapter: postgresql\n  pool: 2\n';
      expect(await pools(models, single, env)).toEqual(['primary: 5 of 9', 'legacy: 2 of 2']);
    });
  });
});
