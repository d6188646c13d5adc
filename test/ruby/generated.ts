import fc from 'fast-check';

/** Ruby expressions of the kinds that configuration is made of, nested at random. */
const VALUES = ['', '0', '1', '5', '08', '5.5', 'abc', 'true', 'false', ' 7 ', '-3', '1_0', '0x1f', 'auto', '10'];

export const environments: fc.Arbitrary<Record<string, string>> = fc
  .record({
    X: fc.option(fc.constantFrom(...VALUES), { nil: undefined }),
    Y: fc.option(fc.constantFrom(...VALUES), { nil: undefined }),
  })
  .map(({ X, Y }) => ({ ...(X === undefined ? {} : { X }), ...(Y === undefined ? {} : { Y }) }));

const variable = fc.constantFrom('X', 'Y');
const integer = fc.oneof(fc.integer({ min: -20, max: 40 }).map(String), fc.constantFrom('0', '1', '2', '1000'));
const float = fc.constantFrom('0.5', '2.0', '0.666', '-1.5', '1e3', '0.1');
const text = fc.constantFrom(...VALUES).map((value) => JSON.stringify(value));

const leaf = fc.oneof(
  { weight: 3, arbitrary: integer },
  { weight: 1, arbitrary: float },
  { weight: 2, arbitrary: text },
  { weight: 1, arbitrary: fc.constantFrom('nil', 'true', 'false', ':sym', '[]', '""') },
  { weight: 3, arbitrary: variable.map((name) => `ENV["${name}"]`) },
);

const BINARY = ['+', '-', '*', '/', '%', '==', '!=', '<', '>', '<=', '>=', '<=>', '||', '&&', '===', '&', '|'];
const NUMERIC = [
  'to_i',
  'to_f',
  'to_s',
  'abs',
  'ceil',
  'floor',
  'round',
  'zero?',
  'succ',
  'positive?',
  'even?',
  'inspect',
];
const TEXTUAL = [
  'to_s',
  'to_i',
  'to_f',
  'upcase',
  'downcase',
  'strip',
  'length',
  'empty?',
  'reverse',
  'capitalize',
  'chomp',
  'nil?',
  'presence',
  'blank?',
  'present?',
  'to_sym',
  'inspect',
  'chars',
  'succ',
  'to_a',
  'class',
  'swapcase',
  'split',
  'squish',
];
const LISTED = [
  'max',
  'min',
  'sum',
  'sort',
  'first',
  'last',
  'size',
  'reverse',
  'uniq',
  'compact',
  'flatten',
  'join',
  'to_a',
  'any?',
  'all?',
  'minmax',
  'inspect',
  'empty?',
];
const BLOCKS = [
  'map { |x| x.to_s }',
  'select { |x| x }',
  'reject(&:nil?)',
  'map(&:to_i)',
  'sum { |x| x.to_i }',
  'find { |x| x == 5 }',
  'each_with_object([]) { |x, m| m << x }',
  'partition { |x| x }',
  'group_by(&:class)',
  'count { |x| x }',
  'sort_by(&:to_s)',
  'min_by(&:to_s)',
  'inject { |a, b| a + b }',
  'include?(5)',
  'take(1)',
  'drop(1)',
  'index(5)',
  'join("-")',
  'first(2)',
  'each_slice(2) { |x| x }',
];
const WITH_ARGUMENT = [
  'start_with?("a")',
  'include?("5")',
  'split(",")',
  'sub("5", "6")',
  'delete("a")',
  '[0]',
  '[-1]',
  '[0, 2]',
  'ljust(4)',
  'tr("a-c", "x")',
  '* 2',
  'match?(/\\A\\d+\\z/)',
  'to_s.match?(/\\d/)',
  'gsub(/[0-9]/, "n")',
  'between?(1, 9)',
  'clamp(1, 9)',
  'divmod(3)',
  'fdiv(2)',
  'round(1)',
  'to_s(2)',
  'pow(2)',
  'is_a?(Integer)',
  'then { |v| [v, v] }',
  'dig(0)',
  'fetch(0)',
];

