import { describe, expect, test } from 'vitest';
import { plainText } from '../../src/erb/rendered.ts';
import { SourceFile } from '../../src/text/source.ts';
import type { PsychDocument, PsychNode } from '../../src/yaml/node.ts';
import { parsePsych } from '../../src/yaml/psych.ts';
import { at, valueAt } from './template.ts';

function read(text: string): PsychDocument {
  return parsePsych(plainText(new SourceFile('config/database.yml', text)));
}

function count(node: PsychNode | null): number {
  if (!node || node.kind === 'scalar') return 1;
  const below = node.kind === 'mapping' ? node.entries.map((one) => one.value) : node.items;
  return below.reduce((sum, one) => sum + count(one), 1);
}

describe('hostile documents end', () => {
  test('circles are unknown where they close', () => {
    expect(at(read('&a [*a]').root, 0)).toMatchObject({ kind: 'scalar', value: { known: false } });
    expect(at(read('&a {x: *a}').root, 'x')).toMatchObject({ kind: 'scalar', value: { known: false } });
    expect(count(read('&a {x: &b {y: *a, z: *b}, w: *b}').root)).toBeLessThan(10);
  });

  test('aliases of aliases are not written out', () => {
    const laughs = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 30; level++)
      laughs.push(
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    const { root, problem } = read(laughs.join('\n'));
    expect(problem).toBeNull();
    expect(count(root)).toBeLessThan(1_500_000);
    expect(valueAt(root, 'a29', 0)).toMatchObject({ known: false });
  });

  test('nor are merges of merges', () => {
    const lines = ['a0: &a0 {k0: 1}'];
    for (let level = 1; level < 700; level++) lines.push(`a${level}: &a${level} {<<: *a${level - 1}, k${level}: 1}`);
    const { root, problem } = read(lines.join('\n'));
    expect(problem).toBeNull();
    expect(at(root, 'a699')).toMatchObject({ kind: 'mapping' });
    expect(valueAt(root, 'a60', 'k0')).toMatchObject({ known: true, value: 1n });
  });

  test('depth is a problem', () => {
    const deep = [
      '['.repeat(10_000),
      `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
      '{a: '.repeat(10_000),
      '- '.repeat(10_000),
      `${'- '.repeat(5_000)}${'['.repeat(5_000)}`,
      Array.from({ length: 3000 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'),
      Array.from({ length: 10_000 }, () => '? ').join(''),
    ];
    for (const text of deep) expect(read(text).problem?.message).toContain('levels deep');
  });

  test('deep aliases are unknown', () => {
    const lines = ['a0: &a0 [1]'];
    for (let level = 1; level < 1500; level++) lines.push(`a${level}: &a${level} [*a${level - 1}]`);
    const { root, problem } = read(lines.join('\n'));
    expect(problem).toBeNull();
    expect(count(root)).toBeLessThan(1_500_000);
  });

  test('megabytes are read', () => {
    const section = (number: number): string =>
      `section_${number}: &s${number}\n  <<: *default\n  adapter: postgresql\n  pool: ${number}\n  url: "postgres://u:p@h/${number}"\n  list: [1, 2, x]\n`;
    let text = 'default: &default\n  encoding: utf8\n  host: h\n';
    for (let number = 0; text.length < 2_000_000; number++) text += section(number);
    const { root, problem } = read(text);
    expect(problem).toBeNull();
    expect(valueAt(root, 'section_7', 'host')).toMatchObject({ value: 'h' });
  });

  test('more than configuration can be is not read', () => {
    const keys = Array.from({ length: 200_000 }, (_, i) => `key${i}: value\n`).join('');
    for (const text of [keys, `a: ${'x'.repeat(9_000_000)}`, `a: [${'1,'.repeat(400_000)}]`]) {
      const { root, problem } = read(text);
      expect(problem).toBeNull();
      expect(root).toMatchObject({ value: { known: false, reason: 'too large to read as configuration' } });
    }
  });

  test('an object of a class is named, and shows nothing of what it holds', () => {
    const node = at(read('production: !ruby/object:Thing {password: x}\nday: 2024-01-31\n').root, 'production');
    expect(node).toMatchObject({ kind: 'scalar', value: { known: true } });
    const { value } = node as unknown as { value: { value: unknown } };
    expect(String(value.value)).toBe('#<Thing>');
  });

  test('long lines, long scalars, many comments and many duplicates too', () => {
    const long = 'x'.repeat(500_000);
    expect(valueAt(read(`a: ${long}\nb: "${long}"\nc: '${long}'\nd: |\n  ${long}\n`).root, 'b')).toMatchObject({
      known: true,
    });
    expect(read('# c\n'.repeat(200_000)).root).toBeNull();
    expect(read('a: 1\n'.repeat(100_000)).problem).toBeNull();
    expect(read(`a: [${'1,'.repeat(100_000)}]`).problem).toBeNull();
    expect(read(`a:${'\n'.repeat(300_000)} b`).problem).toBeNull();
    expect(read(`a: "${'\n'.repeat(300_000)}"`).problem).toBeNull();
    expect(read(`a: x${'\n  y'.repeat(100_000)}`).problem).toBeNull();
  });
});
