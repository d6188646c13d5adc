import type { EngineOptions } from '../../src/lint/engine.ts';
import { lockfile } from '../support/lint.ts';

export const GEMS = { pg: '1.5.9', puma: '6.6.0', rails: '7.1.5' };

export function single(puma: string, pool: number, more: Record<string, string> = {}): Record<string, string> {
  return {
    'Gemfile.lock': lockfile(GEMS),
    'config/puma.rb': puma,
    'config/database.yml': `production:\n  adapter: postgresql\n  database: shop\n  pool: ${pool}\n`,
    ...more,
  };
}

interface Trifecta {
  readonly puma: string;
  readonly jobs: string;
  /** Pool of every entry, as written; by entry where they differ. */
  readonly pool?: string | Readonly<Record<string, string>>;
  readonly procfile?: string;
  readonly solidQueue?: string;
  readonly more?: Readonly<Record<string, string>>;
}

/** Rails 8 with a database each for the application, the cache, the queue and the cable. */
export function trifecta({
  puma,
  jobs,
  pool = '5',
  procfile,
  solidQueue = '1.5.0',
  more = {},
}: Trifecta): Record<string, string> {
  const entry = (name: string): string => {
    const size = typeof pool === 'string' ? pool : pool[name];
    return `  ${name}:\n    adapter: postgresql\n    database: shop_${name}\n    pool: ${size}\n`;
  };
  return {
    'Gemfile.lock': lockfile({
      ...GEMS,
      rails: '8.0.2',
      solid_queue: solidQueue,
      solid_cache: '1.0.7',
      solid_cable: '3.0.8',
    }),
    'config/database.yml': `production:\n${['primary', 'cache', 'queue', 'cable'].map(entry).join('')}`,
    'config/application.rb': 'require "rails/all"\nclass Shop < Rails::Application\nend\n',
    'config/environments/production.rb':
      'Rails.application.configure do\n  config.cache_store = :solid_cache_store\n  config.solid_queue.connects_to = { database: { writing: :queue } }\nend\n',
    'config/cache.yml': 'production:\n  database: cache\n',
    'config/cable.yml': 'production:\n  adapter: solid_cable\n  connects_to:\n    database:\n      writing: cable\n',
    'config/puma.rb': puma,
    'config/queue.yml': `production:\n  dispatchers:\n    - polling_interval: 1\n  workers:\n    - ${jobs}\n`,
    ...(procfile === '' ? {} : { Procfile: procfile ?? 'web: bundle exec puma\njobs: bin/jobs\n' }),
    ...more,
  };
}

export const hosts = (given: Record<string, number>): Partial<EngineOptions> => ({
  hosts: new Map(Object.entries(given)),
});
export const limit = (value: number): Partial<EngineOptions> => ({ maxConnections: [{ server: null, value }] });

const TWO_BY_FIVE = 'workers 2\nthreads 5, 5\n';
export const FOUR_BY_FIVE = 'workers 4\nthreads 5, 5\n';
export const SMALL = { puma: TWO_BY_FIVE, jobs: '{ threads: 5, processes: 2 }' };
export const MIDDLE = { puma: FOUR_BY_FIVE, jobs: '{ threads: 10, processes: 3 }' };
export const LARGE = { puma: FOUR_BY_FIVE, jobs: '{ threads: 10, processes: 4 }' };
