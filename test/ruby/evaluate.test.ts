import { describe, expect, test } from 'vitest';
import { placeOf, spanText } from '../../src/text/source.ts';
import type { Origin } from '../../src/value/origin.ts';
import { known, unknown } from '../../src/value/traced.ts';
import type { HostCall } from '../../src/ruby/host.ts';
import { RubyString, type Value } from '../../src/ruby/values.ts';
import { one, run, shown, value } from './support.ts';

/** The kinds of a history, outermost first, following the first input. */
function history(origin: Origin): string[] {
  const own = 'variable' in origin ? `${origin.kind} ${origin.variable}` : origin.kind;
  const at = 'at' in origin && origin.at ? ` ${spanText(origin.at)}` : '';
  const [next] = 'from' in origin ? origin.from : origin.kind === 'env' ? [origin.setBy] : [];
  return [own + at, ...(next ? history(next) : [])];
}

describe('variables', () => {
  test('one that is unset is nil, and says so', () => {
    expect(value('ENV["X"]')).toBe('nil {X}');
    expect(value('ENV["X"]', { env: { X: '5' } })).toBe('"5"');
  });

  test('a fallback is taken under the assumption that the variable is unset', () => {
    expect(value('ENV.fetch("X", 5)')).toBe('5 {X}');
    expect(value('ENV.fetch("X") { 5 }')).toBe('5 {X}');
    expect(value('ENV["X"] || ENV["Y"] || 5')).toBe('5 {X Y}');
    expect(value('ENV["X"].presence || "20"')).toBe('"20" {X}');
    expect(value('ENV.fetch("X") { ENV.fetch("Y", 5).to_i }')).toBe('5 {X Y}');
  });

  test('the trail of a fallback names every variable that was unset', () => {
    const trail = (code: string): string[] => history(one(code).value.origin);
    expect(trail('ENV.fetch("X", 5)')).toEqual(['fallback X ENV.fetch("X", 5)', 'literal 5']);
    expect(trail('ENV["X"] || ENV["Y"] || 5')).toEqual([
      'fallback X ENV["X"] || ENV["Y"] || 5',
      'fallback Y ENV["X"] || ENV["Y"] || 5',
      'literal 5',
    ]);
    expect(trail('ENV.fetch("X") { ENV.fetch("Y", 5) }')).toEqual([
      'fallback X ENV.fetch("X") { ENV.fetch("Y", 5) }',
      'fallback Y ENV.fetch("Y", 5)',
      'literal 5',
    ]);
    expect(trail('ENV["X"].presence || 5')[0]).toBe('fallback X ENV["X"].presence || 5');
    expect(trail('n = ENV.fetch("X", 5)\nn.to_i + 1')[1]).toContain('computed n.to_i');
  });

  test('one that must be set and is not is unknown, not an error', () => {
    expect(value('ENV.fetch("X")')).toBe('? X must be set; nothing in the repository sets it');
    expect(value('Integer(ENV.fetch("X")) + 1')).toContain('X must be set');
  });

  test('one whose value nobody sees is set nevertheless', () => {
    const env = { X: null };
    expect(value('ENV["X"] ? 1 : 2', { env })).toBe('1');
    expect(value('ENV.fetch("X", 5)', { env })).toBe('? X is a secret');
    expect(value('ENV["X"].nil?', { env })).toBe('false');
    expect(value('ENV.key?("X")', { env })).toBe('true');
    expect(value('ENV["X"].to_i', { env })).toBe('? X is a secret');
    expect(value('"redis://#{ENV["X"]}"', { env })).toBe('? X is a secret');
    expect(value('ENV["X"] || 5', { env })).toBe('? X is a secret');
  });

  test('what a file sets, the next one sees', () => {
    const { environment } = one('ENV["X"] ||= 5.to_s\nENV["Y"] = "1" if ENV["Z"]\nENV["W"] = "2"');
    const state = environment.get('X');
    expect(state.known && [state.value, state.assumes]).toEqual(['5', [{ kind: 'unset', variable: 'X' }]]);
    const other = environment.get('Y');
    expect(other.known && [other.value, other.assumes.length]).toEqual([null, 2]);
    expect(environment.get('W')).toMatchObject({ value: '2', assumes: [] });
  });

  test('every variable that was asked for is reported', () => {
    expect([...one('ENV["A"] || ENV.fetch("B", 1); ENV["C"] if false').reads]).toEqual(['A', 'B']);
  });

  test('anything else than a string is refused', () => {
    expect(value('ENV["X"] = 5')).toBe('TypeError: no implicit conversion of Integer into String');
  });
});

