import { ofPool } from './site.mjs';

/** A fallback below the number of threads. @type {import('./site.mjs').Operator} */
export default {
  name: 'pool-fallback-below-threads',
  mutants: (site) =>
    site.threads !== null && site.threads > 1
      ? ofPool(site, () => '<%= ENV.fetch("MUTATED_POOL", 1) %>', 'pool-smaller-than-puma-threads')
      : [],
};
