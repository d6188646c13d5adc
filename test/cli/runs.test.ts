import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { finding, result } from '../report/results.ts';
import { folder, run } from './terminals.ts';

const app = folder({ 'config/application.rb': '', 'app/models/a.rb': '' });
/** What the engine throws, without loading it. */
const badCall = Object.assign(new Error('no process is called `wbe`'), {
  name: 'BadCall',
  given: 'wbe',
  choices: ['web', 'worker'],
});
const ignored = { kind: 'ignore', reason: 'x', file: 'a', line: 1 } as const;

describe('the exit code', () => {
  const warning = result([finding()]);
  const info = result([finding({ severity: 'info' })]);
  const cases: [string, ReturnType<typeof result>, string[], number][] = [
    ['nothing found', result([]), [], 0],
    ['a warning', warning, [], 1],
    ['a warning where errors count', warning, ['--fail-level', 'error'], 0],
    ['an info', info, [], 0],
    ['an info where infos count', info, ['--fail-level', 'info'], 1],
    ['a suppressed error', result([finding({ severity: 'error', suppressed: ignored })]), [], 0],
    ['a warning that shall not matter', warning, ['--exit-zero'], 0],
    ['a warning in another format', warning, ['-f', 'json'], 1],
    ['a budget', warning, ['budget'], 0],
    ['a show', warning, ['show'], 0],
  ];
  it.each(cases)('%s', async (_what, found, argv, code) => {
    expect((await run(argv, { cwd: app, result: found })).code).toBe(code);
  });

  it('is 2 for a name the engine does not know, which is listed', async () => {
    const analyse = () => Promise.reject(badCall);
    expect(await run(['--hosts', 'wbe=2'], { cwd: app, analyse })).toMatchObject({
      code: 2,
      err: 'rails-pool-lint: no process is called `wbe`; did you mean `web`? there are web, worker\n',
    });
  });

  it('is 2 for a fault of the program, with the way to it on request', async () => {
    const analyse = () => Promise.reject(new TypeError('x is not a function at postgres://u:p@h'));
    const { code, err, out } = await run([], { cwd: app, analyse });
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^rails-pool-lint: internal error: TypeError: x is not a function at postgres:\/\/\*\*\*@h /);
    const verbose = (await run(['--verbose'], { cwd: app, analyse })).err;
    expect(verbose).toMatch(/\n {4}at /);
    expect(verbose).not.toContain('u:p@h');
  });

  it('names the source behind a place in a built file', async () => {
    const chunk = join(
      folder({ 'chunk.js': '// src/lint/engine.ts\nfirst();\n// rules/pool/misfit.ts\nsecond();\n' }),
      'chunk.js',
    );
    const error = new TypeError('no');
    const at = (name: string, line: number) => `    at ${name} (${pathToFileURL(chunk).href}:${line}:1)`;
    error.stack = ['TypeError: no', at('check', 4), at('judge', 2), '    at node:internal/main:1:1'].join('\n');
    const { err } = await run(['--verbose'], { cwd: app, analyse: () => Promise.reject(error) });
    expect(err.split('\n').slice(1)).toEqual([
      `${at('check', 4)}, from rules/pool/misfit.ts`,
      `${at('judge', 2)}, from src/lint/engine.ts`,
      '    at node:internal/main:1:1',
      '',
    ]);
  });
});

