import { atLeast, ofPool } from './site.mjs';

/** A variable without its fallback: no size at all where nothing sets it. @type {import('./site.mjs').Operator} */
export default {
  name: 'fallback-dropped',
  mutants: (site) =>
    ofPool(
      site,
      () => '<%= ENV["MUTATED_POOL"] %>',
      atLeast(site, 'rails', '8.1') ? 'pool-unlimited' : 'env-without-fallback',
    ),
};
