import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rules } from '../../rules/index.ts';

interface Operator {
  readonly name: string;
  mutants(site: typeof SITE): readonly {
    readonly files: Readonly<Record<string, string>>;
    readonly expect: readonly { readonly rule: string }[];
  }[];
}

const folder = new URL('../../scripts/mutate/', import.meta.url);
const { operators }: { operators: readonly Operator[] } = await import(new URL('operators.mjs', folder).href);
const files = readdirSync(folder).filter((name) => name !== 'operators.mjs' && name !== 'site.mjs');

/** A repository in which every operator finds something to break. */
const REPOSITORY: Readonly<Record<string, string>> = {
  'config/database.yml':
    'default: &default\n  adapter: postgresql\n  pool: 20\n\nproduction:\n  primary:\n    <<: *default\n    database: shop_primary\n  cache:\n    <<: *default\n    database: shop_cache\n  queue:\n    <<: *default\n    database: shop_queue\n',
  'config/puma.rb':
    'threads_count = ENV.fetch("RAILS_MAX_THREADS", 3)\nthreads threads_count, threads_count\nplugin :solid_queue if ENV["SOLID_QUEUE_IN_PUMA"]\n',
  'config/environments/production.rb':
    'Rails.application.configure do\n  config.solid_queue.connects_to = { database: { writing: :queue } }\nend\n',
  'config/queue.yml': 'production:\n  workers:\n    - queues: "*"\n      threads: 3\n',
  'Gemfile.lock':
    'GEM\n  remote: https://gems.example/\n  specs:\n    puma (6.1.0)\n    rails (8.1.0)\n\nDEPENDENCIES\n  rails\n',
};

const SITE = {
  read: (path: string): string | null => REPOSITORY[path] ?? null,
  pool: { path: 'config/database.yml', line: 3 },
  poolKey: 'pool',
  threads: 3,
  threadsAt: { path: 'config/puma.rb', line: 1 },
  threadsUnset: true,
  shared: true,
  demand: 9,
  gems: { rails: '8.1.0', puma: '6.6.0', solid_queue: '1.1.3' },
  queuePool: { path: 'config/database.yml', line: 3 },
};

describe('the operators that break healthy repositories', () => {
  it('are listed, one per file, under the name of the file', () => {
    expect(operators.map(({ name }) => `${name}.mjs`).toSorted()).toEqual(files.toSorted());
  });

  it.each(operators.map((operator) => [operator.name, operator] as const))('%s breaks something', (_, operator) => {
    const mutants = operator.mutants(SITE);
    expect(mutants).not.toEqual([]);
    for (const { files: changed, expect: expected } of mutants) {
      for (const [path, text] of Object.entries(changed)) expect(text).not.toBe(REPOSITORY[path]);
      expect(expected).not.toEqual([]);
      expect(expected.filter(({ rule }) => !rules.some(({ id }) => id === rule))).toEqual([]);
    }
  });
});
