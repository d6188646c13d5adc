import { atLeast, withLine } from './site.mjs';

/** A database beside the first one with too small a pool of its own. @type {import('./site.mjs').Operator} */
export default {
  name: 'secondary-pool-down',
  mutants: (site) => {
    const { read, poolKey, threads } = site;
    const text = read('config/database.yml');
    if (text === null || threads === null || threads < 2 || !site.gems.solid_queue) return [];
    const lines = text.split('\n');
    const production = lines.findIndex((line) => line.startsWith('production:'));
    const name = lines.findIndex((line, index) => index > production && /^ {2}queue:$/.test(line));
    if (production < 0 || name < 0) return [];
    let end = name + 1;
    while (/^ {4}/.test(lines[end] ?? '')) end++;
    const mutated = withLine(text, end, (line) => `${line}\n    ${poolKey}: 1`);
    // Its own threads are the first to claim the queue's pool.
    const rule = atLeast(site, 'solid_queue', '1.0')
      ? 'pool-smaller-than-solid-queue'
      : 'secondary-pool-smaller-than-threads';
    return [
      {
        files: { 'config/database.yml': mutated },
        expect: [{ rule, at: { path: 'config/database.yml', line: end + 1 } }],
      },
    ];
  },
};
