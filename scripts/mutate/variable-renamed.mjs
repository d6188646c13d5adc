import { atPool, withPool } from './site.mjs';

/** The pool reads another variable than the threads, and only theirs is set. @type {import('./site.mjs').Operator} */
export default {
  name: 'variable-renamed',
  mutants: (site) => {
    const text = withPool(site, () => '<%= ENV.fetch("MUTATED_POOL", 5) %>');
    if (text === null || !site.threadsAt || !readsThreads(site)) return [];
    const Procfile = 'web: RAILS_MAX_THREADS=40 bundle exec puma\n';
    const expect = ['thread-env-name-mismatch', 'pool-smaller-than-puma-threads'].map((rule) => atPool(site, rule));
    return [{ files: { [site.pool.path]: text, Procfile }, expect }];
  },
};

function readsThreads({ read, threadsAt }) {
  return read(threadsAt.path).split('\n')[threadsAt.line - 1].includes('RAILS_MAX_THREADS');
}
