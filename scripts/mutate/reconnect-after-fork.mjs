import { atLeast, withGem } from './site.mjs';

/** A reconnect where Rails needs none, and none where Rails 5.1 needs one. @type {import('./site.mjs').Operator} */
export default {
  name: 'reconnect-after-fork',
  mutants: (site) => {
    const puma = site.read('config/puma.rb');
    if (puma === null || !site.gems.rails || /establish_connection|disconnect|workers/.test(uncommented(puma)))
      return [];
    const cluster = `${puma.trimEnd()}\nworkers 2\npreload_app!\n`;
    const last = cluster.trimEnd().split('\n').length;
    const hook = 'on_worker_boot { ActiveRecord::Base.establish_connection }\n';
    const legacy = withGem(site, 'rails', '5.1.7');
    return [
      ...(atLeast(site, 'rails', '5.2')
        ? [
            {
              files: { 'config/puma.rb': cluster + hook },
              expect: [{ rule: 'redundant-fork-reconnect', at: { path: 'config/puma.rb', line: last + 1 } }],
            },
          ]
        : []),
      ...(legacy === null
        ? []
        : [
            {
              files: { 'config/puma.rb': cluster, 'Gemfile.lock': legacy, Procfile: 'web: bundle exec puma\n' },
              expect: [{ rule: 'missing-fork-disconnect-legacy', at: { path: 'config/puma.rb', line: last } }],
            },
          ]),
    ];
  },
};

function uncommented(ruby) {
  return ruby.replace(/^\s*#.*$/gm, '');
}
