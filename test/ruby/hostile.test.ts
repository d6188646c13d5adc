import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/ruby/evaluate.ts';
import { WORK_OF_A_RUN } from '../../src/ruby/host.ts';
import { SourceFile } from '../../src/text/source.ts';
import { Environment } from '../../src/value/environment.ts';
import { known } from '../../src/value/traced.ts';
import { input, parser, render, run, shown } from './support.ts';

// Everything here would hang, crash or fill the memory if it were run. The budgets end it.

function nothingFails(code: string): string {
  const worlds = run(code);
  for (const world of worlds) expect(world.stopped?.reason ?? '', code.slice(0, 80)).not.toContain('failed here');
  const [world] = worlds;
  return world!.failure
    ? world!.failure.error
    : world!.stopped
      ? `stopped: ${world!.stopped.reason}`
      : shown(world!.value);
}

const TOO_MUCH = 'too much work for this tool to follow';

describe('what has no end stops', () => {
  test.each([
    'loop { }',
    'while true; end',
    'i = 0; i += 1 until i < 0',
    'x = 1; x += 1 while true',
    'loop { begin; raise "x"; rescue; end }',
    'begin; loop { }; ensure; loop { }; end',
    'for i in 1..100_000_000 do x = i end',
    '1.upto(10**12) { |i| i }',
    '(10**12).times { }',
    '(1..).each { }',
    '1.step { }',
    '[1].cycle { }',
    'a = [1]; a.each { |x| a << x }',
    'a = []; loop { a << "x" * 1000 }',
    's = "a"; loop { s << s }',
    'h = {}; i = 0; loop { h[i] = i; i += 1 }',
    'def f(n) = n < 2 ? n : f(n - 1) + f(n - 2); f(60)',
    'begin; raise "x"; rescue; retry; end',
    'catch(:a) { loop { } }',
    '"a".upto("z" * 20) { }',
    '[1, 2, 3].permutation.to_a; loop { [3, 1].sort }',
  ])('%s', (code) => {
    expect(nothingFails(code)).toMatch(/too much|without end|\? |FrozenError|stopped/);
  });
});

describe('what is too large is not known', () => {
  test.each([
    ['"a" * 10**9', TOO_MUCH],
    ['"a" * 10**6 * 10**6', TOO_MUCH],
    ['2 ** 10**9', TOO_MUCH],
    ['10 ** 10 ** 10', TOO_MUCH],
    ['1 << 10**9', TOO_MUCH],
    ['[0] * 10**9', TOO_MUCH],
    ['(1..10**9).to_a', TOO_MUCH],
    ['Array.new(10**9, 0)', 'a very long array'],
    ['"x".ljust(10**9)', TOO_MUCH],
    ['format("%1000000000d", 1)', TOO_MUCH],
    ['x = "a"; 60.times { x = x + x }; x', TOO_MUCH],
    ['x = 2; 60.times { x = x * x }; x', TOO_MUCH],
    ['x = [1]; 60.times { x = x + x }; x', TOO_MUCH],
    ['x = [1]; 60.times { x = [x, x] }; x.flatten', 'an array that holds itself'],
  ])('%s', (code, reason) => {
    expect(nothingFails(code)).toContain(reason);
  });
});

describe('a structure that holds another twice', () => {
  test.each(['h = {a => 1}', '[a, a].uniq', '[a] - [a]', '[a, a].tally', 'a == [1]', '{a => 1} == {a => 1}'])(
    'doubles: %s',
    (code) => {
      nothingFails(`a = [1]; 60.times { a = [a, a] }; ${code}`);
    },
  );
  test('is too much work to be a key', () => {
    expect(nothingFails('a = [1]; 60.times { a = [a, a] }; {a => 1}')).toContain(TOO_MUCH);
    expect(nothingFails('a = {b: 1}; 60.times { a = {b: a, c: a} }; [a].uniq')).toContain(TOO_MUCH);
    expect(nothingFails('a = [1]; 5.times { a = [a, a] }; {a => 1}.size')).toBe('1');
  });
});

