import { describe, expect, test } from 'vitest';
import { HOLE, plainText } from '../../src/erb/rendered.ts';
import { SourceFile } from '../../src/text/source.ts';
import type { PsychNode } from '../../src/yaml/node.ts';
import { parsePsych } from '../../src/yaml/psych.ts';
import { lookup } from '../../src/yaml/read.ts';
import { at, rendered, trail, unset, valueAt, type Tag } from './template.ts';

const H: Readonly<Record<string, Tag>> = { H: { unknown: 'nobody knows H' } };

function read(template: string, tags: Readonly<Record<string, Tag>> = H): PsychNode | null {
  const { root, problem } = parsePsych(rendered(template, tags));
  expect(problem).toBeNull();
  return root;
}

/** The paths of the collections that are open. */
function open(node: PsychNode | null, path = '/'): string[] {
  if (!node || node.kind === 'scalar') return [];
  const below =
    node.kind === 'mapping'
      ? node.entries.flatMap((one) => open(one.value, `${path}${String(one.key)}/`))
      : node.items.flatMap((one, index) => open(one, `${path}${index}/`));
  return node.open === null ? below : [path, ...below];
}

/** The paths of the mappings that assume something of what they lack. */
function guarded(node: PsychNode | null, path = '/'): string[] {
  if (!node || node.kind === 'scalar') return [];
  if (node.kind === 'sequence') return node.items.flatMap((one, index) => guarded(one, `${path}${index}/`));
  const below = node.entries.flatMap((one) => guarded(one.value, `${path}${String(one.key)}/`));
  return node.absent.length === 0 ? below : [path, ...below];
}

describe('a hole in a scalar', () => {
  test('makes it unknown for the reason of the hole', () => {
    const root = read('a: <%= H %>\nb: db_<%= H %> # c\nc: "<%= H %>"\nd: |\n  x\n  <%= H %>\ne: 1\n');
    for (const key of ['a', 'b', 'c', 'd'])
      expect(valueAt(root, key)).toMatchObject({ known: false, reason: 'nobody knows H', candidates: null });
    expect(trail(valueAt(root, 'a').origin)).toBe('env «H»');
    expect(trail(valueAt(root, 'b').origin)).toBe('computed «db_<%= H %>» ← env «H»');
    expect(valueAt(root, 'e')).toMatchObject({ value: 1n });
    expect(open(root)).toEqual([]);
  });

  test('in a scalar of several lines, even alone on one', () => {
    const root = read('a: x\n  <%= H %>\n  y\nb: |\n  x\n<%= H %>\n  y\nc: "x\n<%= H %>\n"\nd: 1\n');
    for (const key of ['a', 'b', 'c']) expect(valueAt(root, key)).toMatchObject({ known: false });
    expect(valueAt(root, 'd')).toMatchObject({ value: 1n });
  });

  test('has the candidates of the hole, read as Psych reads them', () => {
    const tags: Record<string, Tag> = { H: { unknown: 'either', candidates: ['5', '010', 'x # c', ''] } };
    const values = (root: PsychNode | null, key: string): unknown => {
      const value = valueAt(root, key);
      return value.known ? value : value.candidates?.map((one) => one.value);
    };
    const root = read(
      'a: <%= H %>\nb: 1<%= H %>\nc: "<%= H %>"\nd: [<%= H %>, 1]\ne:\n  <%= H %>\nf: !!str <%= H %>\n',
      tags,
    );
    expect(values(root, 'a')).toEqual([5n, 8n, 'x', null]);
    expect(values(root, 'b')).toEqual([15n, 1010n, '1x', 1n]);
    expect(values(root, 'c')).toEqual(['5', '010', 'x # c', '']);
    expect(values(root, 'e')).toEqual([5n, 8n, 'x', null]);
    expect(values(root, 'f')).toEqual(['5', '010', 'x', '']);
    expect(open(root)).toEqual(['/d/']);
  });

  test('has none when one of them is no scalar', () => {
    for (const text of ['[1]', 'a: b', '- x', '*a', '"', '1\nb: 2', '{', 'x\n---\ny']) {
      const root = read('a: <%= H %>\n', { H: { unknown: 'either', candidates: ['5', text] } });
      expect(valueAt(root, 'a')).toMatchObject({ known: false, candidates: null });
    }
  });

  test('an apple in the template is no hole', () => {
    const { root } = parsePsych(plainText(new SourceFile('a.yml', `a: ${HOLE}\nb:\n- ${HOLE}\n`)));
    expect(valueAt(root, 'a')).toMatchObject({ known: true, value: HOLE });
  });
});

