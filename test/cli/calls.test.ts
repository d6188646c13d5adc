import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, run } from './terminals.ts';

const cwd = folder({ 'config/application.rb': '', 'Gemfile.lock': '' });

describe('a bad call exits 2 and says what to type instead', () => {
  const calls: [string, RegExp][] = [
    ['--formt json', /unknown flag `--formt`; did you mean `--format`\?/],
    ['--no-color', /type --color never/],
    ['-x', /unknown flag `-x`; rails-pool-lint --help lists them/],
    ['--env', /--env needs a value; type --env NAME/],
    ['--env --verbose', /--env needs a value/],
    ['--env=', /--env needs a value that is not empty/],
    ['--verbose=yes', /--verbose takes no value/],
    ['-f jsn', /unknown format `jsn`; did you mean `json`\?/],
    ['-f nonsense', /type -f with one of text, concise, json, sarif, github, gitlab, junit, markdown, html/],
    ['budget -f concise', /unknown format of budget `concise`; type -f with one of text, json, markdown/],
    ['-f json -f text', /two reports cannot share standard output; type -o FILE/],
    ['-f json -o a -o b', /-o b has no format of its own/],
    ['-f json -o a -f text -o a', /two reports cannot share the file a/],
    ['-o nowhere/a', /-o nowhere\/a cannot be written: its folder does not exist/],
    ['-o config', /-o config cannot be written: it is a folder/],
    ['--set FOO', /--set FOO sets no variable; type --set KEY=VALUE/],
    ['--set =5', /sets no variable/],
    ['--set :A=5', /sets no variable/],
    ['--set 1A=hunter2', /--set 1A=… sets no variable/],
    ['--cpus four', /--cpus needs a whole number from 1 on, not `four`; type --cpus 4/],
    ['--cpus 0', /--cpus needs/],
    ['--cpus -1', /--cpus needs/],
    ['--hosts 2', /--hosts needs a process and a number/],
    ['--hosts web=two', /--hosts web= needs a whole number, not `two`; type --hosts web=2/],
    ['--max-connections many', /--max-connections needs a whole number from 1 on/],
    ['--max-connections db:5432=x', /type --max-connections db:5432=100/],
    ['--max-connections heroku:essentail-0', /does not know the plan .*did you mean `heroku:essential-0`/],
    [
      '--max-connections heroku:standrd',
      /did you mean `heroku:standard-0` or `heroku:standard-2`\? `rails-pool-lint explain plans` lists them all/,
    ],
    ['--max-connections rds:large', /; type the number .*\. `rails-pool-lint explain plans` lists them all/],
    ['--max-connections heroku', /or a plan: `rails-pool-lint explain plans` lists them all/],
    ['--assume rails', /--assume needs a gem and a version, not `rails`; type --assume rails=8\.1\.0/],
    ['--color sometimes', /--color does not know `sometimes`; type one of auto, always, never/],
    ['--color alway', /did you mean `always`\?/],
    ['--fail-level warn', /--fail-level does not know `warn`/],
    ['--min-confidence lo', /did you mean `low`\?/],
    [
      '--only pool-smaler-than-puma-threads',
      /unknown rule `pool-smaler-than-puma-threads`; did you mean `pool-smaller-than-puma-threads`\?/,
    ],
    ['--only budgt', /did you mean `budget`\?/],
    ['--disable ,', /--disable has an empty name/],
    ['--only fork --disable fork', /leave no rule to run/],
    ['budget --only fork', /--only is a flag of `rails-pool-lint`, which lints/],
    ['budget --compare nowhere.json', /--compare nowhere\.json cannot be read: it does not exist; type .*-f json/],
    ['budget --compare Gemfile.lock', /--compare Gemfile\.lock is no budget/],
    ['--compare base.json', /--compare is a flag of `rails-pool-lint budget`/],
    ['budget . .', /budget takes one path/],
    ['nowhere', /no such path: nowhere/],
    ['budgt', /no such path: budgt; did you mean `budget`\?/],
    ['help', /type rails-pool-lint --help/],
    ['apps/*', /nothing matches apps\/\*/],
    ['explain', /explain needs a rule/],
    ['explain a b', /in quotes/],
    ['explain nonsense', /unknown rule `nonsense`/],
    ['explain fork', /`fork` is a group and no rule; type one of goodjob-async-fork-hooks-missing, missing-/],
    ['rules .', /rules takes no path/],
    ['-c nowhere.yml', /the configuration file nowhere\.yml cannot be read: it does not exist/],
    ['-c config', /cannot be read: it is a directory/],
    ['-c a --no-config', /contradict each other/],
    ['init a b', /init takes one path/],
    ['budget -f sarif', /unknown format of budget `sarif`; type -f with one of text, json, markdown, html/],
  ];
  it.each(calls)('%s', async (call, message) => {
    const { code, out, err } = await run(call.split(' '), { cwd });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^rails-pool-lint: [^\n]*\n$/);
    expect(err).toMatch(message);
  });

  it('and repeats nothing that writes on a terminal', async () => {
    const { err } = await run(['a\x1b[2Jb'], { cwd });
    expect(err).toContain(String.raw`a\x1b[2Jb`);
  });
});

