import { ofPool } from './site.mjs';

/** A size of which Rails makes 0. @type {import('./site.mjs').Operator} */
export default {
  name: 'pool-of-zero',
  mutants: (site) => [
    ...ofPool(site, () => '0', 'pool-zero-or-not-a-number'),
    ...ofPool(site, () => '${RAILS_MAX_THREADS}', 'pool-zero-or-not-a-number'),
    ...ofPool(site, () => 'auto', 'pool-zero-or-not-a-number'),
    ...ofPool(site, () => '<%= ENV["MUTATED_POOL"].to_i %>', 'pool-zero-or-not-a-number'),
  ],
};
