import { ofPool } from './site.mjs';

/** Characters of a web page in a template. @type {import('./site.mjs').Operator} */
export default {
  name: 'curly-quotes',
  mutants: (site) => [
    ...ofPool(site, () => '<%= ENV.fetch(\u201CRAILS_MAX_THREADS\u201D, 50) %>', 'erb-syntax-smart-quotes'),
    ...ofPool(site, () => '<%= ENV.fetch("RAILS_MAX_THREADS",\u00A050) %>', 'erb-syntax-smart-quotes'),
    ...ofPool(site, () => '<%= ENV.fetch("RAILS_MAX_THREADS\u201D, 50) %>', 'erb-syntax-smart-quotes'),
  ],
};
