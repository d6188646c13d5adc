import { withGem } from './site.mjs';

const INITIALIZER = 'config/initializers/mutated_warehouse.rb';

/** A connection of another library that is open before Puma forks. @type {import('./site.mjs').Operator} */
export default {
  name: 'driver-across-fork',
  mutants: (site) => {
    const puma = site.read('config/puma.rb');
    const lock = withGem(site, 'sequel', '5.90.0');
    if (puma === null || lock === null || /^\s*(?:workers|preload_app!|before_fork)\b/m.test(puma)) return [];
    return [
      {
        files: {
          [INITIALIZER]: 'WAREHOUSE = Sequel.connect("postgres://warehouse.example/shop")\n',
          'config/puma.rb': `${puma.trimEnd()}\nworkers 2\npreload_app!\n`,
          'Gemfile.lock': lock,
        },
        expect: [{ rule: 'non-ar-connection-crosses-fork', at: { path: INITIALIZER, line: 1 } }],
      },
    ];
  },
};
