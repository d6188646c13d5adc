/** Solid Queue in Puma, and once more in a process of its own. @type {import('./site.mjs').Operator} */
export default {
  name: 'second-supervisor',
  mutants: ({ read, gems }) => {
    const puma = read('config/puma.rb');
    const line = (puma ?? '').split('\n').findIndex((one) => /^\s*plugin :solid_queue\b/.test(one)) + 1;
    if (puma === null || line === 0 || !gems.solid_queue) return [];
    return [
      {
        files: { Procfile: 'web: SOLID_QUEUE_IN_PUMA=1 bundle exec puma\njobs: bin/jobs\n' },
        expect: [{ rule: 'duplicate-solid-queue-supervisors', at: { path: 'config/puma.rb', line } }],
      },
    ];
  },
};
