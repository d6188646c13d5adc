/** A database that something connects to, and no entry for it in production. @type {import('./site.mjs').Operator} */
export default {
  name: 'entry-removed',
  mutants: ({ read }) => {
    const text = read('config/database.yml');
    if (text === null) return [];
    const lines = text.split('\n');
    const production = lines.findIndex((line) => line.startsWith('production:'));
    const first = lines.findIndex((line, index) => index > production && /^ {2}queue:$/.test(line));
    if (production < 0 || first < 0 || !/connects_to/.test(read('config/environments/production.rb') ?? '')) return [];
    let end = first + 1;
    while (/^ {4}/.test(lines[end] ?? '')) end++;
    return [
      {
        files: { 'config/database.yml': [...lines.slice(0, first), ...lines.slice(end)].join('\n') },
        expect: [{ rule: 'missing-database-entry', at: null }],
      },
    ];
  },
};
