import { describe, expect, it } from 'vitest';
import { readCommand } from '../../src/launch/command.ts';
import { readPgbouncerIni } from '../../src/limits/pgbouncer_ini.ts';
import { interpolated } from '../../src/platforms/compose/interpolation.ts';
import { filesMatching } from '../../src/platforms/docker/contents.ts';
import { imageEnvironment } from '../../src/platforms/dockerfile.ts';
import { SYSTEMS } from '../../src/systems/index.ts';
import { SourceFile, span, type Span } from '../../src/text/source.ts';
import { Environment } from '../../src/value/environment.ts';
import { readGoYaml } from '../../src/yaml/go.ts';

function whole(text: string): Span {
  return span(new SourceFile('compose.yml', text), 0, text.length);
}

function interpolate(text: string) {
  return interpolated(text, whole(text), Environment.EMPTY);
}

describe('a deployment that wants the linter to hang or to crash', () => {
  it('nests fallbacks without end', () => {
    const text = '${a:-'.repeat(20_000) + '}'.repeat(20_000);
    expect(interpolate(text)).toMatchObject({ known: false, reason: 'it nests too deep to be followed' });
    const environment = imageEnvironment(new SourceFile('Dockerfile', `FROM ruby\nENV A=${text}`));
    expect(environment.get('A')).toMatchObject({ known: false });
  });

  it('puts a text together from more variables than there can be', () => {
    expect(interpolate('${a:-b}'.repeat(20_000))).toMatchObject({
      known: false,
      reason: 'it has more parts than can be followed',
    });
  });

  it('lets a variable grow until no text holds it', () => {
    const image = imageEnvironment(
      new SourceFile('Dockerfile', `FROM ruby\nENV A=abcdefgh\n${`ENV A=${'$A'.repeat(18)}\n`.repeat(40)}`),
    );
    expect(image.get('A')).toMatchObject({ known: false, reason: 'the text grows too long to be followed' });
  });

  it('continues an instruction over very many lines', () => {
    const image = imageEnvironment(new SourceFile('Dockerfile', `FROM ruby\nENV ${'A=b \\\n'.repeat(50_000)} C=d\n`));
    expect(image.get('C')).toMatchObject({ known: true, value: 'd' });
  });

  it('starts scripts that start scripts', () => {
    const files = new Map<string, string>(
      Array.from({ length: 12 }, (_, level) => [`s${level}`, `#!/bin/sh\n${`s${level + 1}\n`.repeat(200)}`] as const),
    );
    const scripts = (path: string) => (files.has(path) ? new SourceFile(path, files.get(path)!) : null);
    expect(readCommand('s0', whole('s0'), Environment.EMPTY, SYSTEMS, scripts)).toMatchObject({
      candidates: [],
      unresolved: 'it runs more scripts than can be followed',
    });
  });

  it('writes a mapping of very many keys, or one twice among them', () => {
    const keys = Array.from({ length: 15_000 }, (_, index) => `V${index}: ${index}\n`).join('');
    expect(readGoYaml(new SourceFile('compose.yml', keys)).problem).toBeNull();
    expect(readGoYaml(new SourceFile('compose.yml', `${keys}V7: 1\n`)).problem?.message).toBe(
      'Map keys must be unique',
    );
    expect(readGoYaml(new SourceFile('compose.yml', 'a: &x {b: {c: 1, c: 2}}')).problem).not.toBeNull();
    expect(readGoYaml(new SourceFile('compose.yml', '1: a\n"1": b\n')).problem).toBeNull();
  });

  it.each(['['.repeat(200_000), '{a: '.repeat(50_000)])('nests deeper than can be read: %#', (text) =>
    expect(readGoYaml(new SourceFile('compose.yml', text))).toMatchObject({
      roots: [],
      problem: { message: 'this file is nested too deep to be read' },
    }),
  );

  it('includes files by a pattern that divides their names in countless ways', () => {
    const copies = [{ from: '.', to: '/app' }];
    const name = 'a'.repeat(200);
    expect(filesMatching('/app/*a*a*a*a*a*b', copies, [name, 'ab'])).toEqual([]);
    expect(filesMatching('/app/*a*a*a*a*a*a', copies, [name])).toEqual([{ path: `/app/${name}`, from: name }]);
    expect(filesMatching('/app/**.conf', copies, ['a.conf', 'b/c.conf'])).toEqual([
      { path: '/app/a.conf', from: 'a.conf' },
    ]);
  });

  it('writes lines without end for PgBouncer', () => {
    const long = `a${' '.repeat(200_000)}b`;
    const text = `[databases]\nshop = host=db pool_size=7\nx=${long}\ny=${'a'.repeat(300_000)}\n[pgbouncer]\nz=${long}\n`;
    const bouncer = readPgbouncerIni(new SourceFile('pgbouncer.ini', text));
    expect(bouncer.databases.get('shop')?.host).toBe('db');
  });
});