describe('conditions carry what they assume', () => {
  test('to what a branch answers, assigns, calls and sets', () => {
    expect(value('if ENV["X"] then 1 else 2 end')).toBe('2 {X}');
    expect(value('n = 1\nn = 2 unless ENV["X"]\nn')).toBe('2 {X}');
    expect(one('workers 2 unless ENV["X"]').host.heard).toEqual(['workers(2) {X}']);
    expect(one('case ENV["X"] when "a" then plugin :a else plugin :b end').host.heard).toEqual(['plugin(:b) {X}']);
  });

  test('to what the other branch would have changed', () => {
    expect(value('n = 1\nn = 2 if ENV["X"]\nn')).toBe('1 {X}');
    expect(value('a = [1]\na << 2 if ENV["X"]\na.size')).toBe('1 {X}');
    expect(value('a = [1]\nb = a\na << 2 if ENV["X"]\nb.sum')).toBe('1 {X}');
    expect(value('h = { a: 1 }\nh[:b] = 2 if ENV["X"]\nh.size')).toBe('1 {X}');
    expect(value('s = "a"\ns << "b" if ENV["X"]\ns')).toBe('"a" {X}');
    expect(value('@n = 1\n@n = 2 if ENV["X"]\n@n')).toBe('1 {X}');
    expect(value('n = 1\nn += 1 if ENV["X"] && ENV["Y"]\nn')).toBe('1 {X}');
    expect(value('n = 1\nn = 2 if ENV["X"] || ENV["Y"]\nn')).toBe('1 {X Y}');
    expect(value('n = 1\n[1].each { |x| n = x } if ENV["X"]\nn')).toBe('1 {X}');
    expect(value('a, b = 1, 2\na, b = b, a if ENV["X"]\na')).toBe('1 {X}');
    expect(value('def grow; @n = 2; end\n@n = 1\ngrow if ENV["X"]\n@n')).toBe('1 {X}');
    expect(value('ENV["Y"] = "1" if ENV["X"]\nENV["Y"]')).toBe('nil {Y X}');
  });

  test('to calls that did not happen', () => {
    const { skipped, host } = one('plugin :a if ENV["X"]\nconfig.on(:b) { port 1 } if ENV["Y"]\nputs 1 if ENV["X"]');
    expect(host.heard).toEqual([]);
    expect(skipped.map((call) => [call.receiver, call.method, call.assumes.length])).toEqual([
      [null, 'plugin', 1],
      ['config', 'on', 1],
      [null, 'port', 1],
    ]);
  });

  test('to everything after a jump that was not taken', () => {
    expect(one('return if ENV["X"]\nworkers 2').host.heard).toEqual(['workers(2) {X}']);
    expect(value('def n\n  return 5 if ENV["X"]\n  3\nend\n[n, 4]').endsWith('{X}')).toBe(false);
    expect(value('def n\n  return 5 if ENV["X"]\n  3\nend\nn')).toBe('3 {X}');
    expect(value('[1, 2].map { |x| next 0 if ENV["X"]; x }.first')).toBe('1 {X}');
    expect(one('[1].each { |x| next if ENV["X"]; port x }\nworkers 2').host.heard).toEqual([
      'port(1) {X}',
      'workers(2)',
    ]);
    expect(one('if true\n  return if ENV["X"]\nend\nworkers 2').host.heard).toEqual(['workers(2) {X}']);
    expect(one('raise "no" if ENV["X"]\nworkers 2').host.heard).toEqual(['workers(2) {X}']);
  });

  test('to what a jump passed over', () => {
    const { skipped, host } = one('return unless ENV["X"]\nworkers 2\nn = 3');
    expect(host.heard).toEqual([]);
    expect(skipped.map((call) => call.method)).toEqual(['workers']);
  });

  test('to the work of a loop whose length they decide', () => {
    expect(value('n = 0\nENV.fetch("X", 2).to_i.times { n += 1 }\nn')).toBe('2 {X}');
    expect(value('n = 0\ni = ENV.fetch("X", 2).to_i\nwhile i > 0\n  i -= 1\n  n += 1\nend\nn')).toBe('2 {X}');
  });

  test('and to failures', () => {
    expect(one('Integer(ENV["X"])').failure).toMatchObject({
      error: 'TypeError',
      message: "can't convert nil into Integer",
      assumes: [{ kind: 'unset', variable: 'X' }],
    });
    expect(value('ENV["X"] + 1')).toBe("NoMethodError: undefined method '+' for nil {X}");
    expect(value('raise "no" unless ENV["X"]')).toBe('RuntimeError: no {X}');
    expect(value('begin\n  Integer(ENV["X"])\nrescue TypeError\n  7\nend')).toBe('7 {X}');
  });

  test('and not to what has nothing to do with them', () => {
    expect(value('if ENV["X"]\n  a = 1\nend\n5')).toBe('5');
    expect(one('worker_timeout 3 if ENV.fetch("X", "a") == "b"\nport 1').host.heard).toEqual(['port(1)']);
  });
});