describe('outputs', () => {
  it('go to standard output and to files in one run', async () => {
    const cwd = folder({ 'config/application.rb': '' });
    const { out, code } = await run(
      '-f github -f json -o a.json -o b.txt -f concise'
        .replace('-o b.txt -f concise', '-f concise -o b.txt')
        .split(' '),
      {
        cwd,
        result: result([finding()]),
      },
    );
    expect(code).toBe(1);
    expect(out).toMatch(/^::warning /);
    expect(JSON.parse(readFileSync(join(cwd, 'a.json'), 'utf8')).version).toBe(1);
    expect(readFileSync(join(cwd, 'b.txt'), 'utf8')).toMatch(/^config\/database\.yml:4:9: warning /);
  });

  it('pair an -o with the -f after it where none stands before', async () => {
    const cwd = folder({ 'config/application.rb': '' });
    expect((await run(['-o', 'a.json', '-f', 'json'], { cwd })).out).toBe('');
    expect(JSON.parse(readFileSync(join(cwd, 'a.json'), 'utf8')).tool.name).toBe('rails-pool-lint');
  });

  it.each([
    ['budget', /^production: one server/],
    ['show', /^web \(Puma/],
    ['budget -f json', /"servers"/],
    ['show -f json', /"databases"/],
    ['budget -f markdown', /^## /],
    ['show -f markdown', /^## /],
  ])('of %s', async (call, expected) => {
    expect((await run(call.split(' '), { cwd: app })).out).toMatch(expected);
  });

  it('are painted by flag, then NO_COLOR, then FORCE_COLOR, then for whoever looks', async () => {
    const painted = async (argv: string[], env: Record<string, string>, isTTY: boolean): Promise<boolean> =>
      (await run(argv, { cwd: app, env, isTTY, result: result([finding()]) })).out.includes('\x1b[');
    expect(await painted([], {}, true)).toBe(true);
    expect(await painted([], {}, false)).toBe(false);
    expect(await painted([], { TERM: 'dumb' }, true)).toBe(false);
    expect(await painted([], { NO_COLOR: '1', FORCE_COLOR: '1' }, true)).toBe(false);
    expect(await painted([], { NO_COLOR: '' }, true)).toBe(true);
    expect(await painted([], { FORCE_COLOR: '1' }, false)).toBe(true);
    expect(await painted([], { FORCE_COLOR: '0' }, true)).toBe(false);
    expect(await painted(['--color', 'always'], { NO_COLOR: '1' }, false)).toBe(true);
    expect(await painted(['--color', 'never'], { FORCE_COLOR: '1' }, true)).toBe(false);
  });

  it('are as wide as the terminal', async () => {
    const widest = async (columns: number): Promise<number> => {
      const { out } = await run(['--color', 'never'], {
        cwd: app,
        isTTY: true,
        columns,
        result: result([finding({ consequence: 'word '.repeat(80) })]),
      });
      return Math.max(
        ...out
          .split('\n')
          .filter((line) => line.includes('word'))
          .map((line) => line.length),
      );
    };
    expect(await widest(60)).toBeLessThanOrEqual(60);
    expect(await widest(120)).toBeGreaterThan(100);
  });

  it('to GitHub have paths from its workspace', async () => {
    const env = { GITHUB_WORKSPACE: join(app, '..') };
    const { out } = await run(['-f', 'github'], { cwd: app, env, result: result([finding()]) });
    expect(out).toContain(`file=${app.split('/').at(-1)}/config/database.yml`);
  });
});

describe('paths', () => {
  const mono = folder({
    'apps/shop/config/application.rb': '',
    'apps/shop/app/models/a.rb': '',
    'apps/shop/spec/dummy/config/application.rb': '',
    'apps/blog/Gemfile': "gem 'sequel'\n",
    'apps/none/README': '',
    'docs/a.md': '',
    '.git/HEAD': '',
  });
  const roots = async (cwd: string, ...argv: string[]): Promise<readonly string[] | string> => {
    const { asked, err } = await run(argv, { cwd });
    return asked?.apps.map(({ root }) => root) ?? err;
  };

  it('mean the apps below, the app they are, or the app around', async () => {
    expect(await roots(mono)).toEqual(['apps/blog', 'apps/shop']);
    expect(await roots(mono, 'apps/shop')).toEqual(['apps/shop']);
    expect(await roots(mono, 'apps/shop/app/models', 'apps/shop/app/models/a.rb', './apps//shop/')).toEqual([
      'apps/shop',
    ]);
    expect(await roots(mono, 'apps/shop/spec/dummy')).toEqual(['apps/shop/spec/dummy']);
    expect(await roots(mono, join(mono, 'apps/blog'))).toEqual(['apps/blog']);
    expect(await roots(join(mono, 'apps/shop'))).toEqual(['.']);
    expect(await roots(join(mono, 'apps/shop/app'))).toEqual(['..']);
    expect(await roots(join(mono, 'docs'), '../apps/shop/app/models/a.rb')).toEqual(['../apps/shop']);
  });

  it('expand where they are patterns and nothing has that name', async () => {
    expect(await roots(mono, 'apps/*')).toEqual(['apps/blog', 'apps/shop']);
    expect(await roots(mono, 'docs/*')).toMatch(/no app found in docs\/\*/);
    mkdirSync(join(mono, 'apps/[x]/config'), { recursive: true });
    symlinkSync('../../shop/config/application.rb', join(mono, 'apps/[x]/config/application.rb'));
    expect(await roots(mono, 'apps/[x]')).toMatch(/no app found/);
  });

  it('whose names are no text leave the others alone', async () => {
    const cwd = folder({ 'apps/a/config/database.yml': '' });
    const odd = Buffer.concat([Buffer.from(join(cwd, 'apps/')), Buffer.from([0xff, 0xfe])]);
    try {
      mkdirSync(Buffer.concat([odd, Buffer.from('/config')]), { recursive: true });
    } catch {
      return; // This file system knows no such names.
    }
    writeFileSync(Buffer.concat([odd, Buffer.from('/config/database.yml')]), '');
    expect(await roots(cwd)).toEqual(['apps/a']);
  });

  it('without an app say what is looked for', async () => {
    expect(await roots(mono, 'docs')).toMatch(
      /no app found in docs: looked for config\/application\.rb, config\/app\.rb/,
    );
    expect(await roots(folder({}))).toMatch(/no app found here/);
    expect(await run([''], { cwd: mono })).toMatchObject({ code: 2 });
  });

  it('that cannot be read exit 2', async () => {
    const cwd = folder({ 'a/config/application.rb': '' });
    chmodSync(join(cwd, 'a'), 0o000);
    const { code, err } = await run(['a'], { cwd });
    if (err !== '') expect([code, err]).toEqual([2, 'rails-pool-lint: a cannot be read: permission denied\n']);
    chmodSync(join(cwd, 'a'), 0o700);
    symlinkSync('round', join(cwd, 'round'));
    expect((await run(['round'], { cwd })).err).toMatch(/round is a link that leads in a circle/);
  });

  it('of a file limit show to what it sets', async () => {
    const cwd = folder({ 'config/application.rb': '', 'config/database.yml': '', 'config/puma.rb': '' });
    expect((await run(['show', 'config/puma.rb'], { cwd })).out).toBe('No process takes anything from this file.\n');
    expect((await run(['show', 'config/database.yml'], { cwd })).out).toContain('pool');
    expect((await run(['show', 'config/database.yml'], { cwd })).out).not.toContain('DATABASE_URL');
  });
});

describe('the configuration file', () => {
  it('is the nearest one from the app up to the working directory', async () => {
    const cwd = folder({
      '.rails-pool-lint.yml': 'environment: outer\n',
      'a/config/application.rb': '',
      'b/config/application.rb': '',
      'b/.rails-pool-lint.yml': 'environment: inner\n',
    });
    const read = async (...argv: string[]) =>
      (await run(argv, { cwd })).asked?.apps.map(({ configuration }) => configuration?.environment);
    expect(await read()).toEqual(['outer', 'inner']);
    expect(await read('-c', 'b/.rails-pool-lint.yml')).toEqual(['inner', 'inner']);
    expect(await read('--no-config')).toEqual([undefined, undefined]);
  });

  it('is not believed when it is wrong', async () => {
    const cwd = folder({ 'config/application.rb': '', '.rails-pool-lint.yml': 'hots:\n  web: 2\n' });
    const { code, err } = await run([], { cwd });
    expect(code).toBe(2);
    expect(err).toMatch(/^rails-pool-lint: \.rails-pool-lint\.yml:1:1: unknown key `hots`; did you mean `hosts`\?/);
  });

  it('is neither waited for nor read where it is no file of the app', async () => {
    const outside = join(folder({ 'secret.yml': 'environment: outside\n' }), 'secret.yml');
    const said = async (make: (path: string) => void): Promise<string> => {
      const cwd = folder({ 'config/application.rb': '' });
      make(join(cwd, '.rails-pool-lint.yml'));
      const { code, err } = await run([], { cwd });
      return `${code} ${err.replace('rails-pool-lint: the configuration file .rails-pool-lint.yml ', '')}`;
    };
    expect(await said((path) => execFileSync('mkfifo', [path]))).toBe('2 cannot be read: it is a named pipe\n');
    expect(await said((path) => symlinkSync(outside, path))).toBe(
      '2 cannot be read: it is a link that leaves the app\n',
    );
    expect(await said((path) => symlinkSync('/dev/zero', path))).toMatch(/^2 cannot be read: it is a link that leaves/);
    expect(await said((path) => symlinkSync('nowhere', path))).toBe('2 cannot be read: it is a link to nothing\n');
    expect(await said((path) => symlinkSync('.rails-pool-lint.yml', path))).toBe(
      '2 cannot be read: it is a link to itself\n',
    );
    expect(await said((path) => mkdirSync(path))).toBe('2 cannot be read: it is a directory\n');
    const many = Array.from({ length: 100_000 }, (_, key) => `  K${key}: v\n`).join('');
    expect(await said((path) => writeFileSync(path, `env:\n${many}`))).toBe('2 is larger than 256 KB\n');
    const levels = Array.from({ length: 3000 }, (_, level) => `${' '.repeat(level)}a:\n`).join('');
    for (const deep of [`env: ${'['.repeat(100_000)}`, levels])
      expect(await said((path) => writeFileSync(path, deep))).toBe('2 is nested too deeply\n');
  });
});
