import { ofPool } from './site.mjs';

/** One number for several databases that is too small for them. @type {import('./site.mjs').Operator} */
export default {
  name: 'anchor-too-small',
  mutants: (site) => {
    if (!site.shared || site.threads === null || site.threads < 2) return [];
    return ofPool(site, () => '1', 'shared-anchor-pool-size');
  },
};
