import { describe, expect, it } from 'vitest';
import { MemoryTree } from '../../src/repo/memory.ts';
import { evaluate } from '../../src/ruby/evaluate.ts';
import { SourceFile, spanText } from '../../src/text/source.ts';
import { Environment } from '../../src/value/environment.ts';
import type { Noticed } from '../../src/value/noticed.ts';
import { known, unknown } from '../../src/value/traced.ts';
import { parser, RecordingHost } from './support.ts';

const SET_BY = { kind: 'flag', text: '--set' } as const;

function noticed(code: string, set: Record<string, string | null> = {}): readonly Noticed[] {
  let environment = Environment.EMPTY;
  for (const [name, value] of Object.entries(set)) {
    environment = environment.with(name, value === null ? unknown('a secret', SET_BY) : known(value, SET_BY));
  }
  const program = parser.parse(new SourceFile('config/puma.rb', code));
  const host = (): RecordingHost => new RecordingHost();
  return evaluate(program, { environment, files: new MemoryTree({}), host }).flatMap((world) => world.noticed);
}

/** `ENV.fetch("A", 5) + 2 raises TypeError` */
function arithmetic(code: string, set: Record<string, string | null> = {}): string[] {
  return noticed(code, set).flatMap((one) => {
    if (one.kind !== 'string-arithmetic') return [];
    const { effect, texts } = one;
    const how = effect.kind === 'raises' ? `raises ${effect.error}` : effect.kind;
    return [
      `${spanText(one.at)} ${how}: ${texts.map(({ variable, set: is }) => variable + (is ? '!' : '')).join(' ')}`,
    ];
  });
}

describe('arithmetic with the text of a variable is noticed', () => {
  it.each([
    ['ENV.fetch("A", 5) + 2', 'ENV.fetch("A", 5) + 2 raises TypeError: A'],
    ['ENV.fetch("A") { 5 } * 2', 'ENV.fetch("A") { 5 } * 2 repeats: A'],
    ['2 * ENV.fetch("A", 5)', '2 * ENV.fetch("A", 5) raises TypeError: A'],
    ['(ENV["A"] || 5) + 2', '(ENV["A"] || 5) + 2 raises TypeError: A'],
    ['(ENV["A"].presence || 5) - 2', '(ENV["A"].presence || 5) - 2 raises NoMethodError: A'],
    ['(ENV["A"] || ENV["B"] || 5) * 2', '(ENV["A"] || ENV["B"] || 5) * 2 repeats: A'],
    ['n = ENV.fetch("A", 5)\nthreads n * 2, n * 2', 'n * 2 repeats: A'],
    ['ENV.fetch("A", 0) > 1', 'ENV.fetch("A", 0) > 1 raises ArgumentError: A'],
    ['[ENV.fetch("A", 5), ENV.fetch("B", 5)].max', '[ENV.fetch("A", 5), ENV.fetch("B", 5)].max compares: A B'],
    ['[ENV.fetch("A", 5), 3].max', '[ENV.fetch("A", 5), 3].max raises ArgumentError: A'],
    ['ENV.fetch("A", 2).times { }', 'ENV.fetch("A", 2).times { } raises NoMethodError: A'],
    ['ENV.fetch("A", 1) * ENV.fetch("B", 1)', 'ENV.fetch("A", 1) * ENV.fetch("B", 1) raises TypeError: A B'],
    ['ENV.fetch("A", 1) + ENV.fetch("B", 1)', 'ENV.fetch("A", 1) + ENV.fetch("B", 1) joins: A B'],
  ])('%s', (code, expected) => {
    expect(arithmetic(code)).toContain(expected);
  });

  it('where the variable is set, and where nobody knows to what', () => {
    expect(arithmetic('ENV["A"] * 2', { A: '5' })).toEqual(['ENV["A"] * 2 repeats: A!']);
    expect(arithmetic('ENV.fetch("A", 5) * 2', { A: null })).toEqual(['ENV.fetch("A", 5) * 2 repeats: A!']);
    expect(arithmetic('[ENV.fetch("A", 5), 3].min', { A: '5' })).toEqual([
      '[ENV.fetch("A", 5), 3].min raises ArgumentError: A!',
    ]);
  });

  it.each([
    'ENV.fetch("A", 5).to_i + 2',
    'Integer(ENV.fetch("A", 5)) * 2',
    '(ENV["A"] || 5).to_i * 2',
    '(ENV["A"]&.to_i || 5) * 2',
    'ENV.fetch("HOST", "db") + ".example"',
    'ENV["A"].to_s + "x"',
    '[ENV.fetch("A", 5), ENV.fetch("B", 5)].map(&:to_i).max',
    '[ENV.fetch("A", 5), ENV.fetch("B", 5)].max_by(&:to_i)',
    '[ENV.fetch("A", 5).to_i, 3].max',
    'ENV.fetch("A", "5")',
    '5 + 2',
    '"%d" % ENV.fetch("A", 5)',
  ])('and not: %s', (code) => {
    expect(arithmetic(code)).toEqual([]);
    expect(arithmetic(code, { A: '7', B: '8', HOST: 'db' })).toEqual([]);
  });
});

describe('a condition that asks only whether a variable is set is noticed where its text says no', () => {
  const flags = (code: string, set: Record<string, string>): string[] =>
    noticed(code, set).flatMap((one) =>
      one.kind === 'flag-test' ? [`${one.variable}=${one.text} runs ${one.runs} skips ${one.skips}`] : [],
    );

  it.each([
    ['plugin :solid_queue if ENV["A"]', 'A=false runs plugin skips '],
    ['plugin :solid_queue if ENV.fetch("A", nil)', 'A=false runs plugin skips '],
    ['workers 2 unless ENV["A"]', 'A=false runs  skips workers'],
    ['plugin :x if ENV["A"] && true', 'A=false runs plugin skips '],
    ['ENV["A"] && plugin(:x)', 'A=false runs plugin skips '],
    ['if !ENV["A"]\n  workers 2\nelse\n  workers 0\nend', 'A=false runs workers skips workers'],
  ])('%s', (code, expected) => {
    expect(flags(code, { A: 'false' })).toEqual([expected]);
    expect(flags(code, { A: 'true' })).toEqual([]);
    expect(flags(code, {})).toEqual([]);
  });

  it.each(['plugin :x if ENV["A"] == "true"', 'plugin :x if ENV["A"].present?', 'port ENV["A"] || 3000'])(
    'and not: %s',
    (code) => {
      expect(flags(code, { A: 'false' })).toEqual([]);
    },
  );
});

describe('a fallback that is a number is noticed, whether or not it is taken', () => {
  const reads = (code: string, set: Record<string, string> = {}): string[] =>
    noticed(code, set).flatMap((one) => (one.kind === 'fallback-read' ? [`${one.variable} ${one.fallback}`] : []));

  it.each([
    ['ENV.fetch("A", 5)', ['A 5']],
    ['ENV.fetch("A", "5")', ['A 5']],
    ['ENV.fetch("A") { 5 }', ['A 5']],
    ['ENV["A"] || 5', ['A 5']],
    ['ENV.fetch("A", "db")', []],
    ['ENV["A"]', []],
  ])('%s', (code, expected) => {
    expect(reads(code)).toEqual(expected);
    expect(reads(code, { A: '9' })).toEqual(expected);
  });
});
