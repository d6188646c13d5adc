import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { lint, read, SHOP } from './apps.ts';
import { folder } from './terminals.ts';

const FILE = '.rails-pool-lint.yml';

const APP: Readonly<Record<string, string>> = {
  ...SHOP,
  Procfile: 'web: bundle exec puma\nworker-2: bundle exec puma -t 2:2\n',
  'config/puma.rb': 'threads 3, ENV.fetch("RAILS_MAX_THREADS", 3)\nworkers ENV.fetch("WEB_CONCURRENCY") { 2 }\n',
  'config/database.yml':
    'production:\n  adapter: postgresql\n  encoding: <%= ENV["DB_CHARSET"] %>\n  host: <%= ENV["DB_HOST"] %>\n  password: <%= ENV["DB_PASSWORD"] %>\n  pool: <%= ENV.fetch("DB_POOL", 5) %>\n',
};

/** The file with every example in it uncommented. */
function uncommented(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('# yaml-language-server'))
    .map((line) => line.replace(/^# /, ''))
    .join('\n');
}

describe('init', () => {
  it('names every variable that is read and not set, every process and the server', async () => {
    const cwd = folder(APP);
    expect(await lint(cwd, ['init'])).toEqual({
      code: 0,
      out: `${FILE} is written; everything in it is commented out.\n`,
      err: '',
    });
    const text = read(cwd, FILE);
    expect(text).toMatch(/^# yaml-language-server: \$schema=node_modules\/rails-pool-lint\/dist\/schema\.json\n/);
    for (const name of ['RAILS_MAX_THREADS', 'WEB_CONCURRENCY', 'DB_HOST', 'DB_POOL', 'DB_PASSWORD'])
      expect(text).toContain(name);
    expect(text).toMatch(
      /^# {3}DB_POOL: 5 .*# read by web and worker-2 at config\/database\.yml:6; 5 while it is unset$/m,
    );
    expect(text).toContain('\n##   DB_CHARSET: read by web and worker-2 at config/database.yml:3\n');
    expect(text).not.toMatch(/RAILS_ENV/);
  });

  it('says which number is invented', async () => {
    const cwd = folder({ ...APP, 'config/puma.rb': 'threads 3, 3\n' });
    await lint(cwd, ['init']);
    const line = /^# {3}WEB_CONCURRENCY: .*$/m.exec(read(cwd, FILE))?.[0];
    expect(line).toMatch(/^# {3}WEB_CONCURRENCY: 5 +# read by web and worker-2; 5 is only an example$/);
  });

  it('changes nothing as it is written', async () => {
    const cwd = folder(APP);
    const before = await lint(cwd, ['-f', 'json']);
    await lint(cwd, ['init']);
    expect(await lint(cwd, ['-f', 'json'])).toEqual(before);
  });

  it('writes examples that hold when they are uncommented', async () => {
    const cwd = folder(APP);
    await lint(cwd, ['init']);
    const text = uncommented(read(cwd, FILE));
    expect(parse(text)).toMatchObject({
      env: { RAILS_MAX_THREADS: 3, WEB_CONCURRENCY: 2, DB_POOL: 5 },
      hosts: { web: 1, 'worker-2': 1 },
      max_connections: 100,
      deployment: ['heroku'],
    });
    writeFileSync(join(cwd, FILE), text);
    // The example of an ignore is of a finding that this app does not have.
    expect(await lint(cwd, ['-f', 'concise', '--disable', 'unused-ignore'])).toMatchObject({
      code: 0,
      out: '',
      err: '',
    });
    expect((await lint(cwd, ['-f', 'concise'])).out).toMatch(
      /^\.rails-pool-lint\.yml:\d+:11: warning unused-ignore .*\n$/,
    );
  });

  it('writes nothing over a file', async () => {
    const cwd = folder({ ...APP, [FILE]: 'cpus: 3\n' });
    const said = 'rails-pool-lint: .rails-pool-lint.yml is there already\n';
    expect(await lint(cwd, ['init'])).toEqual({ code: 2, out: '', err: said });
    expect(read(cwd, FILE)).toBe('cpus: 3\n');
  });

  it('writes into the app it is given, or beside several', async () => {
    const cwd = folder({ 'a/config/application.rb': '', 'b/config/application.rb': '' });
    await lint(cwd, ['init', 'a']);
    expect(read(cwd, `a/${FILE}`)).toContain('# overhead: 3');
    mkdirSync(join(cwd, 'c'));
    expect((await lint(cwd, ['init'])).out).toMatch(/^\.rails-pool-lint\.yml is written/);
  });
});
