import { describe, expect, it } from 'vitest';
import { looksBroken } from '../../src/index/balance.ts';
import { COLLECTORS } from '../../src/index/facts.ts';

// Every file of an application meets these expressions, and one without an end of its lines must not hold up the rest:
// an expression that starts over at each of its places takes minutes here, the others no time at all.
const LENGTH = 300_000;
const REPEATED = [
  'connection.',
  'connection(',
  'connection ',
  'A.connection = ',
  'A = ::',
  '@a ||= A.connection',
  'A.first',
  'class ',
  'class A < ',
  'HTTP:',
  'HTTP',
  'Net::',
  'Thread ',
  'Parallel . ',
  'Sequel .',
  '.checkout',
  'connected_to (',
  'establish_connection',
  'def self.',
  'Async ',
  'Concurrent::',
  // Brackets, quotes, and nothing at all.
  ...`%( %{ { ( " \\ ' / "\\ '\\ %a{ {} %{{ a(/ /\\`.split(' '),
  '# ',
  '. ',
  '.\n',
  '  ',
  '\n',
];

describe.each(REPEATED)('%j, again and again', (unit) => {
  const text = unit.repeat(Math.ceil(LENGTH / unit.length));

  it.each(Object.entries(COLLECTORS))('is soon done with by the words of %s', (_, start) => {
    const { words, also } = start();
    for (const end of ['', ' x', '\n)']) {
      expect([words, also ?? words].map((one) => typeof one.test(text + end))).toEqual(['boolean', 'boolean']);
    }
  });

  it('is soon done with when brackets are counted', () => {
    for (const end of ['', ' x', '\n)'])
      expect(typeof looksBroken(Buffer.from(text + end), text + end)).toBe('boolean');
  });
});
