import { withGem } from './site.mjs';

/** A number of workers that this version of Puma cannot read. @type {import('./site.mjs').Operator} */
export default {
  name: 'concurrency-auto',
  mutants: (site) => {
    const lock = withGem(site, 'puma', '6.4.3');
    if (lock === null || !site.pool) return [];
    const Procfile = 'web: WEB_CONCURRENCY=auto bundle exec puma\n';
    return [
      { files: { 'Gemfile.lock': lock, Procfile }, expect: [{ rule: 'web-concurrency-auto-unsupported', at: null }] },
    ];
  },
};