describe('a good call', () => {
  it('tells the engine what production is', async () => {
    const argv =
      '-e staging --deployment kamal --set A=1 --set web:B=x=y --cpus 4 --hosts web=2 --hosts a=0 --max-connections 100 --max-connections db:5432=50 --assume rails=8.1.0 --min-confidence high';
    const { asked, code } = await run(argv.split(' '), { cwd });
    expect(code).toBe(0);
    expect(asked?.options).toEqual({
      environment: 'staging',
      deployments: ['kamal'],
      set: [
        { process: null, key: 'A', value: '1' },
        { process: 'web', key: 'B', value: 'x=y' },
      ],
      cpus: 4,
      hosts: new Map([
        ['web', 2],
        ['a', 0],
      ]),
      maxConnections: [
        { server: null, value: 100 },
        { server: 'db:5432', value: 50 },
      ],
      assume: new Map([['rails', '8.1.0']]),
      proves: false,
      only: ['pool-smaller-than-puma-threads', 'goodjob-async-fork-hooks-missing', 'missing-fork-disconnect-legacy'],
      disable: [],
      minConfidence: 'high',
    });
  });

  it('names rules by id, alias and group', async () => {
    const only = async (...argv: string[]) => (await run(argv, { cwd })).asked?.options.only;
    expect(await only('--only', 'fork')).toEqual([
      'goodjob-async-fork-hooks-missing',
      'missing-fork-disconnect-legacy',
    ]);
    expect(
      await only('--only', 'missing-worker-boot-reconnect', '--disable', 'missing-fork-disconnect-legacy'),
    ).toEqual(['goodjob-async-fork-hooks-missing']);
    expect(await only('--disable', 'fork,leaks')).toEqual(['pool-smaller-than-puma-threads']);
  });

  it('prints help, of a command too', async () => {
    expect((await run(['-h'])).out).toContain('rails-pool-lint budget [path]');
    const { out, code } = await run(['budget', '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/^rails-pool-lint budget \[path\]\n/);
    expect(out).not.toMatch(/--only|sarif/);
  });

  it('prints the version', async () => {
    expect(await run(['-V'])).toMatchObject({ code: 0, out: 'rails-pool-lint 1.2.3\n', asked: null });
  });

  it('lists the rules', async () => {
    expect((await run(['rules'])).out).toContain(
      'missing-fork-disconnect-legacy    fork  warning  About missing-fork-disconnect-legacy. (also: missing-worker-boot-reconnect)\n',
    );
    const [first] = JSON.parse((await run(['rules', '-f', 'json'])).out).rules;
    expect(first).toEqual({
      id: 'pool-smaller-than-puma-threads',
      aliases: [],
      group: 'pool',
      severity: 'error',
      fix: null,
      summary: 'About pool-smaller-than-puma-threads.',
      docs: 'rules/pool/pool-smaller-than-puma-threads.md',
    });
  });

  it('explains a rule, and all that go by an older name', async () => {
    expect((await run(['explain', 'pool-smaller-than-puma-threads'])).out).toBe(
      '# pool-smaller-than-puma-threads\n\nIts page.\n',
    );
    const { out } = await run(['explain', 'missing-worker-boot-reconnect']);
    expect(out).toBe(
      '# goodjob-async-fork-hooks-missing\n\nIts page.\n\n# missing-fork-disconnect-legacy\n\nAbout missing-fork-disconnect-legacy.\n',
    );
  });

  it('lists the plans that --max-connections knows', async () => {
    const { out, code } = await run(['explain', 'plans']);
    expect(code).toBe(0);
    expect(out).toMatch(/^heroku:essential-0 .*\(no vendor says it\) +20 +0 +20$/m);
    expect(out).toMatch(/^neon:1 +https:\/\/neon\.com\/\S+ +419 +7 +412$/m);
  });

  it('shows a page to a terminal as text in colours, and pipes it as it is', async () => {
    const argv = ['explain', 'pool-smaller-than-puma-threads'];
    const title = 'pool-smaller-than-puma-threads';
    expect((await run(argv, { isTTY: true, env: { NO_COLOR: '1' } })).out).toBe(
      `${title}\n${'━'.repeat(title.length)}\n\n   Its page.\n`,
    );
    expect((await run(argv, { isTTY: true })).out).toMatch(/^\x1b\[1mpool-/); // eslint-disable-line no-control-regex
    expect((await run(argv, {})).out).toMatch(/^# pool-/);
    const empty = folder({});
    await run([...argv, '-o', 'page.md'], { isTTY: true, cwd: empty });
    expect(readFileSync(join(empty, 'page.md'), 'utf8')).toMatch(/^# pool-/);
  });

  it('explains an error message by the limit it names', async () => {
    const pool = await run(['explain', 'could not obtain a connection from the pool within 5.000 seconds'], { cwd });
    expect(pool).toMatchObject({ code: 0, err: '' });
    expect(pool.out).toContain('The limit  the connection pool of one process');
    expect(pool.out).toContain(
      'web  primary  pool 5  5 threads  ENV.fetch("RAILS_MAX_THREADS", 5), config/database.yml:4',
    );
    const server = await run(['explain', 'FATAL:  sorry, too many clients already'], { cwd });
    expect(server.out).toContain('The limit  the connection limit of the database server');
    expect(server.out).toContain('production: one server, db.internal:5432');
    expect((await run(['explain', 'something else broke'], { cwd })).code).toBe(2);
  });
});

it.each([
  ['rules', ['color', 'format', 'help', 'output-file', 'version']],
  ['budget', ['--max-connections', '--env', '--config']],
])('the help of %s lists what it takes', async (command, flags) => {
  const { out } = await run([command, '--help']);
  for (const flag of flags) expect(out).toContain(flag);
  for (const flag of ['--quiet', '--only', '--fail-level']) expect(out).not.toContain(flag);
  if (command === 'rules') expect(out).not.toMatch(/--(set|env|hosts|config|cpus|assume|deployment|max-connections)/);
});

it('suggests the rule that was meant', async () => {
  for (const flag of ['--only', '--disable'])
    expect((await run([flag, 'pool-smaller-than-pumathreads'])).err).toBe(
      'rails-pool-lint: unknown rule `pool-smaller-than-pumathreads`; did you mean `pool-smaller-than-puma-threads`?\n',
    );
});
