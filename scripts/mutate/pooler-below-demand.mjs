/** A pooler that keeps one connection for all of them, in session mode. @type {import('./site.mjs').Operator} */
export default {
  name: 'pooler-below-demand',
  mutants: ({ read, threads, demand }) => {
    const ini = 'docker/pgbouncer.ini';
    // How many processes there are decides what they want of it.
    if (demand === null) return [];
    const isPostgres = /adapter:\s*postgresql/.test(read('config/database.yml') ?? '');
    if (!isPostgres || threads === null || threads < 2 || read('Procfile') !== null || read(ini) !== null) return [];
    return [
      {
        files: {
          [ini]: '[databases]\nshop = host=db.example\n\n[pgbouncer]\npool_mode = session\ndefault_pool_size = 1\n',
          Procfile: 'web: DATABASE_URL=postgres://pgbouncer.example:6432/shop bundle exec puma\n',
        },
        expect: [{ rule: 'pooler-budget', at: { path: ini, line: 6 } }],
      },
    ];
  },
};
