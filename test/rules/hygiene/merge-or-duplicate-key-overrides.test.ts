import { expect, it } from 'vitest';
import { placeName } from '../../../src/lint/phrases.ts';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

const GEMS = lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' });

async function lint(...lines: readonly string[]): ReturnType<typeof lintFiles> {
  return lintFiles({ 'Gemfile.lock': GEMS, 'config/puma.rb': 'threads 3\n', 'config/database.yml': lines.join('\n') });
}

const DEFAULT = ['default: &default', '  adapter: postgresql', '  pool: 5', '  checkout_timeout: 4'];

it('reports a size above the `<<` that replaces it, at the size, with the winner and the `<<`', async () => {
  const { findings } = await lint(...DEFAULT, 'production:', '  pool: 9', '  <<: *default', '');
  expect(findings.map(concise)).toEqual([
    'config/database.yml:6:9: warning merge-or-duplicate-key-overrides `pool: 9` has no effect: what `<<: *default` merges below it replaces it',
  ]);
  expect(findings[0]?.related.map(({ at }) => placeName(at))).toEqual([
    'config/database.yml:3',
    'config/database.yml:7',
  ]);
  expect(findings[0]?.consequence).toContain('pool of primary is 5 (config/database.yml:3), not 9.');
  expect(findings[0]?.snippet).toBe('<<: *default\npool: 9');
});

it('leaves a `<<` above the value alone, two of them, and equal values', async () => {
  const fine = [
    ['production:', '  <<: *default', '  pool: 9'],
    ['production:', '  pool: 5', '  <<: *default'],
    ['other: &other', '  pool: 5', 'production:', '  <<: *default', '  <<: *other'],
    ['other: &other', '  host: db.example', 'production:', '  <<: *default', '  <<: *other'],
    ['other: &other', '  pool: 9', 'production:', '  <<: [*other, *default]'],
  ];
  for (const lines of fine) expect((await lint(...DEFAULT, ...lines, '')).findings).toEqual([]);
});

it('mentions two `<<` of which the second changes the size', async () => {
  const { findings } = await lint(...DEFAULT, 'b: &b {pool: 8}', 'production:', '  <<: *default', '  <<: *b', '');
  expect(findings.map(({ rule, severity, snippet }) => [rule, severity, snippet])).toEqual([
    ['merge-or-duplicate-key-overrides', 'info', '<<: *b\npool: 5'],
  ]);
});

it('reports the same key twice, and only keys of the pool', async () => {
  const twice = ['production:', '  adapter: postgresql', '  pool: 9', '  host: a', '  pool: 7', '  host: b', ''];
  const { findings } = await lint(...twice);
  expect(findings.map(concise)).toEqual([
    'config/database.yml:3:9: warning merge-or-duplicate-key-overrides `pool: 9` has no effect: the pool written again below it replaces it',
  ]);
});

it('finds it where an entry gets it through another, once', async () => {
  const { findings } = await lint(
    ...DEFAULT,
    'production:',
    '  primary: &primary',
    '    checkout_timeout: 9',
    '    <<: *default',
    '  loans:',
    '    <<: *primary',
    '    database: loans',
    '',
  );
  expect(findings.map(({ rule, at }) => `${rule} ${placeName(at)}`)).toEqual([
    'merge-or-duplicate-key-overrides config/database.yml:7',
  ]);
});

it('cannot tell what an output that nobody knows replaces', async () => {
  const { findings, unresolved } = await lint(
    'production:',
    '  adapter: postgresql',
    '  checkout_timeout: <%= Settings.wait %>',
    '  checkout_timeout: 4',
    '',
  );
  expect(findings).toEqual([]);
  expect(unresolved.map(({ what }) => what)).toEqual([
    'whether checkout_timeout: <%= Settings.wait %> of primary has an effect',
  ]);
});

it('looks at the environment asked for only', async () => {
  const { findings } = await lint(
    ...DEFAULT,
    'test:',
    '  pool: 9',
    '  <<: *default',
    'production:',
    '  <<: *default',
    '',
  );
  expect(findings).toEqual([]);
});
