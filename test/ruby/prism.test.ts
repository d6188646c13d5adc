import { describe, expect, it } from 'vitest';
import { Prism } from '../../src/ruby/prism.ts';
import { grammar } from '../support/lint.ts';

const prism = new Prism(() => grammar.prism);

describe('Ruby’s own parser', () => {
  it.each([
    ['[1].each { puts it }', 'the parameter without a name'],
    ['def sum(a, b) = a + b', 'a method without an end'],
    ['case { size: 5 }\nin { size: Integer => size } then size\nend', 'a pattern'],
    ['def f(*, **, &) = g(*, **, &)', 'arguments without names'],
    ['threads(5, 5)\n__END__\n)))', 'anything behind the end'],
  ])('reads %j: %s', (text) => {
    expect(prism.refusal(text)).toBeNull();
  });

  it.each([
    ['threads(5, 5', 'expected', 12],
    ["name = 'Ångström'\nsizes = [5, 5\nend\n", '`,` separator', 32],
    ['Sidekiq.configure_server do |c\n\n', '`|`', 30],
  ])('refuses %j, and says where', (text, message, start) => {
    expect(prism.refusal(text)).toMatchObject({ message: expect.stringContaining(message), start });
  });

  it.each(['class A\n', '/#{', '?a"#{', '(', 'x = ', '"#{', '->{', 'if true\n', 'case x\nin [', '!'])(
    'comes to an end with many of %j',
    (opener) => {
      for (const count of [300, 1000, 10_000]) expect(() => prism.refusal(opener.repeat(count))).not.toThrow();
      expect(prism.refusal('threads 5, 5')).toBeNull();
      expect(prism.refusal('threads(')).not.toBeNull();
    },
  );
});
