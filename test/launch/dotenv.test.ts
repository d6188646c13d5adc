import { describe, expect, it } from 'vitest';
import { withDotenv } from '../../src/launch/dotenv.ts';
import { dotenvOf } from '../../src/launch/dotenv_gem.ts';
import { AppFiles } from '../../src/launch/files.ts';
import { MemoryTree } from '../../src/repo/memory.ts';
import { loadRuby } from '../../src/ruby/parse.ts';
import { placeOf, SourceFile } from '../../src/text/source.ts';
import { Environment } from '../../src/value/environment.ts';
import { known, unknown } from '../../src/value/traced.ts';
import { readLockfile } from '../../src/versions/lockfile.ts';
import { Versions } from '../../src/versions/versions.ts';
import { grammar, lintFiles, lockfile } from '../support/lint.ts';

const parser = await loadRuby(grammar);
const set = (value: string) => known<string | null>(value, { kind: 'flag', text: value });

function values(environment: Environment): Record<string, string | null> {
  return Object.fromEntries(
    environment.names.map((name) => {
      const state = environment.stateOf(name)!;
      return [name, state.known ? state.value : `? ${state.reason}`];
    }),
  );
}

// Every row was read with dotenv 3.2.0 itself.
describe('a line of a .env file', () => {
  it.each([
    ['A=1', { A: '1' }],
    ['A=1 # one', { A: '1' }],
    ['A=1#2', { A: '1' }],
    ['A = 1', { A: '1' }],
    ['A: 1', { A: '1' }],
    ['A:1', {}],
    ['  A=1  ', { A: '1' }],
    ['export A=1', { A: '1' }],
    ['export A', {}],
    ['A', { A: '' }],
    ['A=', { A: '' }],
    ['A=two words', { A: 'two words' }],
    ['A="1 # 2"', { A: '1 # 2' }],
    ['A="1" # 2', { A: '1' }],
    ["A='$B \\n'", { A: '$B \\n' }],
    ['A="a\nb"\nC=1', { A: 'a\nb', C: '1' }],
    ['A="a\\nb"', { A: 'a\\nb' }],
    ['A="a\\"b"', { A: 'a"b' }],
    ['A=a\\$b', { A: 'a$b' }],
    ['# A=1', {}],
    ['A=1\r\nB=2\r\n', { A: '1', B: '2' }],
    ['A=1\nA=2', { A: '2' }],
    ['B=2\nA=$B', { A: '2', B: '2' }],
    ['B=2\nA=x${B}y', { A: 'x2y', B: '2' }],
    ['A=$NONE', { A: '' }],
    ['a.b=1', { 'a.b': '1' }],
    ['A=$(nproc)', { A: '? a command says it, which is not run' }],
    ['A=\\$(nproc)', { A: '$(nproc)' }],
  ])('%j', (text, expected) => {
    const read = values(withDotenv(new SourceFile('.env', text), Environment.EMPTY));
    expect(read).toEqual(expected);
  });

  it('is set where it stands', () => {
    const state = withDotenv(new SourceFile('.env', '# pool\nDB_POOL="7" # seven\n'), Environment.EMPTY).get('DB_POOL');
    const origin = state.origin.kind === 'env' ? state.origin.setBy : state.origin;
    expect(origin).toMatchObject({ kind: 'platform' });
    expect('at' in origin && origin.at ? placeOf(origin.at) : null).toMatchObject({
      line: 2,
      column: 1,
      endColumn: 12,
    });
  });

  it('does not touch what is set, nor what may be', () => {
    const before = Environment.EMPTY.with('A', set('9')).with(
      'B',
      unknown('it is a secret', { kind: 'flag', text: 'B' }),
    );
    const after = withDotenv(new SourceFile('.env', 'A=1\nB=2\nC=$A'), before);
    expect(values(after)).toEqual({ A: '9', B: '? it is a secret', C: '9' });
    const opened = Environment.EMPTY.opened('it may be set', { kind: 'flag', text: 'x' }, () => false);
    expect(withDotenv(new SourceFile('.env', 'A=1'), opened).get('A').known).toBe(false);
  });
});

