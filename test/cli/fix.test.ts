import {
  chmodSync,
  linkSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lint, read, SHOP } from './apps.ts';
import { folder } from './terminals.ts';

/** A healthy app with two ignores that nothing needs. */
const IGNORING: Readonly<Record<string, string>> = {
  ...SHOP,
  'config/puma.rb': '# rails-pool-lint: ignore[boot-failure] -- a\nthreads 5, 5\n',
  'config/database.yml':
    'production: # the shop\n  adapter: postgresql\n  database: shop\n  pool: 5 # rails-pool-lint: ignore[parse-error] -- b\n',
};
const FIXED = 'production: # the shop\n  adapter: postgresql\n  database: shop\n  pool: 5\n';

describe('--fix', () => {
  it('writes what is safe, says so on standard error, and reports what is left', async () => {
    const cwd = folder(IGNORING);
    expect((await lint(cwd, [])).code).toBe(1);
    const { code, out, err } = await lint(cwd, ['--fix', '-f', 'concise']);
    expect([code, out, err]).toEqual([0, '', 'Fixed 2 findings in 2 files.\n']);
    expect([read(cwd, 'config/puma.rb'), read(cwd, 'config/database.yml')]).toEqual(['threads 5, 5\n', FIXED]);
    expect((await lint(cwd, ['--fix'])).err).toBe('Nothing to fix.\n');
  });

  it('leaves alone what is unsafe, and what is suppressed', async () => {
    const unsafe = folder(SHOP);
    const { code, err } = await lint(unsafe, ['--fix']);
    expect(err).toBe('Nothing that is safe to fix; --unsafe-fixes has 1 fix.\n');
    expect(await lint(unsafe, ['--fix', '--diff'])).toMatchObject({ code: 1, out: '', err });
    expect([code, read(unsafe, 'config/database.yml')]).toEqual([1, SHOP['config/database.yml']]);
    const ignored = folder({
      ...IGNORING,
      '.rails-pool-lint.yml': 'ignore:\n  - { rule: unused-ignore, path: config/puma.rb, reason: soon }\n',
    });
    await lint(ignored, ['--fix']);
    expect(read(ignored, 'config/puma.rb')).toBe(IGNORING['config/puma.rb']);
    expect(read(ignored, 'config/database.yml')).toBe(FIXED);
  });

  it('fixes no more than is asked about', async () => {
    const cwd = folder(IGNORING);
    const diff =
      '--- a/config/puma.rb\n+++ b/config/puma.rb\n@@ -0,0 +1 @@\n+# rails-pool-lint: ignore[boot-failure] -- a\n';
    expect(await lint(cwd, ['--fix', '--changed-lines', '-', '-f', 'concise'], diff)).toMatchObject({
      code: 0,
      out: '',
    });
    expect(read(cwd, 'config/puma.rb')).toBe('threads 5, 5\n');
    expect(read(cwd, 'config/database.yml')).toBe(IGNORING['config/database.yml']);
  });

  it('leaves alone what nobody may write, and says so', async () => {
    const cwd = folder(IGNORING);
    const path = join(cwd, 'config/database.yml');
    chmodSync(path, 0o444);
    expect(await lint(cwd, ['--fix'])).toMatchObject({
      code: 2,
      err: 'rails-pool-lint: config/database.yml is write-protected, and was left as it is; type chmod u+w to allow it\n',
    });
    expect(read(cwd, 'config/database.yml')).toBe(IGNORING['config/database.yml']);
    expect(statSync(path).mode & 0o777).toBe(0o444);
  });

  it('keeps the other names of a file', async () => {
    const cwd = folder(IGNORING);
    linkSync(join(cwd, 'config/database.yml'), join(cwd, 'database.shared.yml'));
    await lint(cwd, ['--fix']);
    expect([read(cwd, 'config/database.yml'), read(cwd, 'database.shared.yml')]).toEqual([FIXED, FIXED]);
  });

  it('keeps line breaks, the mark at the beginning, and the mode of a file', async () => {
    const cwd = folder(IGNORING);
    const path = join(cwd, 'config/database.yml');
    writeFileSync(path, `\ufeff${IGNORING['config/database.yml']!.replaceAll('\n', '\r\n')}`);
    chmodSync(path, 0o640);
    await lint(cwd, ['--fix']);
    expect(read(cwd, 'config/database.yml')).toBe(`\ufeff${FIXED.replaceAll('\n', '\r\n')}`);
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it('writes through a link inside the app, which stays one', async () => {
    const cwd = folder(IGNORING);
    renameSync(join(cwd, 'config/database.yml'), join(cwd, 'database.yml'));
    symlinkSync('../database.yml', join(cwd, 'config/database.yml'));
    await lint(cwd, ['--fix']);
    expect(lstatSync(join(cwd, 'config/database.yml')).isSymbolicLink()).toBe(true);
    expect(readlinkSync(join(cwd, 'config/database.yml'))).toBe('../database.yml');
    expect(read(cwd, 'database.yml')).toBe(FIXED);
  });

  it('touches nothing outside of the app', async () => {
    const outside = join(folder({ 'database.yml': IGNORING['config/database.yml']! }), 'database.yml');
    const { 'config/database.yml': _, ...rest } = IGNORING;
    const cwd = folder({ ...rest, 'config/application.rb': '' });
    symlinkSync(outside, join(cwd, 'config/database.yml'));
    await lint(cwd, ['--fix']);
    expect(readFileSync(outside, 'utf8')).toBe(IGNORING['config/database.yml']);
  });
});

describe('--diff', () => {
  it('prints what fixes would change, writes nothing, and exits as the lint does', async () => {
    const cwd = folder(IGNORING);
    const { code, out, err } = await lint(cwd, ['--diff']);
    expect([code, err]).toEqual([1, '']);
    expect(out).toContain('--- a/config/database.yml\n+++ b/config/database.yml\n@@ -1,4 +1,4 @@\n');
    expect(out).toContain('-  pool: 5 # rails-pool-lint: ignore[parse-error] -- b\n+  pool: 5\n');
    expect(read(cwd, 'config/database.yml')).toBe(IGNORING['config/database.yml']);
    expect((await lint(cwd, ['--fix', '--diff'])).out).toBe(out);
  });

  it('leaves the other reports where they belong', async () => {
    const cwd = folder(IGNORING);
    const { out } = await lint(cwd, ['--diff', '-f', 'json', '-o', 'lint.json']);
    expect(out).toMatch(/^--- a\/config/);
    expect(JSON.parse(read(cwd, 'lint.json')).findings).toHaveLength(2);
  });

  it('shows no secret', async () => {
    const text = IGNORING['config/database.yml']!.replace('  pool', '  password: hunter2hunter2\n  pool');
    const { out } = await lint(folder({ ...IGNORING, 'config/database.yml': text }), ['--diff']);
    expect(out).toContain('   password: ***\n');
    expect(out).not.toContain('hunter2');
  });

  it('takes a file from standard input', async () => {
    const cwd = folder({ ...IGNORING, 'config/database.yml': FIXED });
    const argv = ['--diff', '--stdin-filename', 'config/database.yml'];
    expect((await lint(cwd, argv, IGNORING['config/database.yml'])).out).toContain('a/config/database.yml');
  });
});
