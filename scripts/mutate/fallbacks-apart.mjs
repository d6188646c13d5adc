import { atPool, withLine, withPool } from './site.mjs';

/** One variable with two fallbacks, where it is unset and where it is set. @type {import('./site.mjs').Operator} */
export default {
  name: 'fallbacks-apart',
  mutants: (site) => {
    const { threadsAt, read } = site;
    const text = withPool(site, () => '<%= ENV.fetch("RAILS_MAX_THREADS", 5) %>');
    if (text === null || !threadsAt?.path.endsWith('.rb')) return [];
    const threads = withLine(read(threadsAt.path), threadsAt.line, (line) =>
      line.replace(/(ENV\.fetch\(["']RAILS_MAX_THREADS["'](?:, |\) \{ ))\d+/, (_, before) => `${before}40`),
    );
    if (threads === null) return [];
    const files = { [site.pool.path]: text, [threadsAt.path]: threads };
    return [
      ...(site.threadsUnset ? [{ files, expect: [atPool(site, 'pool-smaller-than-puma-threads')] }] : []),
      {
        files: { ...files, Procfile: 'web: RAILS_MAX_THREADS=40 bundle exec puma\n' },
        expect: [atPool(site, 'env-fallback-disagrees')],
      },
    ];
  },
};
