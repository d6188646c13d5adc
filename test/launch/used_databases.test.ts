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

/** The pools of a web process of 5 threads, as "count entry: demand of ceiling". */
async function pools(models: Record<string, string>, databases = DATABASES, more: Record<string, string> = {}) {
  const { projects } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2', solid_queue: '1.1.3' }),
    'config/puma.rb': 'threads 5, 5\n',
    'config/database.yml': databases,
    ...Object.fromEntries(Object.entries(models).map(([name, body]) => [`app/models/${name}.rb`, body])),
    ...more,
  });
  const web = projects[0]!.processes.find(({ name }) => name === 'web')!;
  return web.pools.map(({ pools: count, database, demand, ceiling }) =>
    demand.known && ceiling.known ? `${count} ${database.name}: ${demand.value} of ${ceiling.value}` : '?',
  );
}

const base = (body: string) =>
  `class ApplicationRecord < ActiveRecord::Base\n  primary_abstract_class\n  ${body}\nend\n`;
const abstract = (name: string, body: string) =>
  `class ${name} < ApplicationRecord\n  self.abstract_class = true\n  ${body}\nend\n`;

describe('the pools of a process', () => {
  it('are one for the first entry, and one for every role', async () => {
    expect(await pools({})).toEqual(['1 primary: 5 of 5']);
    const roles = base('connects_to database: { writing: :primary, reading: :primary_replica }');
    expect(await pools({ application_record: roles })).toEqual(['1 primary: 5 of 5', '1 primary_replica: 5 of 5']);
  });

  it('are two for one entry that both roles use', async () => {
    const roles = base('connects_to database: { writing: :primary, reading: :primary }');
    expect(await pools({ application_record: roles })).toEqual(['2 primary: 10 of 10']);
  });

  it('are one for every class that connects, whatever entry it names', async () => {
    // Base, and the two classes in three roles: as measured with Rails 7.1 to 8.1.
    const models = {
      cat_record: abstract('CatRecord', 'connects_to database: { writing: :primary, reading: :primary }'),
      dog_record: abstract('DogRecord', 'connects_to database: { writing: :primary }'),
    };
    expect(await pools(models)).toEqual(['4 primary: 20 of 20']);
  });

  it('are one for every shard and role', async () => {
    const shards =
      'connects_to shards: { default: { writing: :primary, reading: :primary_replica }, zoo: { writing: :animals } }';
    expect(await pools({ application_record: base(shards) })).toEqual([
      '1 primary: 5 of 5',
      '1 primary_replica: 5 of 5',
      '1 animals: 5 of 5',
    ]);
    expect(await pools({ zoo_record: abstract('ZooRecord', shards) })).toEqual([
      '2 primary: 10 of 10',
      '1 primary_replica: 5 of 5',
      '1 animals: 5 of 5',
    ]);
  });

  it('do not count what a condition decides, nor what a method does', async () => {
    const models = {
      cat: 'class Cat < ApplicationRecord\n  establish_connection(:animals) if ENV["ANIMALS"]\nend\n',
      dog: 'class Dog < ApplicationRecord\n  establish_connection :animals\nend\n',
      bird: 'class Bird < ApplicationRecord\n  def self.go\n    establish_connection :animals\n  end\nend\n',
    };
    expect(await pools(models)).toEqual(['1 primary: 5 of 5', '1 animals: 5 of 5']);
  });

  it('are one more where the queue connects to an entry of the application', async () => {
    const queue = {
      'config/environments/production.rb':
        'Rails.application.configure do\n  config.solid_queue.connects_to = { database: { writing: :primary } }\nend\n',
    };
    expect(await pools({}, DATABASES, queue)).toEqual(['2 primary: 10 of 10']);
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
      expect(await pools(models, legacy)).toEqual(['1 primary: 5 of 5', '1 legacy: 2 of 2']);
      const { projects } = await lintFiles({
        'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
        'config/puma.rb': 'threads 5, 5\n',
        'config/database.yml': legacy,
        'app/models/old_order.rb': models.old_order,
      });
      expect(projects[0]!.servers.map(({ name }) => name)).toEqual(['db.example:5432', 'legacy.example:5432']);
      expect(projects[0]!.servers[1]!.demand).toMatchObject({ value: 2 });
    });

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
      expect(await pools(models, several)).toEqual(['1 primary: 5 of 5', '1 legacy: 3 of 3']);
    });

    it('are none where the environment has an entry of that name, or nothing names it', async () => {
      const both = legacy.replace('  animals:', '  legacy:\n    adapter: postgresql\n    pool: 4\n  animals:');
      expect(await pools(models, both)).toEqual(['1 primary: 5 of 5', '1 legacy: 4 of 4']);
      expect(await pools({}, legacy)).toEqual(['1 primary: 5 of 5']);
    });

    it('are not what a variable for the URL of the environment says', async () => {
      const env = { Procfile: 'web: DATABASE_URL=postgres://other.example/shop?pool=9 bundle exec puma\n' };
      const single = 'production:\n  adapter: postgresql\n  pool: 5\nlegacy:\n  adapter: postgresql\n  pool: 2\n';
      expect(await pools(models, single, env)).toEqual(['1 primary: 5 of 9', '1 legacy: 2 of 2']);
    });
  });
});