export const expressions: fc.Arbitrary<string> = fc.letrec<{ any: string }>((tie) => {
  const any = tie('any');
  const several = fc.array(any, { minLength: 0, maxLength: 3 });
  return {
    any: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'expression', withCrossShrink: true },
      { weight: 4, arbitrary: leaf },
      { weight: 4, arbitrary: fc.tuple(any, fc.constantFrom(...BINARY), any).map(([a, op, b]) => `(${a} ${op} ${b})`) },
      { weight: 2, arbitrary: fc.tuple(any, fc.constantFrom(...NUMERIC)).map(([a, m]) => `(${a}).${m}`) },
      { weight: 3, arbitrary: fc.tuple(any, fc.constantFrom(...TEXTUAL)).map(([a, m]) => `(${a}).${m}`) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(any, fc.constantFrom(...WITH_ARGUMENT))
          .map(([a, m]) => (/^[a-z]/.test(m) ? `(${a}).${m}` : m.startsWith('[') ? `(${a})${m}` : `((${a}) ${m})`)),
      },
      {
        weight: 2,
        arbitrary: fc.tuple(several, fc.constantFrom(...LISTED)).map(([items, m]) => `[${items.join(', ')}].${m}`),
      },
      {
        weight: 2,
        arbitrary: fc.tuple(several, fc.constantFrom(...BLOCKS)).map(([items, m]) => `[${items.join(', ')}].${m}`),
      },
      { weight: 2, arbitrary: fc.tuple(variable, any).map(([name, other]) => `ENV.fetch("${name}", ${other})`) },
      { weight: 2, arbitrary: fc.tuple(variable, any).map(([name, other]) => `ENV.fetch("${name}") { ${other} }`) },
      { weight: 2, arbitrary: fc.tuple(any, any, any).map(([a, b, c]) => `(${a} ? ${b} : ${c})`) },
      { weight: 1, arbitrary: fc.tuple(any, any, any).map(([a, b, c]) => `(if ${a} then ${b} else ${c} end)`) },
      { weight: 1, arbitrary: fc.tuple(any, any).map(([a, b]) => `(${a} unless ${b})`) },
      {
        weight: 1,
        arbitrary: fc.tuple(any, any, any, any).map(([a, b, c, d]) => `(case ${a} when ${b} then ${c} else ${d} end)`),
      },
      { weight: 1, arbitrary: any.map((a) => `(!${a})`) },
      { weight: 1, arbitrary: fc.tuple(any, any).map(([a, b]) => `"#{${a}}-#{${b}}"`) },
      { weight: 2, arbitrary: any.map((a) => `Integer(${a})`) },
      { weight: 1, arbitrary: any.map((a) => `Float(${a})`) },
      { weight: 1, arbitrary: fc.tuple(any, any).map(([a, b]) => `(begin; ${a}; rescue; ${b}; end)`) },
      { weight: 1, arbitrary: fc.tuple(any, any).map(([a, b]) => `(v = ${a}; v ||= ${b}; v)`) },
      { weight: 1, arbitrary: fc.tuple(any, any).map(([a, b]) => `(a, b = ${a}, ${b}; [b, a])`) },
      { weight: 1, arbitrary: fc.tuple(any, any).map(([a, b]) => `{ k: ${a}, "s" => ${b} }.map { |k, v| v }`) },
      { weight: 1, arbitrary: fc.tuple(any, any).map(([a, b]) => `{ k: ${a} }.merge(k: ${b}, z: 1)`) },
      { weight: 1, arbitrary: fc.tuple(any, any).map(([a, b]) => `([${a}, ${b}] <=> [${b}, ${a}])`) },
      { weight: 1, arbitrary: fc.tuple(any, any).map(([a, b]) => `(s = (${a}).to_s.dup; t = s; t << (${b}).to_s; s)`) },
    ),
  };
}).any;
