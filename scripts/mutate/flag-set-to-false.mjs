/** A switch that is set to what looks like no. @type {import('./site.mjs').Operator} */
export default {
  name: 'flag-set-to-false',
  mutants: ({ read }) => {
    const lines = read('config/puma.rb')?.split('\n') ?? [];
    const line = lines.findIndex((one) => /^plugin :solid_queue if ENV\["SOLID_QUEUE_IN_PUMA"\]\s*$/.test(one)) + 1;
    if (line === 0) return [];
    return ['false', '0'].map((value) => ({
      files: { Procfile: `web: SOLID_QUEUE_IN_PUMA=${value} bundle exec puma\n` },
      expect: [{ rule: 'env-flag-false-is-truthy', at: { path: 'config/puma.rb', line } }],
    }));
  },
};