describe('conditions nobody can decide', () => {
  test('split the world, true first', () => {
    const worlds = run('workers Foo.bar? ? 2 : 4');
    expect(worlds.map((world) => world.host.heard)).toEqual([['workers(2)'], ['workers(4)']]);
    expect(worlds.map((world) => world.decisions.map(({ text, taken }) => [text, taken]))).toEqual([
      [['Foo.bar?', true]],
      [['Foo.bar?', false]],
    ]);
  });

  test('are asked once per world', () => {
    const worlds = run('a = 1 if Foo.bar == "x"\nb = 2 if Foo.bar == "x"\nworkers a, b');
    expect(worlds.map((world) => world.host.heard)).toEqual([['workers(1, 2)'], ['workers(nil, nil)']]);
  });

  test('make at most eight worlds', () => {
    const worlds = run('port 1 if A.a\nport 2 if B.b\nport 3 if C.c\nn = 0\nn = 1 if D.d\nport 4 if D.d\nworkers n');
    expect(worlds).toHaveLength(8);
    expect(new Set(worlds.map((world) => world.decisions.map(({ taken }) => taken).join())).size).toBe(8);
    const [first] = worlds;
    expect(first!.host.heard.at(-1)).toBe('workers(? more than three conditions nobody can decide)');
    expect(first!.possible.map((call) => call.method)).toEqual(['port']);
  });

  test('do not split where the answer is the same', () => {
    expect(value('Foo.bar || 5')).toContain('? `Foo.bar` is decided');
    expect(value('(Foo.bar? || true) ? 1 : 2')).toBe('1');
    expect(value('(Foo.bar? && false) ? 1 : 2')).toBe('2');
    expect(value('Foo.bar? ? Foo.a : Foo.b')).toContain('? `Foo.bar?` is decided');
    expect(run('%w[/tmp/a /tmp/b].detect { |path| File.exist?(path) }')).toHaveLength(1);
  });

  test('are decided by what is known of the values something can have', () => {
    const two: Value = unknown('somebody says', { kind: 'assumed', text: 'two' }, [
      known(2n, { kind: 'assumed', text: 'two' }),
      known(4n, { kind: 'assumed', text: 'two' }),
    ]);
    expect(value('N + 1', { constants: { N: two } })).toBe('? somebody says [3 5]');
    expect(value('N > 1 ? N : 0', { constants: { N: two } })).toBe('? somebody says [2 4]');
    expect(value('[N, 3].max', { constants: { N: two } })).toContain('? somebody says');
  });
});

describe('what is not known', () => {
  test('says what it is called', () => {
    expect(value('IdentityConfig.store.pool')).toBe(
      '? `IdentityConfig.store.pool` is decided by code this tool does not run',
    );
    expect(value('IdentityConfig.store.pool.to_i + 1')).toContain('`IdentityConfig.store.pool` is decided');
    expect(value('`ls`')).toBe('? `ls` runs a program');
    expect(value('rand(5)')).toBe('? `rand` is decided by chance');
    expect(value('File.read("/proc/cpuinfo")')).toBe('? `/proc/cpuinfo` is outside of the repository');
    expect(value('@options[:x]')).toContain('`@options` is set by code this tool does not run');
  });

  test('does not run the blocks that are given to it, and forgets what they may have changed', () => {
    const world = one(
      'n = 1\na = [1]\nFoo.each { |x| n = x; a << x; port x; ENV["X"] = "1" }\nworkers n\nthreads a.size',
    );
    expect(world.host.heard).toEqual(
      [
        'workers(? `Foo.each` is decided by code this tool does not run)',
        'threads(? `Foo.each` is decided by code this tool does not run)',
      ].map((heard) => heard.replaceAll('Foo.each', 'Foo')),
    );
    expect(world.possible.map((call) => call.method)).toEqual(['port']);
    expect(world.environment.get('X').known).toBe(false);
  });

  test('is never an error', () => {
    expect(value('Foo.bar + nil')).toContain('?');
    expect(value('5 + Foo.bar')).toContain('?');
    expect(value('Foo::BAR.fetch(:x)')).toContain('?');
    expect(value('[Foo.bar, 5].max')).toContain('?');
    expect(value('Integer(Foo.bar)')).toContain('?');
    expect(value('undefined_thing')).toBe('nil');
  });

  test('stays where it is in a collection', () => {
    expect(value('[Foo.bar, 5].size')).toBe('2');
    expect(value('[Foo.bar, 5].last')).toBe('5');
    expect(value('{ a: Foo.bar, b: 1 }[:b]')).toBe('1');
    expect(value('[Foo.bar, 5].include?(5)')).toBe('true');
    expect(value('[Foo.bar, 5].include?(6)')).toContain('?');
  });
});

