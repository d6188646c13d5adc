/** A server that allows fewer connections than the processes open. @type {import('./site.mjs').Operator} */
export default {
  name: 'limit-below-demand',
  mutants: ({ read, demand }) => {
    if (demand === null || demand <= 4 || read('.rails-pool-lint.yml') !== null) return [];
    return [
      {
        files: { '.rails-pool-lint.yml': 'max_connections: 4\n' },
        expect: [{ rule: 'budget-exceeds-max-connections', at: null }],
      },
    ];
  },
};
