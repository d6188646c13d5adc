/** A hook of a cluster without workers. @type {import('./site.mjs').Operator} */
export default {
  name: 'cluster-hook-in-single-mode',
  mutants: ({ read }) => {
    const puma = read('config/puma.rb');
    if (puma === null) return [];
    const line = puma.trimEnd().split('\n').length + 2;
    const text = `${puma.trimEnd()}\nworkers 0\nbefore_fork { GC.start }\n`;
    return [
      {
        files: { 'config/puma.rb': text },
        expect: [{ rule: 'puma-hook-name-or-mode', at: { path: 'config/puma.rb', line } }],
      },
    ];
  },
};
