import { ofPool } from './site.mjs';

/** A pool that is computed from a number of processes. @type {import('./site.mjs').Operator} */
export default {
  name: 'pool-from-processes',
  mutants: (site) => [
    ...ofPool(site, () => '<%= ENV.fetch("WEB_CONCURRENCY", 50) %>', 'pool-derived-from-process-count'),
    ...ofPool(
      site,
      () => '<%= ENV.fetch("RAILS_MAX_THREADS", 5).to_i * ENV.fetch("WEB_CONCURRENCY", 10).to_i %>',
      'pool-derived-from-process-count',
    ),
  ],
};
