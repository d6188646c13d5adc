/** The entries beside the first one, with the lines of their keys and of their database. */
function entriesIn(text) {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith('production:'));
  if (start === -1) return { lines, entries: [] };
  const found = [];
  for (let at = start + 1; at < lines.length && !/^\S/.test(lines[at] || ' '); at += 1) {
    const name = /^ {2}(\w+):(?:\s*&\w+)?\s*$/.exec(lines[at])?.[1];
    if (name) found.push({ name, line: at + 1, database: null, databaseAt: 0 });
    const database = /^ {4}database:\s*(\S+)/.exec(lines[at])?.[1];
    if (database && found.length > 0) Object.assign(found.at(-1), { database, databaseAt: at });
  }
  return { lines, entries: found };
}

/**
 * Entries that were databases of their own: two of one name; one that a URL was meant for that only the first one reads;
 * one that has a URL of its own, so that the variable named for it says nothing. @type {import('./site.mjs').Operator}
 */
export default {
  name: 'databases-confused',
  mutants: ({ read }) => {
    const path = 'config/database.yml';
    const text = read(path) ?? '';
    const { lines, entries } = entriesIn(text);
    const [first, ...others] = entries.filter(({ database }) => database !== null);
    if (!first || others.length === 0 || /adapter:\s*sqlite3/.test(text) || read('Procfile') !== null) return [];
    const scheme = /mysql2|trilogy/.test(text) ? 'mysql2' : 'postgres';
    const web = (variable) => ({ Procfile: `web: ${variable}=${scheme}://db.example/shop bundle exec puma\n` });
    const withLine = (at, line) => ({ [path]: lines.toSpliced(at, 1, lines[at], line).join('\n') });
    return others.flatMap(({ name, line, databaseAt }) => {
      const same = lines.with(databaseAt, `    database: ${first.database}`).join('\n');
      const mutants = [
        { files: { [path]: same }, expect: [{ rule: 'same-url-many-pools', at: { path, line } }] },
        {
          files: {
            ...web(`${name.toUpperCase()}_DATABASE_URL`),
            ...withLine(databaseAt, `    url: ${scheme}://other.example/shop`),
          },
          expect: [{ rule: 'url-env-not-applied', at: null }],
        },
      ];
      const hosted = /^\s+(?:host|url|socket):/m.test(text);
      return hosted
        ? mutants
        : [...mutants, { files: web('DATABASE_URL'), expect: [{ rule: 'url-env-not-applied', at: { path, line } }] }];
    });
  },
};
