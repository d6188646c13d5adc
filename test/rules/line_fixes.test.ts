import { describe, expect, it } from 'vitest';
import { rules } from '../../rules/index.ts';
import { applyEdits, chooseFixes, editsByFile } from '../../src/lint/fixes.ts';
import { lintFiles, lockfile } from '../support/lint.ts';

const DATABASE = 'config/database.yml';

interface Shop {
  readonly rails?: string;
  readonly puma?: string;
  readonly file?: string;
  readonly gems?: Record<string, string>;
}

function shop(text: string, { rails = '8.0.2', puma = '7.0.4', file = DATABASE, gems = {} }: Shop = {}) {
  return {
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma, rails, ...gems }),
    'config/puma.rb': 'threads 3, 3\n',
    [DATABASE]: 'production:\n  adapter: postgresql\n  database: shop\n  pool: 5\n',
    [file]: text,
  };
}

/** A file after one round of fixes, and the rules they were for. */
async function once(files: Record<string, string>, file = DATABASE) {
  const chosen = chooseFixes((await lintFiles(files)).findings, true);
  for (const { finding, fix } of chosen) expect(rules.find(({ id }) => id === finding.rule)?.fix).toBe(fix.safety);
  const edits = editsByFile(chosen);
  expect([...edits.keys()]).toEqual(chosen.length > 0 ? [file] : []);
  return {
    rules: chosen.map(({ finding }) => finding.rule),
    text: applyEdits(files[file]!, edits.get(file) ?? []),
  };
}

const HEAD = 'production: # the shop\n  adapter: postgresql\n  database: shop\n';
const MERGED = 'default: &default # all\n  adapter: postgresql\n  pool: 5 # five\n\n';

type Case = readonly [what: string, rule: string, before: string, after: string, shop: Shop];

const CASES: readonly Case[] = [
  [
    'a fallback for a variable that nothing sets, of the size it has without',
    'env-without-fallback',
    `${HEAD}  pool: <%= ENV["DB_POOL"] %> # why\n`,
    `${HEAD}  pool: <%= ENV.fetch("DB_POOL", 5) %> # why\n`,
    {},
  ],
  [
    'a fallback for a term of a sum, in the quotes it has',
    'env-without-fallback',
    `${HEAD}  pool: <%= ENV['DB_POOL'].to_i + 4 %>\n`,
    `${HEAD}  pool: <%= ENV.fetch('DB_POOL', 5).to_i + 4 %>\n`,
    {},
  ],
  [
    'a bound for a pool that has none',
    'pool-unlimited',
    `${HEAD}  max_connections: <%= ENV["DB_POOL"] %>\n`,
    `${HEAD}  max_connections: <%= ENV.fetch("DB_POOL", 5) %>\n`,
    { rails: '8.1.1' },
  ],
  ['the name of a key', 'unknown-database-key', `${HEAD}  pools: "25" # jobs\n`, `${HEAD}  pool: "25" # jobs\n`, {}],
  [
    'the name that an older Rails reads',
    'key-has-no-effect',
    `${HEAD}  max_connections: <%= 12 %>\n`,
    `${HEAD}  pool: <%= 12 %>\n`,
    {},
  ],
  [
    'one of two names of one size',
    'pool-and-max-connections-conflict',
    `${HEAD}  pool: 5\n  max_connections: 10\n`,
    `${HEAD}  max_connections: 10\n`,
    { rails: '8.1.1' },
  ],
  [
    'the inherited one of two names, of which other environments keep the number',
    'pool-and-max-connections-conflict',
    `${MERGED}production:\n  <<: *default\n  database: shop\n  max_connections: 10\n`,
    `${MERGED.replace('pool', 'max_connections')}production:\n  <<: *default\n  database: shop\n  max_connections: 10\n`,
    { rails: '8.1.1' },
  ],
  [
    'the merge in front of what it replaced',
    'merge-or-duplicate-key-overrides',
    `${MERGED}production:\n  # larger\n  database: shop\n  pool: 20\n  <<: *default # last\n`,
    `${MERGED}production:\n  # larger\n  <<: *default # last\n  database: shop\n  pool: 20\n`,
    {},
  ],
  [
    'no reaping frequency',
    'reaper-disabled',
    `${HEAD}  idle_timeout: 60\n  reaping_frequency: 0 # never\n  pool: 5\n`,
    `${HEAD}  idle_timeout: 60\n  pool: 5\n`,
    {},
  ],
  [
    'one directive less, instead of one with another name',
    'redundant-fork-reconnect',
    'threads 3, 3\nworkers 2\non_worker_boot do\n  ActiveRecord::Base.establish_connection\nend\n',
    'threads 3, 3\nworkers 2\n',
    { file: 'config/puma.rb' },
  ],
];

