import { withGem } from './site.mjs';

/** Requests that are interrupted in a worker that goes on. @type {import('./site.mjs').Operator} */
export default {
  name: 'rack-timeout-added',
  mutants: (site) => {
    const puma = site.read('config/puma.rb');
    const lock = withGem(site, 'rack-timeout', '0.7.0');
    if (puma === null || lock === null || /^\s*workers\b/m.test(puma)) return [];
    const line = lock.split('\n').findIndex((one) => one.startsWith('    rack-timeout (')) + 1;
    return [
      {
        files: { 'config/puma.rb': `${puma.trimEnd()}\nworkers 2\n`, 'Gemfile.lock': lock },
        expect: [{ rule: 'rack-timeout-kills-threads', at: { path: 'Gemfile.lock', line } }],
      },
    ];
  },
};
