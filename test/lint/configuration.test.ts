import { describe, expect, it } from 'vitest';
import { BadConfiguration, readConfiguration, type Configuration } from '../../src/lint/configuration.ts';
import { placeOf, SourceFile } from '../../src/text/source.ts';

const read = (text: string): Configuration => readConfiguration(new SourceFile('.rails-pool-lint.yml', text));

/** "line:column message" of the complaint; fails when there is none. */
function complaint(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (!(error instanceof BadConfiguration)) throw error;
    const { line, column } = placeOf(error.at);
    return `${line}:${column} ${error.message}`;
  }
  throw new Error('expected a complaint');
}

describe('the configuration file', () => {
  it('may be empty', () => {
    for (const text of ['', '# nothing yet\n', '---\n', 'env:\n']) expect(read(text).env).toEqual([]);
  });

  it('gives variables to every process and to one', () => {
    const { env } = read('env:\n  RAILS_MAX_THREADS: 5\n  worker:\n    DB_POOL: 010\n');
    expect(env.map(({ process, key, value }) => [process, key, value])).toEqual([
      [null, 'RAILS_MAX_THREADS', '5'],
      ['worker', 'DB_POOL', '010'],
    ]);
    expect(env[1]!.origin).toMatchObject({ kind: 'flag', text: '.rails-pool-lint.yml' });
  });

  it('gives counts and limits', () => {
    const configuration = read('hosts: {web: 2}\nmax_connections: 100\noverhead: 5\ncpus: 4\nenvironment: staging\n');
    expect(configuration.hosts.get('web')?.value).toBe(2);
    expect(configuration.maxConnections.map(({ server, value }) => [server, value])).toEqual([[null, 100]]);
    expect(configuration.overhead?.value).toBe(5);
    expect(configuration.cpus?.value).toBe(4);
    expect(configuration.environment).toBe('staging');
  });

  it('gives limits by server', () => {
    const { maxConnections } = read('max_connections:\n  "db.internal:5432": 200\n');
    expect(maxConnections.map(({ server, value }) => [server, value])).toEqual([['db.internal:5432', 200]]);
  });

  it('takes off and false for the same', () => {
    const { rules } = read('rules:\n  a: off\n  b: false\n  c: info\n');
    expect([...rules]).toEqual([
      ['a', 'off'],
      ['b', 'off'],
      ['c', 'info'],
    ]);
  });

  it.each([
    ['enviroment: production\n', '1:1 unknown key `enviroment`'],
    ['hosts:\n  web: many\n', '2:8 hosts of web must be a whole number from 0'],
    ['hosts: 3\n', '1:8 hosts must be a mapping'],
    ['- a\n', '1:1 the configuration must be a mapping'],
    ['rules:\n  a: loud\n', '2:6 no severity is called `loud`'],
    ['exclude: 5\n', '1:10 a glob must be a text'],
    ['exclude: [app, true]\n', '1:16 a glob must be a text'],
    ['exclude: /\n', '1:10 a glob must name something'],
    [`exclude: ${'a'.repeat(70_000)}\n`, '1:10 a glob has at most 1000 characters and 6 stars'],
    [`exclude: '${'*a'.repeat(20)}b'\n`, '1:10 a glob has at most 1000 characters and 6 stars'],
    ['cpus: 0\n', '1:7 cpus must be a whole number from 1'],
    ['cpus: 1\ncpus: 2\n', '2:1 `cpus` is written twice'],
    ['env: {A: 1, A: 2}\n', '1:13 `A` is written twice'],
    ['ignore: parse-error\n', '1:9 ignore must be a list'],
    ['ignore:\n  - parse-error\n', '2:5 an ignore must be a mapping'],
    ['ignore:\n  - { rule: parse-error }\n', '2:5 an ignore needs a reason'],
    ['ignore:\n  - { reason: why }\n', '2:5 an ignore needs a rule'],
    ['ignore:\n  - { rule: a, reason: " " }\n', '2:24 an ignore needs a reason'],
    ['ignore:\n  - { rule: a, reasons: b }\n', '2:16 unknown key `reasons`'],
    ['exclude: { a: b }\n', '1:10 a glob must be a text'],
  ])('complains of %j at its place', (text, message) => expect(complaint(text)).toBe(message));

  it('matches globs from its own folder, and what is below a folder', () => {
    const excludes = (path: string, pattern: string, of: string): boolean =>
      readConfiguration(new SourceFile(path, `exclude: "${pattern}"\n`), '/home/shop').exclude!(of);
    expect(excludes('.rails-pool-lint.yml', 'engines', 'engines/a/config/database.yml')).toBe(true);
    expect(excludes('.rails-pool-lint.yml', './engines/', 'engines/a')).toBe(true);
    expect(excludes('.rails-pool-lint.yml', '**/*.rake', 'lib/tasks/.hidden/a.rake')).toBe(true);
    expect(excludes('.rails-pool-lint.yml', 'engine', 'engines/a')).toBe(false);
    expect(excludes('apps/a/.rails-pool-lint.yml', 'config/puma.rb', 'apps/a/config/puma.rb')).toBe(true);
    expect(excludes('apps/a/.rails-pool-lint.yml', 'config/puma.rb', 'config/puma.rb')).toBe(false);
    expect(excludes('../.rails-pool-lint.yml', 'shop/config/puma.rb', 'config/puma.rb')).toBe(true);
  });

  it('complains of YAML that does not parse', () => {
    expect(complaint('env: {a: 1\n')).toMatch(/^\d+:\d+ /);
  });
});
