import { describe, expect, test } from 'vitest';
import { plainText } from '../../src/erb/rendered.ts';
import { SourceFile } from '../../src/text/source.ts';
import { parsePsych } from '../../src/yaml/psych.ts';
import { entry } from '../../src/yaml/read.ts';
import { at, rendered, shown, trail, unset, valueAt } from './template.ts';

const plain = (text: string) => parsePsych(plainText(new SourceFile('config/database.yml', text))).root;

describe('spans', () => {
  test('of scalars with their quotes, without their properties', () => {
    const root = plain(`a: 5 # c\nb: &x 'q'\nc: !!str "5"\nd: |\n  t\n  u\n\ne: p\n  q\nf:\n`);
    const spans = ['a', 'b', 'c', 'd', 'e', 'f'].map((key) => shown(at(root, key).at));
    expect(spans).toEqual(['«5»', "«'q'»", '«"5"»', '«|\n  t\n  u»', '«p\n  q»', '«»']);
    expect(at(root, 'f').at.start).toBe('a: 5 # c\nb: &x \'q\'\nc: !!str "5"\nd: |\n  t\n  u\n\ne: p\n  q\nf:'.length);
  });

  test('of collections, from their first to their last', () => {
    const root = plain('a:\n  b: 1\n  c:\n  - 1\n  - {x: 1}\n\n# c\nd: [1, 2] # c\n');
    expect(shown(at(root, 'a').at)).toBe('«b: 1\n  c:\n  - 1\n  - {x: 1}»');
    expect(shown(at(root, 'a', 'c').at)).toBe('«- 1\n  - {x: 1}»');
    expect(shown(at(root, 'a', 'c', 1).at)).toBe('«{x: 1}»');
    expect(shown(at(root, 'd').at)).toBe('«[1, 2]»');
  });

  test('of keys', () => {
    const root = plain('"a b" : 1\n? c\n: 2\n');
    expect(root?.kind === 'mapping' && root.entries.map((one) => shown(one.keyAt))).toEqual(['«"a b"»', '«c»']);
  });
});

describe('trails', () => {
  const text = [
    'default: &default',
    '  pool: 5',
    '  nested: {deep: [1]}',
    'production: &production',
    '  <<: *default',
    '  adapter: x',
    'beta: *production',
    'staging:',
    '  <<: [*production, {adapter: y}]',
    '',
  ].join('\n');

  test('a merge stands on top of what it brings, also below', () => {
    const root = plain(text);
    expect(trail(valueAt(root, 'production', 'pool').origin)).toBe('merge «<<: *default» ← literal «5»');
    expect(trail(valueAt(root, 'production', 'nested', 'deep', 0).origin)).toBe('merge «<<: *default» ← literal «1»');
    expect(trail(valueAt(root, 'production', 'adapter').origin)).toBe('literal «x»');
  });

  test('an alias stands on top of what it is', () => {
    const root = plain(text);
    expect(trail(valueAt(root, 'beta', 'pool').origin)).toBe(
      'anchor «*production» ← merge «<<: *default» ← literal «5»',
    );
  });

  test('a merge of several names the whole line', () => {
    const root = plain(text);
    const line = 'merge «<<: [*production, {adapter: y}]»';
    expect(trail(valueAt(root, 'staging', 'pool').origin)).toBe(`${line} ← merge «<<: *default» ← literal «5»`);
    expect(trail(valueAt(root, 'staging', 'adapter').origin)).toBe(`${line} ← literal «x»`);
    const pool = at(root, 'staging');
    expect(pool.kind === 'mapping' && entry(pool, 'pool')?.merges.map(shown)).toEqual([
      '«<<: *default»',
      '«<<: [*production, {adapter: y}]»',
    ]);
  });

  test('what is set again keeps what it was', () => {
    const root = plain('d: &d {pool: 1}\np: {pool: 2, pool: 3, <<: *d, pool: 4}\n');
    const mapping = at(root, 'p');
    const found = mapping.kind === 'mapping' ? entry(mapping, 'pool') : null;
    expect(
      found?.overridden.map((one) => one.value.kind === 'scalar' && one.value.value.known && one.value.value.value),
    ).toEqual([2n, 3n, 1n]);
    expect(shown(found!.keyAt)).toBe('«pool»');
    expect(found?.overridden.map((one) => one.merges.length)).toEqual([0, 0, 1]);
  });
});

