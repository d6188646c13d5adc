import { atLeast, withLine } from './site.mjs';

/** Rails 8.1: both names of the size, with two sizes. @type {import('./site.mjs').Operator} */
export default {
  name: 'both-keys',
  mutants: (site) => {
    const { pool, poolKey, read } = site;
    if (!pool || !atLeast(site, 'rails', '8.1')) return [];
    const other = poolKey === 'pool' ? 'max_connections' : 'pool';
    const mutated = withLine(read(pool.path), pool.line, (line) => `${line}\n${/^\s*/.exec(line)[0]}${other}: 61`);
    return [{ files: { [pool.path]: mutated }, expect: [{ rule: 'pool-and-max-connections-conflict', at: null }] }];
  },
};
