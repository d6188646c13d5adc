import { atPool, withGem } from './site.mjs';

/** Sidekiq with more threads than the pool. @type {import('./site.mjs').Operator} */
export default {
  name: 'sidekiq-threads-up',
  mutants: (site) => {
    const lock = withGem(site, 'sidekiq', '7.3.9');
    if (lock === null || !site.pool) return [];
    const Procfile = 'web: bundle exec puma\nworker: bundle exec sidekiq -c 90\n';
    return [
      { files: { 'Gemfile.lock': lock, Procfile }, expect: [atPool(site, 'pool-smaller-than-sidekiq-concurrency')] },
    ];
  },
};