describe('a hole alone on a line opens what may contain it', () => {
  const cases: [what: string, template: string, opened: string[]][] = [
    ['at the beginning', '<%= H %>\na:\n  b: 1\n', ['/']],
    ['at the end', 'a:\n  b: 1\n<%= H %>\n', ['/', '/a/']],
    ['with a comment', 'a: 1\n<%= H %> # c\n', ['/']],
    ['two on a line', 'a: 1\n<%= H %> <%= H %>\n', ['/']],
    ['in a block, indented like it', 'a:\n  b: 1\n  <%= H %>\n  c: 1\nd: 1\n', ['/a/']],
    ['in a block, before its first key', 'a:\n  <%= H %>\n  b: 1\n', ['/a/']],
    ['in a block, not indented', 'a:\n  b: 1\n<%= H %>\n  c: 1\nd:\n  e: 1\n', ['/', '/a/']],
    ['after a block, indented like its parent', 'a:\n  b:\n    c: 1\n  <%= H %>\n  d: 1\n', ['/a/', '/a/b/']],
    ['after a block, indented like it', 'a:\n  b:\n    c: 1\n    <%= H %>\n  d: {e: 1}\n', ['/a/b/']],
    ['indented more than the block', 'a:\n  b: {}\n      <%= H %>\n  d: 1\n', ['/a/']],
    ['in a list', 'a:\n  - x\n  <%= H %>\n  - y\n', ['/a/']],
    ['in a list that is not indented', 'a:\n- x: 1\n<%= H %>\n- y: 1\nb: 1\n', ['/', '/a/', '/a/0/']],
    ['in an item', 'a:\n  - x: 1\n    <%= H %>\n  - y: 1\n', ['/a/0/']],
    ['in a flow mapping', 'a: {b: 1,\n  <%= H %>\n}\nc: 1\n', ['/a/']],
    ['as an item of a flow list', 'a: [1, <%= H %>]\n', ['/a/']],
    ['as a key', 'a:\n  <%= H %>: 1\n  b: 1\n', ['/a/']],
    ['as a part of a key', 'a:\n  b_<%= H %>: {c: 1}\n  d: 1\n', ['/a/']],
    ['as what is merged', 'a:\n  b: 1\n  <<: <%= H %>\n', ['/a/']],
  ];
  test.each(cases)('%s', (_what, template, opened) => {
    expect(open(read(template)).toSorted()).toEqual(opened);
  });

  test('and what is open may have any key, but what is written stays known', () => {
    const root = read('a:\n  b: 1\n  <%= H %>\n');
    const mapping = at(root, 'a');
    if (mapping.kind !== 'mapping') throw new Error('no mapping');
    expect(lookup(mapping, 'b')).toMatchObject({ kind: 'present' });
    expect(lookup(mapping, 'c')).toEqual({ kind: 'maybe', reason: 'nobody knows H' });
    if (root?.kind !== 'mapping') throw new Error('no mapping');
    expect(lookup(root, 'c')).toEqual({ kind: 'absent', assumes: [] });
  });

  test('a merge of what is open opens', () => {
    expect(open(read('a: &a\n  b: 1\n  <%= H %>\nc:\n  <<: *a\nd: *a\ne:\n  <<: [*a, {x: 1}]\n'))).toEqual([
      '/a/',
      '/c/',
      '/d/',
      '/e/',
    ]);
  });

  test('where a value is expected, it may be the value', () => {
    const root = read('a:\n  <%= H %>\nb: 1\nc:\n<%= H %>\n');
    expect(valueAt(root, 'a')).toMatchObject({ known: false, reason: 'nobody knows H' });
    expect(valueAt(root, 'c')).toMatchObject({ known: false });
    expect(valueAt(root, 'b')).toMatchObject({ value: 1n });
  });

  test('where a key with deeper keys is expected, it may be that key', () => {
    const root = read('a:\n  <%= H %>\n    b: 1\nc: 1\n');
    expect(at(root, 'a')).toMatchObject({ kind: 'scalar', value: { known: false } });
    expect(valueAt(root, 'c')).toMatchObject({ value: 1n });
  });

  test('a whole document', () => {
    for (const template of [
      '<%= H %>',
      '<%= H %>\n',
      '\n  <%= H %>\n',
      '# c\n<%= H %>\n',
      '---\n<%= H %>\n',
      '--- <%= H %>\n',
    ])
      expect(read(template)).toMatchObject({ kind: 'scalar', value: { known: false, reason: 'nobody knows H' } });
  });

  test('it may be what breaks the document, or what would mend it', () => {
    for (const template of [
      'a:\n  b: 1\n  <%= H %>\n    c: 1\n',
      'a: {<%= H %>\nb: 1\n',
      'a: <%= H %>: 1\n',
      'a: &<%= H %> 1\n',
    ])
      expect(read(template)).toMatchObject({ kind: 'scalar', value: { known: false } });
    expect(valueAt(read('a: <%= H %>\nb: *x\n'), 'b')).toMatchObject({ known: false });
    expect(parsePsych(rendered('a: <%= H %>\nb: [\n', H)).problem).not.toBeNull();
  });
});