describe('the environment', () => {
  test('has room for many variables, and none for endless ones', () => {
    expect(nothingFails('i = 0; loop { ENV["A#{i}"] = "x"; i += 1 }')).toContain(TOO_MUCH);
    expect(nothingFails('5000.times { |i| ENV["A#{i}"] = "x" }; ENV["A4999"]')).toBe('"x"');
  });

  test('of many variables keeps their order', () => {
    const states = Array.from({ length: 100_000 }, (_, i) => known(String(i), { kind: 'flag' as const, text: 'f' }));
    const all = states.reduce((before, one, i) => before.with(`A${i}`, one), Environment.EMPTY);
    const again = all.with('A7', known('x', { kind: 'flag', text: 'f' }));
    expect(all.get('A7')).toMatchObject({ value: '7' });
    expect(again.get('A7')).toMatchObject({ value: 'x' });
    expect(all.names).toHaveLength(100_000);
    expect(again.names.slice(5, 9)).toEqual(['A5', 'A6', 'A7', 'A8']);
    expect(again.names).toEqual(all.names);
    expect([again.declares('A99999'), again.declares('B')]).toEqual([true, false]);
  });
});

describe('what one run may do in all', () => {
  test('is shared by its evaluations', () => {
    const work = { left: WORK_OF_A_RUN };
    const program = parser.parse(new SourceFile('config/puma.rb', 'loop { }'));
    for (let launch = 0; launch < 300; launch++) {
      const [world] = evaluate(program, input({}, true, work));
      expect(world!.stopped?.reason).toBe(TOO_MUCH);
    }
    expect(work.left).toBeLessThan(0);
  });

  test('is not what one evaluation may do', () => {
    const work = { left: 1000 };
    const quick = parser.parse(new SourceFile('config/puma.rb', '10.times { }'));
    expect(evaluate(quick, input({}, true, work))[0]!.stopped).toBeNull();
    expect(work.left).toBeGreaterThan(900);
    expect(work.left).toBeLessThan(1000);
  });
});

describe('what is deep does not overflow', () => {
  const deep = 10_000;
  const programs: Readonly<Record<string, string>> = {
    parentheses: `${'('.repeat(deep)}1${')'.repeat(deep)}`,
    arrays: `x = ${'['.repeat(deep)}1${']'.repeat(deep)}`,
    hashes: `x = ${'{a: '.repeat(deep)}1${'}'.repeat(deep)}`,
    'a sum': `x = ${'1 + '.repeat(deep)}1`,
    'a chain': `x = 1${'.to_i'.repeat(deep)}`,
    conditions: `${'if true\n'.repeat(deep)}x = 1\n${'end\n'.repeat(deep)}`,
    elsif: `if false\n1\n${'elsif false\n1\n'.repeat(deep)}end`,
    negations: `x = ${'!'.repeat(deep)}true`,
    blocks: `${'foo { '.repeat(deep)}1${' }'.repeat(deep)}`,
    ternaries: `x = ${'true ? '.repeat(deep)}1${' : 2'.repeat(deep)}`,
    interpolation: `x = ${'"#{'.repeat(500)}1${'}"'.repeat(500)}`,
    methods: `${'def a\n'.repeat(deep)}1\n${'end\n'.repeat(deep)}`,
    modules: `${'module A\n'.repeat(deep)}X = 1\n${'end\n'.repeat(deep)}`,
    alternatives: `x = ${'nil || '.repeat(deep)}5`,
  };
  test.each(Object.keys(programs))('%s', (name) => {
    nothingFails(programs[name]!);
  });

  test.each([
    'def f(n) = f(n + 1); f(0)',
    'f = ->(n) { f.call(n + 1) }; f.call(0)',
    'def a = b; def b = a; a',
    'a = []; a << a; a.flatten',
    'a = []; a << a; a.inspect',
    'a = []; a << a; a == [a]',
    'h = {}; h[:h] = h; h.to_s',
    'a = []; a << a; a.hash; [a].uniq',
    'a = []; a << a; a <=> [[a]]',
    'a = []; a << a; a.join(",")',
    'h = Hash.new { |hash, k| hash[k] }; h[1]',
    'ERB.new("<%= 1 %>" * 5000).result',
    'def f(t) = ERB.new(t).result(binding); f("<%= f(t) %>")',
    '[[1, 2]].each { |a, b| define_method(a) { } }',
  ])('%s', (code) => {
    nothingFails(code);
  });
});

