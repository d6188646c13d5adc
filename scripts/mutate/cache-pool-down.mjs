import { withLine } from './site.mjs';

/** The cache with too small a pool of its own. @type {import('./site.mjs').Operator} */
export default {
  name: 'cache-pool-down',
  mutants: ({ read, poolKey, threads, gems }) => {
    const text = read('config/database.yml');
    if (text === null || threads === null || threads < 2 || !gems.solid_queue) return [];
    const lines = text.split('\n');
    const production = lines.findIndex((line) => line.startsWith('production:'));
    const name = lines.findIndex((line, index) => index > production && /^ {2}cache:$/.test(line));
    if (production < 0 || name < 0) return [];
    let end = name + 1;
    while (/^ {4}/.test(lines[end] ?? '')) end++;
    const mutated = withLine(text, end, (line) => `${line}\n    ${poolKey}: 1`);
    const at = { path: 'config/database.yml', line: end + 1 };
    return [
      { files: { 'config/database.yml': mutated }, expect: [{ rule: 'secondary-pool-smaller-than-threads', at }] },
    ];
  },
};
