import { withGem } from './site.mjs';

/** Puma 7 and a hook under its old name. @type {import('./site.mjs').Operator} */
export default {
  name: 'old-hook-name',
  mutants: (site) => {
    const puma = site.read('config/puma.rb');
    const lock = withGem(site, 'puma', '7.0.4');
    // A version that does not know `workers :auto` does not start.
    if (puma === null || lock === null || /workers :auto/.test(puma)) return [];
    const line = puma.trimEnd().split('\n').length + 2;
    const text = `${puma.trimEnd()}\nworkers 2\non_worker_boot { GC.start }\n`;
    return [
      {
        files: { 'config/puma.rb': text, 'Gemfile.lock': lock },
        expect: [{ rule: 'puma-hook-name-or-mode', at: { path: 'config/puma.rb', line } }],
      },
    ];
  },
};
