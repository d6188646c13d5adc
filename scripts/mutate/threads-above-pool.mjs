import { atPool, withLine } from './site.mjs';

/** More threads by the fallback of the variable that sizes them. @type {import('./site.mjs').Operator} */
export default {
  name: 'threads-above-pool',
  mutants: (site) => {
    const { threadsAt, pool, read } = site;
    if (!threadsAt || !pool || !site.threadsUnset || !threadsAt.path.endsWith('.rb')) return [];
    const text = withLine(read(threadsAt.path), threadsAt.line, (line) =>
      line.replace(/(ENV\.fetch\(["']RAILS_MAX_THREADS["'](?:, |\) \{ ))\d+/, (_, before) => `${before}200`),
    );
    if (text === null) return [];
    return [{ files: { [threadsAt.path]: text }, expect: [atPool(site, 'pool-smaller-than-puma-threads')] }];
  },
};