describe('regular expressions that could take forever are not run', () => {
  test.each([
    '"#{"a" * 40}!" =~ /^(a+)+$/',
    '"#{"a" * 40}!" =~ /^(a|a)*$/',
    '"#{"a" * 40}!" =~ /(a|aa)+$/',
    '"#{"a" * 40}!".match?(/(.*)*x/)',
    '("a" * 100_000) =~ /a*a*a*a*a*b/',
    '("a" * 5000).gsub(/(?:a?){50}b/, "")',
    '("a" * 30) =~ /((a{0,30}){0,30}){0,30}b/',
    '"aaa" =~ /(a)\\1+/',
    '"x" =~ /[/',
  ])('%s', (code) => {
    nothingFails(code);
  });

  const pattern = (text: string) => `("a" * 60 + "b") =~ /${text}/`;
  test.each([
    pattern('a?'.repeat(60) + 'a'.repeat(60) + 'c'),
    pattern('a?'.repeat(30) + 'c'),
    `("a" * 40) =~ /${'(a|a)?'.repeat(30)}b/`,
    `("a" * 200) =~ /${'[ab]?'.repeat(25)}c/`,
    pattern('(?:a|aa)?'.repeat(40) + '$'),
    pattern('(?:a|aa)'.repeat(40) + '$'),
    pattern('a{0,1}'.repeat(100) + 'b'),
    pattern('a{0,2}'.repeat(60) + 'c'),
    pattern('(?:a?){50}c'),
    pattern('(?:aa?)+c'),
    pattern('(?:a{3}){90}c'),
    `("a" * 60) =~ Regexp.new("a?" * 50 + "b")`,
  ])('%s is not run', (code) => {
    expect(nothingFails(code)).toMatch(/^\? a regular expression/);
  });

  test('to run many that take a while is work', () => {
    expect(nothingFails('10_000.times { ("a" * 60) =~ /a*a*b/ }')).toContain(TOO_MUCH);
  });

  test.each([
    ['"v1.22.333-rc4"[/\\Av?(\\d+)\\.(\\d+)(?:\\.(\\d+))?(?:-(rc|beta|alpha)\\d?)?\\z/, 3]', '"333"'],
    ['"2024-01-31T10:20:30Z" =~ /\\A\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z?\\z/', '0'],
    ['"staging"[/\\A(production|staging|test)\\z/]', '"staging"'],
  ])('%s is', (code, answer) => {
    expect(nothingFails(code.replaceAll('\\\\', '\\'))).toBe(answer);
  });
});

describe('nothing is run', () => {
  test.each([
    '`touch /tmp/x`',
    'system("touch /tmp/x")',
    '%x(ls)',
    'exec "ls"',
    'spawn("ls")',
    'IO.popen("ls").read',
    'open("|ls")',
    'eval("1 + 1")',
    'File.read("/etc/passwd")',
    'File.read("../../../etc/passwd")',
    'File.open("/etc/passwd").read',
    'require "/etc/passwd"',
    'Kernel.eval("1")',
    'instance_eval("1")',
    'Object.const_get(:File)',
    'Dir["/etc/*"]',
    'YAML.load_file("/etc/passwd")',
  ])('%s', (code) => {
    expect(nothingFails(code)).toMatch(/^\?/);
  });
});

describe('long files', () => {
  test.each([
    ['calls', 'foo(1, 2, :a, "b")\n'.repeat(60_000)],
    ['arguments', `f(${'1,'.repeat(200_000)}1)`],
  ])('%s: not read, which is no error of Ruby', (_, code) => {
    const [world] = run(code);
    expect(world).toMatchObject({ failure: null, stopped: { reason: 'too large to read as configuration' } });
    expect(render(`<% ${code} %>`)[0]!.rendered.pieces).toMatchObject([{ kind: 'hole' }]);
  });
});

