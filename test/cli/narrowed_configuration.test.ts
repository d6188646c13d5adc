import { describe, expect, it } from 'vitest';
import { lint, SHOP } from './apps.ts';
import { folder } from './terminals.ts';

const SIDEKIQ = 'web: bundle exec puma -t 5\nworker: bundle exec sidekiq -c 5\n';

/** Two apps: only the shop has a worker. */
function repository(configuration: string, library: Readonly<Record<string, string>> = {}): string {
  const below = (name: string, files: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(files).map(([path, text]) => [`apps/${name}/${path}`, text]));
  return folder({
    '.rails-pool-lint.yml': configuration,
    ...below('library', { ...SHOP, Procfile: 'web: bundle exec puma -t 5\n', ...library }),
    ...below('shop', { ...SHOP, Procfile: SIDEKIQ }),
  });
}

const PART: readonly (readonly [why: string, argv: readonly string[], stdin?: string])[] = [
  ['another app', ['apps/library']],
  ['a file of another app', ['apps/library/config/puma.rb']],
  ['what an editor has of it', ['--stdin-filename', 'apps/library/config/puma.rb'], 'threads 5, 5\n'],
];

describe('a name in the configuration of several apps', () => {
  it.each([
    ['env: { worker: { RAILS_MAX_THREADS: 5 } }\n', 'no process is called `worker`'],
    ['hosts: { worker: 2 }\n', 'no process is called `worker`'],
    ['max_connections: { "db.example:5432": 20 }\n', 'no server is called `db.example:5432`'],
    ['deployment: [compose]\n', 'no deployment is called `compose`'],
  ])('is no mistake where the run does not look at its app: %s', async (text, message) => {
    for (const [why, argv, stdin] of PART) {
      const { code, err } = await lint(repository(text), argv, stdin);
      expect([code, err], why).toEqual([0, '']);
    }
    const { code, err } = await lint(repository(text.replaceAll('worker', 'wrker')), []);
    expect(code).toBe(2);
    expect(err).toContain(message.replaceAll('worker', 'wrker'));
  });

  it('may be one of any of them', async () => {
    for (const text of ['hosts: { worker: 2 }\n', 'deployment: [heroku]\n']) {
      expect((await lint(repository(text), [])).code).toBe(0);
    }
    const compose =
      'services:\n  web:\n    command: bundle exec puma -t 5\n    environment: { RAILS_ENV: production }\n';
    const other = { Procfile: '', 'compose.yml': compose };
    expect((await lint(repository('deployment: [compose]\n', other), [])).code).toBe(0);
  });

  it.each([['--deployment', 'heroku'], ['--set', 'DATABASE_URL=postgres://other.example/shop'], ['--no-config']])(
    'is no mistake where a flag looks at something else: %s %s',
    async (...flags) => {
      const cwd = repository('hosts: { wrker: 2 }\nmax_connections: { "db.example:5432": 20 }\n');
      expect(await lint(cwd, flags)).toMatchObject({ code: 0, err: '' });
    },
  );

  it('is a mistake in a flag, whatever is read', async () => {
    const cwd = repository('');
    expect(await lint(cwd, ['apps/library', '--hosts', 'worker=2'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('no process is called `worker`'),
    });
    expect((await lint(cwd, ['apps/shop', '--hosts', 'worker=2'])).code).toBe(0);
  });
});

describe('a configuration that excludes', () => {
  it.each(["exclude: ['**']", "exclude: '*'", 'exclude: [config, Gemfile.lock, Procfile]'])(
    'all of an app leaves none: %s',
    async (text) => {
      const cwd = folder({ ...SHOP, '.rails-pool-lint.yml': `${text}\n` });
      for (const argv of [[], ['show'], ['budget']]) {
        expect(await lint(cwd, argv)).toMatchObject({
          code: 2,
          err: expect.stringContaining('`exclude` in the configuration leaves no app to read'),
        });
      }
    },
  );

  it('a part of it reads the rest', async () => {
    const cwd = folder({ ...SHOP, 'app/old.rb': '', '.rails-pool-lint.yml': 'exclude: [app]\n' });
    expect((await lint(cwd, [])).err).toBe('');
  });
});