describe('what tags print', () => {
  test('a scalar of one tag has the origin of the tag and its assumptions', () => {
    const { root } = parsePsych(rendered('pool: <%= ENV %> # c\n', { ENV: { prints: '5', assumes: [unset('ENV')] } }));
    const value = valueAt(root, 'pool');
    expect(value).toMatchObject({ known: true, value: 5n, assumes: [unset('ENV')] });
    expect(trail(value.origin)).toBe('env «ENV»');
    expect(shown(at(root, 'pool').at)).toBe('«<%= ENV %>»');
  });

  test('a scalar of several pieces is computed from the tags in it', () => {
    const { root } = parsePsych(
      rendered('a: db_<%= X %>_<%= Y %>\nb: "<%= X %>"\n', {
        X: { prints: '1' },
        Y: { prints: '2', assumes: [unset('Y')] },
      }),
    );
    expect(valueAt(root, 'a')).toMatchObject({ known: true, value: 'db_1_2', assumes: [unset('Y')] });
    expect(trail(valueAt(root, 'a').origin)).toBe('computed «db_<%= X %>_<%= Y %>» ← env «X», env «Y»');
    expect(valueAt(root, 'b')).toMatchObject({ known: true, value: '1' });
    expect(trail(valueAt(root, 'b').origin)).toBe('computed «"<%= X %>"» ← env «X»');
  });

  test('a tag that printed nothing made the nil, or the empty string', () => {
    const tags = { X: { prints: '', assumes: [unset('X')] } };
    const { root } = parsePsych(rendered('a: <%= X %>\nb: "<%= X %>"\nc: db<%= X %>\nd:\n', tags));
    expect(valueAt(root, 'a')).toMatchObject({ known: true, value: null, assumes: [unset('X')] });
    expect(trail(valueAt(root, 'a').origin)).toBe('env «X»');
    expect(shown(at(root, 'a').at)).toBe('«<%= X %>»');
    expect(valueAt(root, 'b')).toMatchObject({ known: true, value: '', assumes: [unset('X')] });
    expect(trail(valueAt(root, 'b').origin)).toBe('computed «"<%= X %>"» ← env «X»');
    expect(valueAt(root, 'c')).toMatchObject({ known: true, value: 'db', assumes: [unset('X')] });
    expect(valueAt(root, 'd')).toMatchObject({ known: true, value: null, assumes: [] });
  });

  test('a tag may print keys and whole mappings', () => {
    const { root } = parsePsych(
      rendered('a:\n<%= X %>\nb: 1\n', { X: { prints: '  pool: 5\n  list: [1]', assumes: [unset('X')] } }),
    );
    expect(valueAt(root, 'a', 'pool')).toMatchObject({ known: true, value: 5n, assumes: [unset('X')] });
    expect(trail(valueAt(root, 'a', 'pool').origin)).toBe('computed «<%= X %>» ← env «X»');
    expect(valueAt(root, 'b')).toMatchObject({ assumes: [] });
  });

  test('conditions are assumed by what stands under them, and below it', () => {
    const held = [unset('X')];
    const { root } = parsePsych(
      rendered('<% if %>\na:\n  pool: 5\n<% end %>\nb: 1\nc: <% if %>1<% end %>\n', {
        if: { holds: held },
        end: { holds: [] },
      }),
    );
    expect(valueAt(root, 'a', 'pool')).toMatchObject({ assumes: held });
    expect(valueAt(root, 'b')).toMatchObject({ assumes: [] });
    expect(valueAt(root, 'c')).toMatchObject({ assumes: held });
  });

  test('a key under a condition hands its assumption to what an alias brings', () => {
    const held = [unset('X')];
    const { root } = parsePsych(
      rendered('d: &d\n  pool: 5\n<% if %>\np: *d\nq:\n  <<: *d\n<% end %>\nr: *d\n', {
        if: { holds: held },
        end: { holds: [] },
      }),
    );
    expect(valueAt(root, 'p', 'pool')).toMatchObject({ assumes: held });
    expect(valueAt(root, 'q', 'pool')).toMatchObject({ assumes: held });
    expect(valueAt(root, 'r', 'pool')).toMatchObject({ assumes: [] });
  });
});

describe('problems', () => {
  test('stand where the template has them', () => {
    const template = 'a: <%= X %>\nb: 1\n\tc: 2\n';
    const { root, problem } = parsePsych(rendered(template, { X: { prints: 'a long text' } }));
    expect(root).toBeNull();
    expect(problem?.at.start).toBe(template.indexOf('\t'));
    expect(problem?.message).toContain('a tab cannot indent');
  });

  const texts: [text: string, place: string, message: string][] = [
    ['a: b: c\n', ': c', 'a second ": "'],
    ['a: @x\n', '@x', 'cannot begin with @'],
    ['a: *x\n', '*x', 'the anchor x, which is not defined'],
    ['a: "x\n', '', 'a quote is never closed'],
    ['a: [1\nb: 2\n', '[1', 'a [ is never closed'],
    ['a: \u0000\n', '\u0000', 'U+0000'],
    ['a:\n   b: 1\n  c: 2\n', 'c: 2', 'not indented like the keys around it'],
    ['a: 1\nb\nc: 2\n', 'c: 2', 'has no ":"'],
    ['%FOO\n---\n', '', 'unknown directive'],
  ];
  test.each(texts)('%j', (text, place, message) => {
    const { problem } = parsePsych(plainText(new SourceFile('config/database.yml', text)));
    expect(problem?.message).toContain(message);
    if (place)
      expect(text.slice(problem!.at.start)).toMatch(new RegExp(`^${place.replaceAll(/[*[\]]/gu, '\\$&')}`, 'u'));
  });
});
