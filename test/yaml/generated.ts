import fc from 'fast-check';

// prettier-ignore
const SCALARS = [
  '5', '010', '08', '0x10', '1_000', '1,000', '1e3', '1.5', '.5', '1.', '.inf', '-.NaN', '~', 'null', 'Null', 'yes',
  'No', 'on', 'y', '1:30', '1:30:00', '1:30.5', '2024-01-01', '2024-01-01 10:20:30', ':sym', ':"a b"', "'5'", '"5"',
  '""', "'it''s'", '"a\\nb"', 'a b', 'a:b', 'a#b', '-1', '- ', '-x', '?x', 'x?', 'http://h:1/p', 'é', '😀', '!!str 5',
  '!!int "5"', '!!float 5', '! 5', '!x y', '<<', 'a  b', '/a/', '%a', '@a', '*x', '&x', '"a', 'a: b', '[', '{', '',
  '=', '1_', '0b11', '0o7', '"<<"', ':a', '::', '1__0', '+5', '.',
] as const;
const NAMES = [
  'a',
  'b',
  'pool',
  'default',
  '1',
  '~',
  'yes',
  ':s',
  '"q"',
  "'5'",
  '<<',
  'x y',
  '? k',
  ':',
  '0x1',
  '1.0',
] as const;
const ANCHORS = ['x', 'y', 'z'] as const;

type Node =
  | { readonly kind: 'scalar'; readonly text: string }
  | { readonly kind: 'alias'; readonly name: string }
  | { readonly kind: 'block'; readonly indicator: string; readonly lines: readonly string[] }
  | {
      readonly kind: 'sequence';
      readonly flow: boolean;
      readonly anchor: string | null;
      readonly items: readonly Node[];
    }
  | {
      readonly kind: 'mapping';
      readonly flow: boolean;
      readonly anchor: string | null;
      readonly entries: readonly Entry[];
    };

interface Entry {
  readonly key: string;
  readonly value: Node;
  readonly comment: string;
}

const anchor = fc.option(fc.constantFrom(...ANCHORS), { nil: null, freq: 2 });
const comment = fc.constantFrom('', '', '', '', ' # c', ' #', '\t# c', '\n', '\n# c', ' ');

const { node } = fc.letrec<{ node: Node; merge: Node; entry: Entry; mapping: Node; sequence: Node }>((tie) => ({
  entry: fc.oneof(
    { weight: 4, arbitrary: fc.record({ key: fc.constantFrom(...NAMES), value: tie('node'), comment }) },
    { weight: 1, arbitrary: fc.record({ key: fc.constant('<<'), value: tie('merge'), comment }) },
  ),
  merge: fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('alias' as const), name: fc.constantFrom(...ANCHORS) }) },
    { weight: 1, arbitrary: tie('mapping') },
    { weight: 1, arbitrary: tie('sequence') },
  ),
  mapping: fc.record({
    kind: fc.constant('mapping' as const),
    flow: fc.boolean(),
    anchor,
    entries: fc.array(tie('entry'), { maxLength: 5 }),
  }),
  sequence: fc.record({
    kind: fc.constant('sequence' as const),
    flow: fc.boolean(),
    anchor,
    items: fc.array(tie('node'), { maxLength: 4 }),
  }),
  node: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('scalar' as const), text: fc.constantFrom(...SCALARS) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('alias' as const), name: fc.constantFrom(...ANCHORS) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('block' as const),
        indicator: fc.constantFrom('|', '>', '|-', '>+', '|+', '>-', '|2'),
        lines: fc.array(fc.constantFrom('a', ' b', '', '# c', 'k: v', '- i', '\tt'), { maxLength: 4 }),
      }),
    },
    { weight: 3, arbitrary: tie('mapping') },
    { weight: 2, arbitrary: tie('sequence') },
  ),
}));

/** Whole documents as people write them, with every sort of node in every place, some of them wrong. */
export const documents: fc.Arbitrary<string> = fc
  .tuple(
    node,
    fc.constantFrom('', '', '---\n', '--- ', '# c\n', '%YAML 1.1\n---\n'),
    fc.constantFrom('\n', '', '\n...\n', '\n---\nz\n'),
  )
  .chain(([root, head, tail]) =>
    fc.constantFrom(1, 2, 2, 4).map((step) => `${head}${print(root, 0, step, false).replace(/^ /u, '')}${tail}`),
  );

/** A node after `key:` or `-`: on the same line after a space, or on the next lines. */
function print(one: Node, indent: number, step: number, inFlow: boolean): string {
  switch (one.kind) {
    case 'scalar':
      return ` ${one.text}`;
    case 'alias':
      return ` *${one.name}`;
    case 'block':
      if (inFlow) return ' b';
      return ` ${one.indicator}\n${one.lines.map((line) => (line === '' ? '' : ' '.repeat(indent + step) + line)).join('\n')}`;
    case 'sequence': {
      const mark = one.anchor === null ? '' : ` &${one.anchor}`;
      if (one.flow || inFlow || one.items.length === 0)
        return `${mark} [${one.items.map((item) => print(item, indent, step, true)).join(',')}]`;
      const lines = one.items.map((item) => `${' '.repeat(indent)}-${print(item, indent + 2, step, false)}`);
      return `${mark}\n${lines.join('\n')}`;
    }
    case 'mapping': {
      const mark = one.anchor === null ? '' : ` &${one.anchor}`;
      if (one.flow || inFlow || one.entries.length === 0)
        return `${mark} {${one.entries.map((entry) => `${entry.key}:${print(entry.value, indent, step, true)}`).join(', ')}}`;
      const lines = one.entries.map((entry) => {
        const value = print(entry.value, indent + step, step, false);
        return `${' '.repeat(indent)}${entry.key}:${value}${value.includes('\n') ? '' : entry.comment}`;
      });
      return `${mark}\n${lines.join('\n')}`;
    }
  }
}

// prettier-ignore
const CRUMBS = [
  'a', 'b', ': ', ':', ' ', '  ', '\n', '\n', '\n  ', '\n    ', '- ', '-', '? ', '?', ', ', ',', '[', ']', '{', '}',
  '"', "'", '#', ' #', '&x ', '*x', '*x ', '!', '!!str ', '|', '>', '|\n', '\t', '---', '\n---\n', '...', '\n...\n',
  '%', '@', '`', '~', '5', '010', '\\', '\\n', '\r\n', '\u2028', '\uFEFF', '<<: ', '<<', 'a: ', 'b: ', '\na: ',
  '\n  b: ', '\n- ', '\n  - ', ':a', 'é', '😀', '"a": ', "'a'", '=', '.', '1',
] as const;

/** Strings of what YAML is made of, in no order at all: mostly errors, and the same ones. */
export const rubble: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...CRUMBS), { minLength: 1, maxLength: 14 })
  .map((crumbs) => crumbs.join(''));

// prettier-ignore
const SCALAR_CRUMBS = [
  '0', '1', '5', '9', '10', '60', '08', '_', ',', '.', ':', '-', '+', 'e', 'E', 'x', 'b', 'o', 'f', 'inf', 'nan', 'T',
  'Z', ' ', '2024', '-01-', '12:30:45', 'yes', 'no', 'null', '~', '"', "'", '/', '<', '=', '!', 'é', '1:30', '0x',
  '0b',
] as const;

/** Scalars that look like numbers, times and words, nearly. */
export const nearScalars: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...SCALAR_CRUMBS), { minLength: 1, maxLength: 6 })
  .map((crumbs) => `a: ${crumbs.join('')}\n`);