describe('hosts', () => {
  test('hear calls with their arguments, keywords and blocks', () => {
    const { host } = one('threads 1, "2", :a, [3], key: 4, "b" => 5\non_boot { port 1 }\nset header: ENV["X"]');
    expect(host.heard).toEqual([
      'threads(1, "2", :a, [3], {:key=>4, "b"=>5})',
      'on_boot() { }',
      'set(header: nil {X})',
    ]);
  });

  test('run blocks later, with themselves as the receiver', () => {
    const { host } = one('n = 1\non_boot { |x| port n + x }\nn = 5');
    const answer = host.calls[0]!.block!.call([known(2n, { kind: 'assumed', text: 'two' })]);
    expect(host.heard.at(-1)).toBe('port(7)');
    expect(shown(answer)).toBe('nil');
  });

  test('may be asked for constants, and for what is defined', () => {
    const rails: Value = known(
      {
        hostName: 'Rails',
        call: (call: HostCall) =>
          call.method === 'env' ? known(new RubyString(known('production', asked)), asked) : undefined,
      },
      { kind: 'assumed', text: 'Rails' },
    );
    const constants = { Rails: rails, Sidekiq: known(null, { kind: 'assumed', text: 'no Sidekiq' }) };
    expect(value('Rails.env == "production"', { constants })).toBe('true');
    expect(value('defined?(Rails) ? 1 : 2', { constants })).toBe('1');
    expect(value('defined?(Sidekiq) ? 1 : 2', { constants })).toBe('2');
    expect(value('Rails.application.x', { constants })).toContain('`Rails.application.x` is decided');
    expect(run('defined?(Other) ? 1 : 2', { constants })).toHaveLength(2);
  });

  test('are told of splats nobody can count', () => {
    expect(one('threads(*Foo.list)').host.heard).toEqual([
      'threads(? `Foo.list` is decided by code this tool does not run)',
    ]);
  });
});

describe('a method whose body is a block', () => {
  test('runs when it is called, and sees the locals around it', () => {
    const shelf = (body: string, call: string) => value(`size = 3\nclass Shelf\n  ${body}\nend\n${call}`);
    expect(
      shelf('base = 4\n  define_method(:pages) { |more, times: 2| (base + more) * times }', 'Shelf.new.pages(1)'),
    ).toBe('10');
    expect(shelf('define_method("pages") { next 2 if true; 5 }', 'Shelf.new.pages')).toBe('2');
    expect(shelf('define_method(:pages) { [1, 2].each { |n| return n + 8 }; 5 }', 'Shelf.new.pages')).toBe('9');
    expect(shelf('define_singleton_method(:pages) { 6 }', 'Shelf.pages')).toBe('6');
    expect(value('module Shelf\nend\nShelf.define_method(:pages) { ENV["POOL"] = "9" }\nENV.fetch("POOL", "5")')).toBe(
      '"5" {POOL}',
    );
    expect(value('class Shelf\n  define_method(:grow) { ENV["POOL"] = "9" }\nend\nShelf.new.grow\nENV["POOL"]')).toBe(
      '"9"',
    );
  });

  test('changes nothing before that, of whatever it becomes a method', () => {
    for (const kept of [
      'Unknown.define_method(:x)',
      'Unknown.base.define_singleton_method(:x)',
      'Kernel.at_exit',
      'lambda',
      'Class.new.define_method(NAME)',
    ])
      expect(`${value(`pool = 5\n${kept} { pool = 9 }\npool`)} ${kept}`).toBe(`5 ${kept}`);
    expect(value('pool = 5\nUnknown.configure { pool = 9 }\npool')).toContain('?');
  });
});

