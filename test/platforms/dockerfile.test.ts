import { describe, expect, it } from 'vitest';
import { AppFiles } from '../../src/launch/files.ts';
import { readImage } from '../../src/platforms/docker/image.ts';
import { deployedImageOf, dockerEnvironment, imageEnvironment } from '../../src/platforms/dockerfile.ts';
import { inferred } from '../../src/platforms/inferred.ts';
import { MemoryTree } from '../../src/repo/memory.ts';
import { placeOf, SourceFile } from '../../src/text/source.ts';
import { Environment } from '../../src/value/environment.ts';
import { known } from '../../src/value/traced.ts';
import { app } from './harness.ts';

function image(text: string): Record<string, string | null> {
  const environment = imageEnvironment(new SourceFile('Dockerfile', text));
  return Object.fromEntries(
    environment.names.map((name) => {
      const state = environment.get(name);
      return [name, state.known ? state.value : '?'];
    }),
  );
}

describe('ENV', () => {
  it.each([
    ['ENV a=b', { a: 'b' }],
    ['env a=b', { a: 'b' }],
    ['  ENV a=b', { a: 'b' }],
    ['ENV a=b c="d e" f=g\\ h', { a: 'b', c: 'd e', f: 'g h' }],
    ["ENV a='b $c' d=x'y'\"z\"", { a: 'b $c', d: 'xyz' }],
    ['ENV a b c', { a: 'b c' }],
    ['ENV a   "b c"', { a: 'b c' }],
    ['ENV ONE TWO= THREE=world', { ONE: 'TWO= THREE=world' }],
    ['ENV a=', { a: '' }],
    ['ENV a=b=c', { a: 'b=c' }],
    ['ENV a=b \\\n    c=d', { a: 'b', c: 'd' }],
    ['ENV a=b \\  \n\n  # no\n    c=d', { a: 'b', c: 'd' }],
    ['ENV a=b\\\nc', { a: 'bc' }],
    ['ENV a=b\r\nENV c=d\r\n', { a: 'b', c: 'd' }],
    ['ENV a=b \\\r\n c=d\r\n', { a: 'b', c: 'd' }],
    ['ENV a="b \\" \\$c \\d"', { a: 'b " $c \\d' }],
    ['# ENV a=b', {}],
    ['ENV', {}],
    ['ENV a', {}],
    ['ONBUILD ENV a=b', {}],
    ['ENV a=1\nENV a=2', { a: '2' }],
    ['RUN <<EOF\nENV a=b\nEOF\nENV c=d', { c: 'd' }],
    ['RUN <<-"EOF"\nENV a=b\n\tEOF\nENV c=d', { c: 'd' }],
    ['RUN echo $((1<<N))\nENV c=d', { c: 'd' }],
  ])('%j', (text, expected) => expect(image(`FROM ruby\n${text}`)).toEqual(expected));

  it.each([
    ['ENV a=1\nENV b=$a c=${a}0 d="$a-$a" e=\\$a', { a: '1', b: '1', c: '10', d: '1-1', e: '$a' }],
    ['ENV a=hello\nENV a=bye b=$a', { a: 'bye', b: 'hello' }],
    ['ENV a=1 b=\nENV c=${a:-5} d=${b:-5} e=${b-5} f=${no:-5}', { a: '1', b: '', c: '1', d: '5', e: '', f: '5' }],
    ['ENV a=1\nENV b=${a:+x} c=${no:+x} d=${no:-${a}}', { a: '1', b: 'x', c: '', d: '1' }],
    ['ENV a=$no b=${no:?x} c=${a#1} d=5$', { a: '', b: '?', c: '?', d: '5$' }],
    ['ENV a=${no', { a: '' }],
    ['ARG a=1\nENV b=$a', { b: '1' }],
    ['ARG a=1 c=$a\nENV b=$c', { b: '1' }],
    ['ARG a\nENV b=$a', { b: '?' }],
    ['ARG a\nENV b=${a:-3}', { b: '?' }],
    ['ENV a=2\nARG a=1\nENV b=$a', { a: '2', b: '2' }],
    ['ARG a=1\nRUN x', {}],
  ])('substitutes in %j', (text, expected) => expect(image(`FROM ruby\n${text}`)).toEqual(expected));

  it('has an escape of its own', () => {
    expect(image('# syntax=docker/dockerfile:1\n# escape=`\nFROM x\nENV a=b` c d=e\\ f=`\ng')).toEqual({
      a: 'b c',
      d: 'e\\',
      f: 'g',
    });
    expect(image('# a comment\n# escape=`\nFROM x\nENV a=b\\ c')).toEqual({ a: 'b c' });
  });

  it.each([
    ['FROM ruby AS base\nENV a=1\nFROM base AS build\nENV b=2\nFROM base\nENV c=3', { a: '1', c: '3' }],
    ['FROM ruby as Base\nENV a=1\nFROM --platform=$X base', { a: '1' }],
    ['FROM ruby AS build\nENV a=1\nFROM ruby\nENV c=3', { c: '3' }],
    ['ARG base=one\nFROM x AS one\nENV a=1\nFROM x AS two\nENV b=1\nFROM ${base}', { a: '1' }],
    ['ARG v=7\nFROM x\nENV a=$v', { a: '' }],
    ['ARG v=7\nFROM x\nARG v\nENV a=$v', { a: '7' }],
    ['FROM x AS a\nARG v=7\nFROM a\nENV b=$v', { b: '7' }],
    ['', {}],
    ['ENV a=b', {}],
  ])('of the stages that count: %j', (text, expected) => expect(image(text)).toEqual(expected));

  it('knows where it stands and what it rests on', () => {
    const text = 'FROM ruby\nARG n=5\nENV A=1 \\\n    POOL="9" \\\n    N=$n\nENV OLD form here\n';
    const environment = imageEnvironment(new SourceFile('Dockerfile', text));
    const setBy = (name: string) => {
      const { origin } = environment.stateOf(name)!;
      if (origin.kind !== 'platform') throw new Error(origin.kind);
      const { line, column, endColumn } = placeOf(origin.at);
      return `${line}:${column}-${endColumn}`;
    };
    expect([setBy('A'), setBy('POOL'), setBy('N'), setBy('OLD')]).toEqual(['3:5-8', '4:5-13', '5:5-9', '6:5-18']);
    expect(environment.get('POOL')).toMatchObject({ value: '9', assumes: [] });
    expect(environment.get('N')).toMatchObject({ value: '5', assumes: [{ kind: 'unset', variable: 'n' }] });
  });
});

