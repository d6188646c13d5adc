import { describe, expect, it } from 'vitest';
import { codeFacts } from '../../src/index/facts.ts';
import { AppFiles } from '../../src/launch/files.ts';
import { MemoryTree } from '../../src/repo/memory.ts';
import { loadRuby } from '../../src/ruby/parse.ts';
import { grammar, lintFiles } from '../support/lint.ts';

const parser = await loadRuby(grammar);

const THREAD = 'Thread.new { Photo.find(1) }\n';

/** What keeps a parser busy for minutes, as long as a file may be that is read at all. */
function endless(opener: string): string {
  return THREAD + opener.repeat(900_000 / opener.length);
}

describe('code that a parser would not come to an end with', () => {
  it.each(['<%', '%q(', '%(', 'x = %w[', '"#{[%w[', '=begin\n', '`', ':"', 'a?b:'])('%j is not read', (opener) => {
    const files = new AppFiles(new MemoryTree({ 'app/models/photo.rb': endless(opener) }), '.');
    const facts = codeFacts(files, parser);
    expect(facts.threads.sites).toEqual([]);
    expect(files.problems).toMatchObject([
      { kind: 'unread', message: expect.stringContaining('too much work to read'), at: { start: 0, end: 0 } },
    ]);
  });

  it.each(['(', '[', 'foo { ', 'if true\n', 'def a\n', '{a: ', 'x ? '])('%j is read, or not', (opener) => {
    const files = new AppFiles(new MemoryTree({ 'app/models/photo.rb': endless(opener) }), '.');
    expect(() => codeFacts(files, parser)).not.toThrow();
  });

  it.each([
    ['(', ')'],
    ['[', ']'],
    ['foo { ', '}'],
    ['if true\n', 'end\n'],
    ['x + ', 'x'],
    ['', '.a'],
  ])('%j, %j is deep, and read or not', (opener, closer) => {
    const deep = 200_000 / (opener.length + closer.length);
    const text = `${THREAD}x = ${opener.repeat(deep)}1${closer.repeat(deep)}\n`;
    const files = new AppFiles(new MemoryTree({ 'app/models/photo.rb': text }), '.');
    expect(() => codeFacts(files, parser)).not.toThrow();
  });
});

it('says that a file was given up on, and what it would have said is not known', async () => {
  const { findings, unresolved } = await lintFiles({
    'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
    'config/application.rb': '',
    'app/models/photo.rb': endless('%q('),
  });
  expect(findings.filter(({ rule }) => rule === 'parse-error')).toEqual([]);
  expect(unresolved).toContainEqual(
    expect.objectContaining({ what: 'what this file says', reason: expect.stringContaining('too much work to read') }),
  );
});