describe('what was skipped is assumed by what lacks it', () => {
  const tags: Readonly<Record<string, Tag>> = { skip: { skips: [unset('X')] } };
  const cases: [what: string, template: string, where: string[]][] = [
    ['at the beginning', '<% skip %>a:\n  b: 1\n', ['/']],
    ['in a block', 'a:\n  b: 1\n<% skip %>  c: 1\nd:\n  e: 1\n', ['/', '/a/']],
    ['before the first key of a block', 'a:\n<% skip %>  b: 1\nd:\n  e: 1\n', ['/', '/a/']],
    ['right after a key', 'a:<% skip %>\n  b: 1\n', ['/', '/a/']],
    ['after a block', 'a:\n  b: 1\n<% skip %>\nd:\n  e: 1\n', ['/', '/a/']],
    ['after nested blocks', 'a:\n  b:\n    c: 1\n<% skip %>d:\n  e: 1\n', ['/', '/a/', '/a/b/']],
    ['at the end', 'a:\n  b: 1\nd:\n  e: 1\n<% skip %>', ['/', '/d/']],
    ['in a flow mapping', 'a: {b: 1<% skip %>}\nc: {d: 1}\n', ['/', '/a/']],
    ['in a merged mapping', 'a: &a\n  b: 1\n<% skip %>\nc: {x: 1}\nd: {<<: *a}\ne: *a\n', ['/', '/a/', '/d/', '/e/']],
  ];
  test.each(cases)('%s', (_what, template, where) => {
    expect(guarded(read(template, tags))).toEqual(where);
  });

  test('a scalar next to it assumes it, its neighbours do not', () => {
    const root = read('a: 5<% skip %>\nb: 1\n<% skip %>c: <% skip %>2\nd: {e: 1, f: 2<% skip %>}\n', tags);
    const assumes = (...path: string[]) => {
      const value = valueAt(root, ...path);
      return value.known && value.assumes.length > 0;
    };
    expect(['a', 'b', 'c'].map((key) => assumes(key))).toEqual([true, false, true]);
    expect([assumes('d', 'e'), assumes('d', 'f')]).toEqual([false, true]);
  });

  test('nothing where a value may have been', () => {
    const root = read('a:\n<% skip %>\nb:\n', tags);
    expect(valueAt(root, 'a')).toMatchObject({ value: null, assumes: [unset('X')] });
    expect(valueAt(root, 'b')).toMatchObject({ value: null, assumes: [] });
  });
});