describe('literals without an end, and errors over and over', () => {
  const repeated = (opener: string) => opener.repeat(250_000 / opener.length);

  test.each(['<%', '%q(', '%(', '%w[', 'x = %r{', '"#{[%w[', '%i[#{', '=begin\n', '%q(\n', '`', ':"'])(
    '%j: not read, which is no error of Ruby',
    (opener) => {
      const { failure, stopped } = run(repeated(opener))[0]!;
      expect(failure).toBeNull();
      expect(stopped?.reason).toContain('too much work to read');
    },
  );

  test.each(['%q(', '=begin\n', '`', ':"'])('%j in a template makes a hole', (opener) => {
    const { failure, rendered } = render(`a: <% ${repeated(opener)} %>\n`)[0]!;
    expect(failure).toBeNull();
    expect(rendered.pieces.map(({ kind }) => kind)).toEqual(['hole']);
  });

  test('once is a syntax error', () => {
    expect(run('threads %q(5, 5')[0]!.failure?.error).toBe('SyntaxError');
    expect(run('threads 5, 5\n=begin\n')[0]!.failure?.error).toBe('SyntaxError');
  });

  test('and literals that do end are read, however many', () => {
    expect(shown(run(`[${'%q(a), '.repeat(5000)}].size`)[0]!.value)).toBe('5000');
    expect(run('x = ["a", "b", :"c d", `e`, %w[f g]]\n'.repeat(3000))[0]!.failure).toBeNull();
  });
});

describe('a template without a trim mode', () => {
  const message = (template: string) => render(template)[0]!.failure?.message;
  test('says what the trim marks are there', () => {
    for (const template of ['a: 1\n<% if true -%>\nb: 2\n<% end -%>\n', '<%- x = 1 %>\n<%- y -%>']) {
      expect(message(template)).toContain('without a trim mode: `-%>` and `<%-` are plain Ruby here');
      expect(render(template, {}, '-')[0]!.failure?.error).not.toBe('SyntaxError');
    }
  });
  test('and says nothing of them where something else is wrong', () => {
    expect(message('<% if -%>')).not.toContain('trim mode');
    expect(message('<% end %>')).not.toContain('trim mode');
  });
});

describe('the program itself', () => {
  test.each([
    'Integer("5")',
    'def f(x) = Integer(x); f("5")',
    '[1].map { |x| Float("5") }.first',
    'format("%d", 5)',
    'rand',
    '[1].each { |x| break rand(5) }',
    'def f = rand(3); f',
    'Array(5)',
    'String(5)',
  ])('is in no history: %s', (code) => {
    const text = JSON.stringify(run(code)[0]!.value.origin, (key, value) => (key === 'file' ? undefined : value));
    expect(text).not.toContain('"assumed"');
  });
});

describe('broken templates', () => {
  const templates: Readonly<Record<string, string>> = {
    'an open tag': '<%',
    'an open output': '<%=',
    'an empty output': '<%= %>',
    'an open condition': '<% if %>',
    'a stray end': '<% end %>',
    'an open method': '<% def x %>',
    'an open interpolation': '<%= "#{ %>',
    'a heredoc': '<%= <<~A %>\nx\nA\n',
    'many open tags': '<%'.repeat(5000),
    'many outputs': '<%= 1 %>'.repeat(5000),
    'many open conditions': '<% if true %>'.repeat(3000),
    'an endless loop': '<% loop do %>text<% end %>',
    'a long loop': '<% 10_000_000.times do |i| %><%= i %>,<% end %>',
    'a long text': '<%= "x" * 10**9 %>',
    'control characters': '\0<%= "\0" %>\uFFFF',
  };
  test.each(Object.keys(templates))('%s', (name) => {
    for (const trim of [null, '-', '<>', '>'] as const) {
      const worlds = render(templates[name]!, {}, trim);
      for (const world of worlds) {
        expect(world.stopped?.reason ?? '').not.toContain('failed here');
        const length = world.rendered.pieces.reduce((sum, piece) => sum + piece.length, 0);
        expect(length).toBe(world.rendered.text.length);
      }
    }
  });
});