describe('stages', () => {
  const text = [
    'FROM ruby AS gems',
    'COPY docker/start.sh /built/',
    'FROM node',
    'COPY docker/assets.sh /built/',
    'FROM ruby',
    'COPY --from=0 /built/start.sh /usr/bin/start.sh',
    'COPY --from=1 /built/assets.sh /usr/bin/assets.sh',
    'COPY --from=7 /built/none.sh /usr/bin/none.sh',
    'ENV LAST=yes',
  ].join('\n');
  const read = (options = {}) => readImage(new SourceFile('Dockerfile', text), options);
  const brought = (options = {}) => read(options).copies.map((one) => `${one.from} ${one.to}`);

  it('are copied from by number, with a name or without', () => {
    const all = brought();
    expect(all).toContain('docker/start.sh /usr/bin/start.sh');
    expect(all).toContain('docker/assets.sh /usr/bin/assets.sh');
    expect(all.filter((one) => one.includes('none.sh'))).toEqual([]);
  });

  it('are built by name and by number', () => {
    expect(brought({ target: 'gems' })).toEqual(brought({ target: '0' }));
    expect(brought({ target: '1' })[0]).toBe('docker/assets.sh /built/assets.sh');
    expect(read({ target: '2' }).environment.get('LAST')).toMatchObject({ value: 'yes' });
    expect(read({ target: '1' }).environment.declares('LAST')).toBe(false);
  });
});

describe('the image that a platform names', () => {
  const shop = 'FROM ruby\nCOPY --chown=1000 . /shop\nCMD ["bundle", "exec", "puma"]\n';
  const found = (files: Record<string, string>): boolean =>
    deployedImageOf(new AppFiles(new MemoryTree(files), '.'), Environment.EMPTY) !== null;

  it.each([
    [['Dockerfile'], true],
    [['Dockerfile', 'docker/Dockerfile'], true],
    [['docker/Dockerfile'], true],
    [['production.Dockerfile', '.devcontainer/Dockerfile', 'docker/Dockerfile.dev', 'docker/ci.Dockerfile'], true],
    [['docker/web/Dockerfile', 'docker/jobs/Dockerfile'], false],
    [['.devcontainer/Dockerfile'], false],
    [[], false],
  ])('is one of the app alone: %j', (paths, expected) => {
    expect(found(Object.fromEntries(paths.map((path) => [path, shop])))).toBe(expected);
  });

  it('is none of what runs beside the app', () => {
    const postgres = 'FROM postgres\nCOPY init.sql /docker-entrypoint-initdb.d/\n';
    expect(found({ 'docker/postgres/Dockerfile': postgres, 'docker/web/Dockerfile': shop })).toBe(true);
    expect(found({ 'docker/postgres/Dockerfile': postgres })).toBe(false);
  });
});

describe('the environment of a process', () => {
  const said = (name: string, value: string, on = Environment.EMPTY) =>
    on.with(name, known(value, { kind: 'flag', text: name }));
  const files = (dockerfile: string) => new AppFiles(new MemoryTree({ Dockerfile: dockerfile }), '.');

  it('has what the image says, below what is said of the process', () => {
    const base = said('RAILS_ENV', 'staging', said('POOL', '3'));
    const environment = dockerEnvironment(files('FROM x\nENV POOL=9 RAILS_ENV=production MORE=1'), base);
    expect(environment.names.map((name) => [name, environment.get(name)])).toMatchObject([
      ['POOL', { value: '3' }],
      ['RAILS_ENV', { value: 'staging' }],
      ['MORE', { value: '1' }],
    ]);
  });

  it('has nothing of an image for development', () => {
    const base = said('RAILS_ENV', 'production');
    expect(dockerEnvironment(files('FROM x\nENV RAILS_ENV=development POOL=9'), base)).toBe(base);
    const development = said('RAILS_ENV', 'development');
    const environment = dockerEnvironment(files('FROM x\nENV RAILS_ENV=development POOL=9'), development);
    expect(environment.get('POOL')).toMatchObject({ value: '9' });
  });

  it('is the same without a Dockerfile', () => {
    const base = said('RAILS_ENV', 'production');
    expect(dockerEnvironment(new AppFiles(new MemoryTree({}), '.'), base)).toBe(base);
  });

  it('is that of every process of an app that nothing deploys', () => {
    const given = app({ Dockerfile: 'FROM x\nENV RAILS_MAX_THREADS=9' }, ['puma', 'sidekiq']);
    const [deployment] = inferred.read(given);
    expect(deployment!.launches.map((one) => one.environment.get('RAILS_MAX_THREADS'))).toMatchObject([
      { value: '9' },
      { value: '9' },
    ]);
  });
});
