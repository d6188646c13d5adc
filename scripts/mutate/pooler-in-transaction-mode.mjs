import { atLeast } from './site.mjs';

/** A pooler that gives every transaction another connection. @type {import('./site.mjs').Operator} */
export default {
  name: 'pooler-in-transaction-mode',
  mutants: (site) => {
    const text = site.read('config/database.yml') ?? '';
    const ini = 'docker/pgbouncer.ini';
    // Before 6.0 there is no way to switch the advisory locks of migrations off.
    if (!/adapter:\s*postgresql/.test(text) || !atLeast(site, 'rails', '6.0') || site.read('Procfile') !== null)
      return [];
    return [
      {
        files: {
          [ini]:
            '[databases]\nshop = host=db.example\n\n[pgbouncer]\npool_mode = transaction\nmax_prepared_statements = 0\n',
          Procfile: 'web: DATABASE_URL=postgres://pgbouncer.example:6432/shop bundle exec puma\n',
        },
        expect: [{ rule: 'pooler-transaction-mode-session-features', at: null }],
      },
    ];
  },
};