describe.each(CASES)('a fix writes %s', (_what, rule, before, after, options: Shop) => {
  const files = shop(before, options);

  it('and nothing else', async () => {
    expect(await once(files, options.file)).toEqual({ rules: [rule], text: after });
  });

  it('with the line breaks of the file', async () => {
    const dos = shop(before.replaceAll('\n', '\r\n'), options);
    expect((await once(dos, options.file)).text).toBe(after.replaceAll('\n', '\r\n'));
  });

  it('which silences it, so that a second run has nothing to do', async () => {
    const mended = { ...files, [options.file ?? DATABASE]: after };
    expect((await lintFiles(mended)).findings.filter((finding) => finding.rule === rule)).toEqual([]);
    expect(await once(mended, options.file)).toEqual({ rules: [], text: after });
  });
});

const LEFT_ALONE: readonly Case[] = [
  ['a variable that is read twice', 'env-without-fallback', `${HEAD}  pool: <%= ENV["A"] || ENV["A"] %>\n`, '', {}],
  ['a key beside the one that is meant', 'unknown-database-key', `${HEAD}  pools: 25\n  pool: 5\n`, '', {}],
  ['a key in quotes', 'unknown-database-key', `${HEAD}  "pools": 25\n`, '', {}],
  [
    'a mapping in braces',
    'unknown-database-key',
    'production: { adapter: postgresql, database: shop, pools: 25 }\n',
    '',
    {},
  ],
  [
    'a line with an anchor on it',
    'pool-and-max-connections-conflict',
    `${HEAD}  pool: &size 5\n  max_connections: 10\n  idle_timeout: *size\n`,
    '',
    { rails: '8.1.1' },
  ],
  [
    'a line that is all there is of its mapping',
    'reaper-disabled',
    `never: &never\n  reaping_frequency: 0\n\n${HEAD}  <<: *never\n`,
    '',
    {},
  ],
  [
    'a merge in braces',
    'merge-or-duplicate-key-overrides',
    `${MERGED}production: { pool: 20, <<: *default, database: shop }\n`,
    '',
    {},
  ],
  [
    'two merges, of which the later wins',
    'merge-or-duplicate-key-overrides',
    `${MERGED}jobs: &jobs\n  pool: 20\n\nproduction:\n  <<: *jobs\n  <<: *default\n  database: shop\n`,
    '',
    {},
  ],
];

describe.each(LEFT_ALONE)('no fix touches %s', (_what, rule, before, _after, options: Shop) => {
  it('although it is reported', async () => {
    const files = shop(before, options);
    const found = (await lintFiles(files)).findings.filter((finding) => finding.rule === rule);
    expect(found).not.toEqual([]);
    expect(found.filter(({ fix }) => fix !== null)).toEqual([]);
  });
});

describe('the fix of a shared size', () => {
  const text = (own: string, queue = '') =>
    `${MERGED}production:\n  primary: &primary\n    <<: *default\n    database: shop\n  queue:\n    <<: *primary # as the first${queue}\n    database: shop_queue\n    ${own}\n`;
  const gems = { solid_queue: '1.1.0' };
  const queue = (threads: number) => ({
    'config/queue.yml': `production:\n  workers:\n    - threads: ${threads}\n`,
    'config/environments/production.rb':
      'Rails.application.configure do\n  config.active_job.queue_adapter = :solid_queue\n  config.solid_queue.connects_to = { database: { writing: :queue } }\nend\n',
  });

  it('writes a line of its own below the outermost `<<`', async () => {
    const files = { ...shop(text('migrations_paths: db/queue_migrate'), { gems }), ...queue(5) };
    const after = text('migrations_paths: db/queue_migrate', '\n    pool: 7');
    expect(await once(files)).toEqual({ rules: ['shared-anchor-pool-size'], text: after });
    expect((await lintFiles({ ...files, [DATABASE]: after })).findings).toEqual([]);
  });
});

it('the list of rules says of a fix what the code offers', () => {
  expect(rules.filter(({ fix }) => fix !== null).map(({ id }) => id)).toEqual(
    expect.arrayContaining([...new Set(CASES.map(([, rule]) => rule)), 'shared-anchor-pool-size']),
  );
});
