import { describe, expect, test } from 'vitest';
import { HOLE } from '../../src/erb/rendered.ts';
import { placeOf, spanText } from '../../src/text/source.ts';
import { render } from '../ruby/support.ts';

/** Each piece: what it prints, and what stands in the template where it comes from. */
function pieces(
  template: string,
  env: Readonly<Record<string, string | null>> = {},
  files: Record<string, string> = {},
) {
  const { rendered } = render(template, { env, files })[0]!;
  let offset = 0;
  return rendered.pieces.map((piece) => {
    const text = rendered.text.slice(offset, offset + piece.length);
    offset += piece.length;
    const from =
      piece.kind === 'literal' ? template.slice(piece.start, piece.start + piece.length) : spanText(piece.at);
    const assumes = piece.kind === 'hole' ? piece.reason : piece.assumes.length;
    return [piece.kind, text, from, assumes];
  });
}

describe('a rendered template knows where it comes from', () => {
  test('text, outputs and holes', () => {
    expect(pieces('pool: <%= ENV.fetch("X", 5) %> # <%= Foo.bar %>\n')).toEqual([
      ['literal', 'pool: ', 'pool: ', 0],
      ['output', '5', 'ENV.fetch("X", 5)', 1],
      ['literal', ' # ', ' # ', 0],
      ['hole', HOLE, 'Foo.bar', '`Foo.bar` is decided by code this tool does not run'],
      ['literal', '\n', '\n', 0],
    ]);
  });

  test('what a tag hides, and what an escaped tag prints', () => {
    expect(pieces('a<%# b %>c<%% d %>')).toEqual([
      ['literal', 'a', 'a', 0],
      ['literal', 'c<%', 'c<%', 0],
      ['literal', ' d %>', ' d %>', 0],
    ]);
  });

  test('text under a condition assumes what the condition assumes', () => {
    const template = 'a\n<% if ENV["X"] %>b\n<% else %>c\n<% end %>d\n';
    expect(pieces(template).map(([, text, , assumes]) => [text, assumes])).toEqual([
      ['a\n', 0],
      ['c\n', 1],
      ['d\n', 0],
    ]);
    const [world] = render(template);
    expect(world!.rendered.absences).toEqual([{ offset: 2, assumes: [{ kind: 'unset', variable: 'X' }] }]);
    expect(render(template, { env: { X: '1' } })[0]!.rendered).toMatchObject({ text: 'a\nb\nd\n', absences: [] });
  });

  test('an output that prints nothing on a line of its own could have printed a key', () => {
    const [world] = render('  <%= "x: 1" if ENV["X"] %>\nb: <%= ENV["Y"] %>\n');
    expect(world!.rendered.text).toBe('  \nb: \n');
    expect(world!.rendered.absences.map((absence) => absence.offset)).toEqual([2]);
  });

  test('a variable that is set but not visible is a hole', () => {
    expect(pieces('<%= ENV["X"] %>', { X: null })).toEqual([['hole', HOLE, 'ENV["X"]', 'X is a secret']]);
  });

  test('a condition nobody decides makes two of it', () => {
    const worlds = render('<% if Foo.bar? %>a<% else %>b<% end %>');
    expect(worlds.map((world) => world.rendered.text)).toEqual(['a', 'b']);
  });

  test('a nested template keeps its own places', () => {
    const files = { 'config/inner.yml': 'pool: <%= ENV.fetch("X", 5) %>\nhost: <%= Foo.bar %>\n' };
    const [world] = render('<%= ERB.new(File.read("config/inner.yml")).result %>', { files });
    expect(world!.rendered.text).toBe(`pool: 5\nhost: ${HOLE}\n`);
    const places = world!.rendered.pieces.flatMap((piece) => (piece.kind === 'literal' ? [] : [placeOf(piece.at)]));
    expect(new Set(places.map((place) => place.file))).toEqual(new Set(['config/inner.yml']));
    expect(places[2]).toMatchObject({ line: 1, column: 11 });
  });

  test('the fallback of an output is told with its variable', () => {
    const [world] = render('<%= ENV["A"].presence || ENV["B"] || 5 %>');
    const [piece] = world!.rendered.pieces;
    expect(piece).toMatchObject({ kind: 'output', origin: { kind: 'fallback', variable: 'A' } });
  });
});

describe('errors stand where they are in the template', () => {
  test('of syntax', () => {
    const [world] = render('a: 1\nb: <%= 1 + -%>\n');
    expect(world!.failure).toMatchObject({ error: 'SyntaxError' });
    expect(placeOf(world!.failure!.at).line).toBe(2);
    expect(render('a\n<% if x -%>\nb\n<% end %>\n')[0]!.failure).toMatchObject({ error: 'SyntaxError' });
    expect(render('a\n<% if 1 -%>\nb\n<% end -%>\n', {}, '-')[0]!.failure).toBe(null);
  });

  test('of evaluation', () => {
    const [world] = render('a: 1\nb: <%= Integer(ENV["X"]) %>\n');
    expect(world!.failure).toMatchObject({ error: 'TypeError', assumes: [{ variable: 'X' }] });
    expect(spanText(world!.failure!.at)).toBe('Integer(ENV["X"])');
    expect(placeOf(world!.failure!.at)).toMatchObject({ line: 2, column: 8 });
  });
});

test('other trim modes', () => {
  const template = '<% if true %>\na\n<% end %>\nb <%= 1 %>\nc\n';
  const text = (trim: null | '-' | '<>' | '>') => render(template, {}, trim)[0]!.rendered.text;
  expect(text(null)).toBe('\na\n\nb 1\nc\n');
  expect(text('<>')).toBe('a\nb 1\nc\n');
  expect(text('>')).toBe('a\nb 1c\n');
});
