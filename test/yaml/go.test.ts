import { describe, expect, it } from 'vitest';
import { placeOf, SourceFile } from '../../src/text/source.ts';
import { goAt, goText, readGoYaml, type GoNode } from '../../src/yaml/go.ts';

function read(text: string) {
  return readGoYaml(new SourceFile('compose.yml', text));
}

/** A document as JSON would have it; integers as text, since they may be large. */
function plain(node: GoNode | undefined): unknown {
  if (!node) return undefined;
  if (node.kind === 'mapping') return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
  if (node.kind === 'sequence') return node.items.map(plain);
  const { value } = node;
  if (!value.known) return '?';
  return typeof value.value === 'bigint' ? `${value.value}n` : value.value;
}

describe('a scalar', () => {
  it.each([
    ['1', '1n'],
    ['-7', '-7n'],
    ['010', '8n'],
    ['0o10', '8n'],
    ['0x1F', '31n'],
    ['0b101', '5n'],
    ['1_000', '1000n'],
    ['08', 8],
    ['1.5', 1.5],
    ['1e3', 1000],
    ['true', true],
    ['False', false],
    ['yes', 'yes'],
    ['off', 'off'],
    ['y', 'y'],
    ['~', null],
    ['null', null],
    ['""', ''],
    ['"1"', '1'],
    ["'true'", 'true'],
    ['!!str 1', '1'],
    ['12:30', '12:30'],
    ['1.2.3', '1.2.3'],
  ])('%s', (text, expected) => expect(plain(goAt(read(`a: ${text}`).roots[0], 'a'))).toEqual(expected));
});

describe('a document', () => {
  it.each([
    ['a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}', { a: { b: '1n', c: '2n' }, d: { c: '3n', b: '1n' } }],
    // An explicit key wins wherever it stands, and the first of several merges.
    ['a: &x {c: 2}\nd: {c: 3, <<: *x}', { a: { c: '2n' }, d: { c: '3n' } }],
    ['a: &x {c: 1}\nb: &y {c: 2}\nd: {<<: [*x, *y]}', { a: { c: '1n' }, b: { c: '2n' }, d: { c: '1n' } }],
    ['a: &x [1]\nb: *x', { a: ['1n'], b: ['1n'] }],
    ['1: a\ntrue: b', { '1': 'a', true: 'b' }],
    ['a:', { a: null }],
    ['a: !reset null', { a: null }],
  ])('%j', (text, expected) => expect(plain(read(text).roots[0])).toEqual(expected));

  it('may be one of several', () => {
    expect(read('a: 1\n---\n\n---\nb: 2\n').roots.map(plain)).toEqual([{ a: '1n' }, { b: '2n' }]);
  });

  it.each([
    ['a: 1\na: 2', 2],
    ['a: [1', 1],
    ['a: "x', 1],
    ['a: *none', 1],
    ['\ta: 1', 1],
  ])('that Go refuses is a problem with a place: %j', (text, line) => {
    const { roots, problem } = read(text);
    expect(roots).toEqual([]);
    expect(placeOf(problem!.at).line).toBe(line);
  });

  it('knows where its values stand, and the way they came', () => {
    const [root] = read('a: &x\n  b: 5\nc:\n  <<: *x\n').roots;
    const node = goAt(root, 'c', 'b');
    const text = node?.kind === 'scalar' ? goText(node) : null;
    expect(text).toMatchObject({ value: '5', origin: { kind: 'merge', from: [{ kind: 'literal' }] } });
    expect(placeOf(node!.at)).toMatchObject({ line: 2, column: 6 });
  });
});

describe('a hostile document', () => {
  it.each([
    [
      'aliases of aliases',
      `a0: &a0 [x]\n${[...Array(40).keys()].map((n) => `a${n + 1}: &a${n + 1} [${`*a${n},`.repeat(9)}]`).join('\n')}\n`,
    ],
    [
      'merges of merges',
      `a0: &a0 {x: 1}\n${[...Array(40).keys()].map((n) => `a${n + 1}: &a${n + 1} {<<: [*a${n}, *a${n}]}`).join('\n')}\n`,
    ],
    ['an alias to itself', 'a: &a [*a]\nb: &b {<<: *b}\n'],
    ['brackets in brackets', `a: ${'['.repeat(30_000)}`],
    ['a large one', `a: ${'x'.repeat(2_000_000)}`],
  ])('%s ends', (_, text) => {
    const { roots, problem } = read(text);
    expect(plain(goAt(roots[0], 'a40', 'x')) ?? null).toEqual(text.includes('x: 1') ? '1n' : null);
    expect(problem === null || roots.length === 0).toBe(true);
  });
});
