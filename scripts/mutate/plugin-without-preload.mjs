import { withGem } from './site.mjs';

/** The plugin of Solid Queue in a cluster that does not preload. @type {import('./site.mjs').Operator} */
export default {
  name: 'plugin-without-preload',
  mutants: (site) => {
    const puma = site.read('config/puma.rb');
    const lock = site.gems.solid_queue ? withGem(site, 'puma', '6.6.0') : null;
    if (puma === null || lock === null || /^\s*(?:preload_app!|require)/m.test(puma)) return [];
    const line = puma.trimEnd().split('\n').length + 2;
    const text = `${puma.trimEnd()}\nworkers 2\nplugin :solid_queue\n`;
    return [
      {
        files: { 'config/puma.rb': text, 'Gemfile.lock': lock, Procfile: 'web: bundle exec puma\n' },
        expect: [{ rule: 'solid-queue-plugin-without-preload', at: { path: 'config/puma.rb', line } }],
      },
    ];
  },
};
