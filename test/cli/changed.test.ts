import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lint, RULE, SHOP } from './apps.ts';
import { folder } from './terminals.ts';

const FOUND = `config/database.yml:4:9: error ${RULE}`;

function diff(path: string, hunk: string, from = `a/${path}`, to = `b/${path}`): string {
  return `diff --git ${from} ${to}\n--- ${from}\n+++ ${to}\n${hunk}`;
}

const THREADS = '@@ -1 +1 @@\n-threads 5, 5\n+threads 8, 8\n';

/** The app at the top of a repository, or below it. */
function repository(app = '.'): { top: string; app: string } {
  const files = Object.fromEntries(Object.entries(SHOP).map(([path, text]) => [join(app, path), text]));
  const top = folder(files);
  mkdirSync(join(top, '.git'));
  return { top, app: join(top, app) };
}

describe('--changed-lines', () => {
  it('keeps a finding if any of its places has changed', async () => {
    const { app } = repository();
    const changed = async (text: string) => lint(app, ['--changed-lines', '-', '-f', 'concise'], text);
    expect((await changed(diff('config/puma.rb', THREADS))).out).toContain(FOUND);
    const pool = '@@ -3,2 +3,2 @@\n   database: shop\n-  pool: 6\n+  pool: 5\n';
    expect((await changed(diff('config/database.yml', pool))).out).toContain(FOUND);
    const name = '@@ -2,3 +2,3 @@\n   adapter: postgresql\n-  database: x\n+  database: shop\n   pool: 5\n';
    expect(await changed(diff('config/database.yml', name))).toMatchObject({ code: 0, out: '' });
    expect(await changed(diff('config/other.rb', THREADS))).toMatchObject({ code: 0, out: '' });
    expect(await changed('')).toMatchObject({ code: 0, out: '' });
  });

  it('reads paths as git writes them, wherever it is called', async () => {
    const { top, app } = repository('apps/my shop');
    const path = 'apps/my shop/config/puma.rb';
    const found = async (cwd: string, text: string): Promise<boolean> =>
      (await lint(cwd, ['--changed-lines', '-', '-f', 'concise'], text)).out.includes(RULE);
    expect(await found(top, diff(path, THREADS))).toBe(true);
    expect(await found(app, diff(path, THREADS))).toBe(true);
    expect(await found(join(app, 'config'), diff(path, THREADS))).toBe(true);
    expect(await found(app, diff(path, THREADS, path, path))).toBe(true);
    expect(await found(app, diff(path, THREADS, `i/${path}`, `w/${path}`))).toBe(true);
    expect(await found(app, diff(path, THREADS, `"a/${path}"`, `"b/${path}"`))).toBe(true);
    expect(await found(app, diff('config/puma.rb', THREADS))).toBe(true);
    expect(await found(app, diff(path, '@@ -0,0 +1 @@\n+threads 8, 8\n', '/dev/null', `b/${path}`))).toBe(true);
    const renamed = `similarity index 50%\nrename from puma.rb\nrename to ${path}\n`;
    expect(await found(app, `diff --git a/puma.rb b/${path}\n${renamed}--- a/puma.rb\n+++ b/${path}\n${THREADS}`)).toBe(
      true,
    );
  });

  it('takes a file for the diff', async () => {
    const { app } = repository();
    expect((await lint(app, ['--changed-lines', 'none.diff'])).err).toContain('none.diff cannot be read: it does not');
    expect((await lint(app, ['--changed-lines', 'config/puma.rb'])).err).toMatch(/puma\.rb is no unified diff: /);
    expect((await lint(app, ['--changed-lines', '-'], '--- a/x\n')).code).toBe(2);
  });
});

describe('--annotate-changed', () => {
  it('keeps every finding, and annotates a changed place of those that have one', async () => {
    const { app } = repository();
    const annotated = async (path: string, flag = '--annotate-changed') =>
      lint(app, [flag, '-', '-f', 'github'], diff(path, THREADS));
    const place = /^::error file=(?<file>[^,]+),line=(?<line>\d+),.*::config\/database\.yml:4:9: /;
    expect(place.exec((await annotated('config/puma.rb')).out)?.groups).toEqual({ file: 'config/puma.rb', line: '1' });
    expect(await annotated('README.md')).toMatchObject({ code: 1 });
    expect(place.exec((await annotated('README.md')).out)?.groups).toEqual({ file: 'config/database.yml', line: '4' });
    expect((await annotated('README.md', '--changed-lines')).out).toBe('');
  });

  it('does not share standard input, and says what is no diff', async () => {
    const { app } = repository();
    const both = ['--annotate-changed', '-', '--stdin-filename', 'config/puma.rb'];
    expect((await lint(app, both)).err).toMatch(/--stdin-filename and --annotate-changed - both read standard input/);
    expect((await lint(app, ['--annotate-changed', 'config/puma.rb'])).err).toMatch(
      /--annotate-changed config\/puma\.rb is no unified diff: /,
    );
  });
});

describe('--stdin-filename', () => {
  it('reads one file from standard input instead of from disk', async () => {
    const cwd = folder(SHOP);
    const argv = ['-f', 'concise', '--stdin-filename'];
    expect(await lint(cwd, [...argv, 'config/puma.rb'], 'threads 5, 5\n')).toMatchObject({ code: 0, out: '' });
    expect((await lint(cwd, [...argv, './config//puma.rb'], 'threads 9, 9\n')).out).toContain('web runs 9 threads');
    expect((await lint(join(cwd, 'config'), [...argv, 'puma.rb'], 'threads 9, 9\n')).out).toContain('runs 9 threads');
  });

  it('may name a file that is not there yet', async () => {
    const cwd = folder(SHOP);
    const argv = ['-f', 'concise', '--stdin-filename', 'config/puma/production.rb'];
    expect((await lint(cwd, argv, 'threads 5, 5\n')).out).toBe('');
    expect((await lint(cwd, ['-f', 'concise'])).out).toContain(FOUND);
  });

  it('refuses a file outside of what is read', async () => {
    const cwd = folder({ 'a/config/application.rb': '', 'b/config/application.rb': '' });
    const { code, err } = await lint(cwd, ['a', '--stdin-filename', 'b/config/puma.rb'], '');
    expect([code, err]).toEqual([
      2,
      'rails-pool-lint: --stdin-filename b/config/puma.rb lies in none of the apps that are read\n',
    ]);
  });
});
