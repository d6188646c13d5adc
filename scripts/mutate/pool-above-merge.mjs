import { withLine } from './site.mjs';

/** A size above the `<<` that replaces it. @type {import('./site.mjs').Operator} */
export default {
  name: 'pool-above-merge',
  mutants: ({ read, pool, poolKey }) => {
    const text = read('config/database.yml');
    if (text === null || pool?.path !== 'config/database.yml') return [];
    const lines = text.split('\n');
    const production = lines.findIndex((line) => line.startsWith('production:'));
    const merge = lines.findIndex((line, index) => index > production && /^\s+<<: \*/.test(line));
    // A merge that does not bring the key leaves the entry's own.
    if (production < 0 || merge < 0) return [];
    const indent = /^\s+/.exec(lines[merge])[0];
    const mutated = withLine(text, merge + 1, (line) => `${indent}${poolKey}: 60\n${line}`);
    return [
      {
        files: { 'config/database.yml': mutated },
        expect: [{ rule: 'merge-or-duplicate-key-overrides', at: { path: 'config/database.yml', line: merge + 1 } }],
      },
    ];
  },
};