describe('who loads which files', () => {
  const ENVS = { '.env': 'A=plain\nB=plain', '.env.production': 'A=production', '.env.test': 'A=test' };
  function loaded(files: Record<string, string>, gems: Record<string, string>, inImage = false): unknown {
    const own = new AppFiles(new MemoryTree({ ...ENVS, ...files }), '.');
    const lock = readLockfile(new SourceFile('Gemfile.lock', lockfile(gems)));
    const versions = new Versions({ lockfile: lock, constraints: new Map(), assumed: new Map() });
    const load = dotenvOf(own, versions, parser, inImage);
    return load ? values(load(Environment.EMPTY, 'production')) : null;
  }
  const gems = { 'dotenv-rails': '3.1.8' };
  const both = { A: 'production', B: 'plain' };

  it.each([
    ['gem "dotenv-rails"', both],
    ['gem "dotenv-rails", group: :production', both],
    ['group :default, :development do\n  gem "dotenv-rails"\nend', both],
    ['gem "dotenv-rails", groups: [:development, :test]', {}],
    ['group :development, :test do\n  gem "dotenv-rails"\nend', {}],
    ['gem "dotenv-rails", require: false', {}],
    ['gem "dotenv-rails", require: "dotenv/load"', both],
    ['gem "other"', null],
  ])('%j', (Gemfile, expected) => expect(loaded({ Gemfile }, gems)).toEqual(expected));

  it('an app without a Gemfile that has it in its lockfile', () => expect(loaded({}, gems)).toEqual(both));

  it('not one that has only dotenv, which something else asks for', () =>
    expect(loaded({ Gemfile: 'gem "kamal"' }, { dotenv: '3.1.8' })).toBeNull());

  it('not one in an image that leaves them out', () => {
    expect(loaded({ '.dockerignore': '/.env*\n!/.env*.erb\n' }, gems, true)).toEqual({});
    expect(loaded({ '.dockerignore': '**/.env*\n!.env.production\n' }, gems, true)).toEqual({ A: 'production' });
    expect(loaded({ '.dockerignore': '# nothing\nlog/*\n' }, gems, true)).toEqual(both);
    expect(loaded({ '.dockerignore': '/.env*' }, gems)).toEqual(both);
  });

  it('the files for one machine before those for all', () => {
    const files = { '.env.local': 'A=local\nC=local', '.env.production.local': 'A=own' };
    expect(loaded(files, gems)).toEqual({ A: 'own', B: 'plain', C: 'local' });
  });
});

describe('a process that loads the application', () => {
  const app = {
    'Gemfile.lock': lockfile({ rails: '8.0.2', puma: '6.6.0', pg: '1.5.9', 'dotenv-rails': '3.1.8' }),
    'config/application.rb': 'module Shop; class Application < Rails::Application; end; end',
    'config/puma.rb': 'threads_count = ENV.fetch("THREADS", 3)\nthreads threads_count, threads_count\n',
    'config/database.yml': 'production:\n  adapter: postgresql\n  pool: <%= ENV.fetch("DB_POOL", 5) %>\n',
    '.env': 'DB_POOL=7\nTHREADS=7\n',
  };
  async function web(command: string): Promise<unknown> {
    const { projects } = await lintFiles({ ...app, Procfile: `web: ${command}` });
    const [{ processes }] = projects as unknown as [{ processes: { threads: unknown; pools: { size: unknown }[] }[] }];
    return { threads: processes[0]!.threads, size: processes[0]!.pools[0]!.size };
  }

  it('sees them in database.yml, and in puma.rb only where Rails is first', async () => {
    expect(await web('bundle exec puma')).toMatchObject({ size: { value: 7 }, threads: { value: 3 } });
    expect(await web('bin/rails server')).toMatchObject({ size: { value: 7 }, threads: { value: 7 } });
  });
});
