import { describe, expect, it } from 'vitest';
import { SourceFile, spanText } from '../../src/text/source.ts';
import { readGoYaml, type GoScalar } from '../../src/yaml/go.ts';

/** The one scalar under `a:`, as programs written in Go read it. */
function scalarOf(written: string): GoScalar {
  const file = new SourceFile('compose.yml', `a: ${written}\nb: 1\n`);
  const { roots } = readGoYaml(file);
  const root = roots[0];
  if (root?.kind !== 'mapping') throw new Error('it is a mapping');
  const node = root.entries[0]!.value;
  if (node.kind !== 'scalar') throw new Error('it is a scalar');
  return node;
}

/** What stands in the file where each word of the text stands. */
function wordsInFile(written: string): readonly string[] {
  const { written: text, place } = scalarOf(written);
  return [...text!.matchAll(/\S+/g)].map((match) => spanText(place(match.index, match.index + match[0].length)));
}

describe('where a stretch of a scalar stands', () => {
  it.each([
    ['plain', 'puma -t 5', ['puma', '-t', '5']],
    ['folded plain', 'puma -t\n    5:5\n\n    -w', ['puma', '-t', '5:5', '-w']],
    ['quoted', '"puma -t 5"', ['puma', '-t', '5']],
    [
      'escapes',
      String.raw`"puma\n-t\t\"5\" \x35\u0035\U0001F600 -w\\"`,
      ['puma', '-t', String.raw`\"5\"`, String.raw`\x35\u0035\U0001F600`, String.raw`-w\\`],
    ],
    ['an escaped line break', '"puma \\\n    -t\\\n  5"', ['puma', '-t\\\n  5']],
    ['single quotes', "'puma ''-t'' 5'", ['puma', "''-t''", '5']],
    ['folded single quotes', "'puma\n\n   it''s'", ['puma', "it''s"]],
    ['a block', '|\n  puma\n  -t 5', ['puma', '-t', '5']],
    ['a folded block', '>- # why\n  puma\n  -t 5\n\n  -w', ['puma', '-t', '5', '-w']],
    ['words that are also within an escape', String.raw`"a\nn n"`, ['a', 'n', 'n']],
  ])('%s', (_, written, words) => {
    expect(wordsInFile(written)).toEqual(words);
  });

  it('is the whole scalar for nothing of a text that is written otherwise', () => {
    const { at, place } = scalarOf(String.raw`"a\nb"`);
    expect(place(1, 1)).toEqual(at);
  });
});