const asked = { kind: 'assumed' as const, text: 'Rails.env' };

describe('files', () => {
  const files = {
    'config/puma.rb': '',
    'config/shared.rb': 'LIMIT = 4\n@shared = 7\ndef twice(n) = n * 2\nENV["FROM"] = "shared"',
    'config/broken.rb': 'def',
    'config/pool.yml': 'production:\n  pool: 7\n  hosts: [a, b]\n',
    'config/pool.yml.erb': 'pool: <%= ENV.fetch("X", 3) %>\n',
    'lib/x.rb': 'require_relative "../config/shared"\n',
  };
  const at = (code: string): string => value(code, { files });

  test('of the repository are read', () => {
    expect(at('File.exist?("config/pool.yml")')).toBe('true');
    expect(at('File.exist?("config/none.yml")')).toBe('false');
    expect(at('File.read(File.expand_path("../pool.yml", __FILE__)).lines.size')).toBe('3');
    expect(at('File.exist?(File.join(__dir__, "pool.yml"))')).toBe('true');
    expect(at('File.basename(File.expand_path("../..", __FILE__)).size')).toBe('1');
    expect(at('YAML.load_file("config/pool.yml")["production"]["pool"] + 1')).toBe('8');
    expect(at('YAML.load(ERB.new(File.read("config/pool.yml.erb")).result)["pool"]')).toBe('3 {X}');
    expect(at('Dir.glob("config/*.yml").size')).toBe('1');
    expect(at('File.read("config/none.yml")')).toContain('is not in the repository');
  });

  test('are found by globs as Ruby finds them, by none in countless ways', () => {
    const long = 'a'.repeat(250);
    const tree = {
      'config/pool.yml': '',
      'config/puma.rb': '',
      'config/.env.yml': '',
      'config/.hidden/x.yml': '',
      'config/deep/y.yml': '',
      [long]: '',
    };
    const found = (pattern: string): string => value(`Dir.glob("${pattern}").join(" ")`, { files: tree });
    expect(found('config/*.yml')).toBe('"config/pool.yml"');
    expect(found('config/?env.yml')).toBe('""');
    expect(found('config/.*.yml')).toBe('"config/.env.yml"');
    expect(found('**/*.yml')).toBe('"config/deep/y.yml config/pool.yml"');
    expect(found('config/**.yml')).toBe('"config/pool.yml"');
    expect(found('config/{puma,po*}.{rb,yml}')).toBe('"config/puma.rb config/pool.yml"');
    expect(found('config/{pool,pool}.yml')).toBe('"config/pool.yml config/pool.yml"');
    expect(found('config/{a,{po,pu}}*.*')).toBe('"config/pool.yml config/puma.rb"');
    expect(found('*a*a*a*b')).toBe('""');
    expect(found(`${'{a,a}'.repeat(6)}*`)).toContain(long);
    expect(found(`${'{a,a}'.repeat(40)}b`)).toContain('?');
  });

  test('outside of it are not', () => {
    for (const path of ['/etc/passwd', '../x', '~/x', 'config/../../x']) {
      expect(at(`File.exist?(${JSON.stringify(path)})`), path).toMatch(path === '~/x' ? /false/ : /outside/);
    }
  });

  test('that are required run in the same world', () => {
    expect(at('require_relative "shared"\n[LIMIT, twice(3), @shared, ENV["FROM"]]')).toBe('[4, 6, 7, "shared"]');
    expect(at('require "./config/shared"\nLIMIT')).toBe('4');
    expect(at('require File.expand_path("../lib/x", __dir__)\nLIMIT')).toBe('4');
    expect(at('require "etc"')).toBe('true');
    expect(at('require_relative "broken"')).toContain('does not parse');
    expect(at('require_relative "none"')).toContain('is not in the repository');
  });
});

describe('places', () => {
  test('of a failure', () => {
    const { failure } = one('x = 1\ny = Integer("08") + x\n');
    expect(placeOf(failure!.at)).toMatchObject({ line: 2, column: 5, endColumn: 18 });
  });

  test('of a syntax error', () => {
    expect(one('x = (1\n').failure).toMatchObject({ error: 'SyntaxError' });
    expect(one('x = 1\nend\n').failure!.at.start).toBe(6);
  });

  test('of what comes after characters beyond the first plane', () => {
    const { failure } = one('x = "😀"; Integer("a")');
    expect(spanText(failure!.at)).toBe('Integer("a")');
  });
});
