/** More workers than the server has connections for, which it said before. @type {import('./site.mjs').Operator} */
export default {
  name: 'workers-above-limit',
  mutants: ({ read, demand, threads }) => {
    if (demand === null || threads === null || read('.rails-pool-lint.yml') !== null) return [];
    const puma = read('config/puma.rb') ?? '';
    // Puma reads the variable itself from 5.0 on, unless the file says how many there are.
    const workers = /^\s*workers\b/m.test(puma) ? puma : `${puma.trimEnd()}\nworkers ENV.fetch("WEB_CONCURRENCY", 0)\n`;
    const limit = demand * 2 + 20;
    return [
      {
        files: {
          '.rails-pool-lint.yml': `max_connections: ${limit}\nhosts:\n  web: 1\n`,
          'config/puma.rb': workers,
          Procfile: `web: WEB_CONCURRENCY=${limit} bundle exec puma\n`,
        },
        expect: [{ rule: 'budget-exceeds-max-connections', at: null }],
      },
    ];
  },
};
