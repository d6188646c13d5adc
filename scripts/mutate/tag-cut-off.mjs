import { ofPool } from './site.mjs';

/** A template that does not parse. @type {import('./site.mjs').Operator} */
export default {
  name: 'tag-cut-off',
  mutants: (site) => ofPool(site, () => '<%= ENV.fetch("RAILS_MAX_THREADS", 50 %>', 'parse-error'),
};
