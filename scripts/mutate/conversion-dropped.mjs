import { ofPool } from './site.mjs';

/** Arithmetic with a variable that nothing converts. @type {import('./site.mjs').Operator} */
export default {
  name: 'conversion-dropped',
  mutants: (site) => [
    ...ofPool(site, () => '<%= ENV.fetch("RAILS_MAX_THREADS", 50) + 2 %>', 'erb-string-arithmetic'),
    ...ofPool(site, () => '<%= (ENV["RAILS_MAX_THREADS"] || 50) * 2 %>', 'erb-string-arithmetic'),
    ...ofPool(site, () => '<%= [ENV.fetch("RAILS_MAX_THREADS", 50), 60].max %>', 'erb-string-arithmetic'),
  ],
};
