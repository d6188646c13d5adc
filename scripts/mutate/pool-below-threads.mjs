import { ofPool } from './site.mjs';

/** A number of connections below the number of threads. @type {import('./site.mjs').Operator} */
export default {
  name: 'pool-below-threads',
  mutants: (site) =>
    site.threads !== null && site.threads > 1 ? ofPool(site, () => '1', 'pool-smaller-than-puma-threads') : [],
};
