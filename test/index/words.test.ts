import { describe, expect, it } from 'vitest';
import { looksBroken } from '../../src/index/balance.ts';
import { Classes } from '../../src/index/classes.ts';
import { COLLECTORS } from '../../src/index/facts.ts';
import { Models } from '../../src/index/models.ts';
import { MemoryTree } from '../../src/repo/memory.ts';

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
  'class\n',
  'class A < ',
  'class A ',
  'HTTP:',
  'HTTP',
  'Net::',
  'Thread ',
  'Parallel . ',
  'Sequel .',
  '.checkout',
  'connected_to (',
  'establish_connection',
  'disconnect!',
  'connection disconnect!',
  'connection.disconnect!',
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

/** What an endless run of something else may follow. */
const BEGINNINGS = [
  'class',
  'class A',
  'class A <',
  'Thread',
  'Thread.',
  'Parallel',
  'Async',
  'HTTP',
  'HTTP.',
  'connection',
  '@a',
  '@a =',
  'A',
  'connected_to',
  '.',
  '::',
  'PG',
  '#',
  '%w{',
];
const ENDLESS = [' ', '\t', 'A', 'a', '::', '='];

const ENDS = ['', ' x', '\n)'];

const HOSTILE: readonly [string, string][] = [
  ...REPEATED.map((unit): [string, string] => [`${JSON.stringify(unit)}, again and again`, repeated(unit)]),
  ...BEGINNINGS.flatMap((beginning) =>
    ENDLESS.map((unit): [string, string] => [
      `${JSON.stringify(beginning)}, and then ${JSON.stringify(unit)} without end`,
      beginning + repeated(unit),
    ]),
  ),
];

function repeated(unit: string): string {
  return unit.repeat(Math.ceil(LENGTH / unit.length));
}

describe.each(HOSTILE)('%s', (_, text) => {
  it('is soon done with by the words of every collector', () => {
    const expressions = Object.values(COLLECTORS).flatMap((start) => {
      const { words, also } = start();
      return also ? [words, also] : [words];
    });
    for (const end of ENDS) for (const one of expressions) expect(typeof one.test(text + end)).toBe('boolean');
  });

  it('is soon done with when the classes of a file are noted', () => {
    const models = new Models(() => null, new Classes(new MemoryTree({}), () => null));
    for (const end of ENDS) models.read('app/models/a.rb', text + end);
    expect(models.named('Photo')).toBeNull();
  });

  it('is soon done with when brackets are counted', () => {
    for (const end of ENDS) expect(typeof looksBroken(Buffer.from(text + end), text + end)).toBe('boolean');
  });
});
