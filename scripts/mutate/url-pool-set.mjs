/** A URL that sizes the pool, whatever the file says. @type {import('./site.mjs').Operator} */
export default {
  name: 'url-pool-set',
  mutants: ({ read, pool, poolKey, threads }) => {
    if (!pool || threads === null || read('Procfile') !== null) return [];
    const scheme = /mysql2|trilogy/.test(read('config/database.yml') ?? '') ? 'mysql2' : 'postgres';
    if (/adapter:\s*sqlite3/.test(read('config/database.yml') ?? '')) return [];
    const procfile = (size) => ({
      Procfile: `web: DATABASE_URL=${scheme}://db.example/shop?${poolKey}=${size} bundle exec puma\n`,
    });
    return [
      {
        files: procfile(threads + 40),
        expect: [{ rule: 'url-pool-overrides-yaml', at: { path: 'Procfile', line: 1 } }],
      },
      {
        files: procfile(threads - 1),
        expect: [{ rule: 'pool-smaller-than-puma-threads', at: { path: 'Procfile', line: 1 } }],
      },
    ];
  },
};
