import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { HOLE } from '../../src/erb/rendered.ts';
import { bootOracle, type OracleCase, type RubyOracle } from '../ruby/ruby-oracle.ts';
import { render } from '../ruby/support.ts';
import { TEMPLATES } from './templates.ts';

/** ERB_RUNS=100 tries that many fresh batches; usually the same few. */
const USUAL_RUNS = 10;
const RUNS = Number(process.env['ERB_RUNS'] ?? USUAL_RUNS);
const BATCH = 100;

const ENVIRONMENTS: readonly Readonly<Record<string, string>>[] = [
  {},
  { X: '5' },
  { X: '', Y: 'true' },
  { X: '12', Y: 'postgres://u@h/db' },
];

let oracle: RubyOracle;
beforeAll(async () => {
  oracle = await bootOracle();
});

/** Ours in the oracle's words; `?` where any of it is not known. */
function ours(one: OracleCase): string {
  const worlds = render(one.code, { env: one.env }, (one.trim ?? null) as null);
  const world = worlds[0]!;
  if (world.stopped?.reason.includes('failed here')) return world.stopped.reason;
  if (worlds.length > 1 || world.stopped) return '?';
  if (world.failure) return `error ${world.failure.error}`;
  return world.rendered.text.includes(HOLE) ? '?' : JSON.stringify(world.rendered.text);
}

function compare(cases: readonly OracleCase[]) {
  const answers = oracle.run(cases);
  return cases.flatMap((one, i) => {
    const ruby = answers[i]!;
    const we = ours(one);
    return we === ruby.value
      ? []
      : [{ code: one.code, trim: one.trim, env: one.env, ruby: `${ruby.value} ${ruby.message}`, we }];
  });
}

describe('every template renders as ERB renders it', () => {
  for (const [topic, templates] of Object.entries(TEMPLATES))
    test(topic, () => {
      const cases = templates.flatMap((code) =>
        ENVIRONMENTS.flatMap((env) => [null, '-'].map((trim) => ({ code, env, erb: true, trim }))),
      );
      expect(compare(cases)).toEqual([]);
    });
});

/** Everything that matters to a scanner, in any order. */
const PIECES = [
  '<%',
  '<%=',
  '<%#',
  '<%%',
  '%>',
  '-%>',
  '%%>',
  '<%-',
  '-',
  '\n',
  '\r\n',
  ' ',
  '  ',
  'a',
  '1',
  'x',
  '# c',
  '"',
  '<',
  '>',
  'é',
  '\t',
  ';',
  '5',
];
const rubble = fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((pieces) => pieces.join(''));

/** Templates that mostly make sense. */
const statement = fc.constantFrom(
  ' x = 1 ',
  ' if ENV["X"] ',
  ' else ',
  ' end ',
  ' 2.times do |i| ',
  ' x ||= 2 ',
  '\n y = 3\n',
  ' # note\n ',
  ' unless false ',
);
const output = fc.constantFrom(
  ' ENV["X"] ',
  '1 + 1',
  ' nil ',
  ' ENV.fetch("Y", 5) ',
  ' "a#{1}" ',
  ' [1, "b"] ',
  ' "%%>" ',
  ' x = 7 ',
  ' true ? 1 : 2 ',
  ' 5 if ENV["X"] ',
);
const text = fc.constantFrom('a: ', '\n', '  b\n', ' ', '', 'c', '<%% x %>', '%>', '\r\n');
const template = fc
  .array(
    fc.oneof(
      text,
      fc
        .tuple(fc.constantFrom('<%', '<%-'), statement, fc.constantFrom('%>', '-%>', '%>\n'))
        .map((parts) => parts.join('')),
      fc.tuple(fc.constant('<%='), output, fc.constantFrom('%>', '-%>', '%>\n')).map((parts) => parts.join('')),
      fc.constantFrom('<%# note %>', '<%# a\nb -%>\n', '<%#= x %>'),
    ),
    { maxLength: 7 },
  )
  .map((parts) => parts.join(''));

describe('no generated template renders otherwise than in ERB', () => {
  const seed = RUNS === USUAL_RUNS ? { seed: 7 } : {};
  const sample = (of: fc.Arbitrary<string>): OracleCase[] =>
    fc
      .sample(of, { numRuns: RUNS * BATCH, ...seed })
      .flatMap((code, i) => ['-', null].map((trim) => ({ code, env: ENVIRONMENTS[i % 4]!, erb: true, trim })));
  // What only Ruby's own parser can tell apart from valid code, and what is no code at all.
  const bothFail = (different: ReturnType<typeof compare>) =>
    // A comment that hides the end of the program makes ERB answer something else than text.
    different.filter(
      (one) =>
        one.we !== '?' &&
        /^(?:"|error (?!NameError))/.test(one.ruby) &&
        !(one.ruby.startsWith('error') && one.we.startsWith('error')),
    );

  test('of tags and rubble', () => {
    // Rubble that is no Ruby fails in ways of its own; what both print must be the same.
    const different = bothFail(compare(sample(rubble))).filter((one) => !`${one.ruby}${one.we}`.includes('error'));
    expect(different.slice(0, 10)).toEqual([]);
  }, 120_000);

  test('of sensible tags', () => {
    const different = bothFail(compare(sample(template)));
    expect(different.toSorted((a, b) => a.code.length - b.code.length).slice(0, 10)).toEqual([]);
  }, 120_000);
});
