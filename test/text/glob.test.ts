import { describe, expect, it } from 'vitest';
import { glob } from '../../src/text/glob.ts';

describe('a pattern of paths', () => {
  it.each<[pattern: string, path: string, expected: boolean]>([
    ['config/*.yml', 'config/sidekiq.yml', true],
    ['config/*.yml', 'config/.yml', true],
    ['config/*.yml', 'config/deploy/sidekiq.yml', false],
    ['config/*', 'config/', true],
    ['.env.?', '.env.a', true],
    ['.env.?', '.env.', false],
    ['a?b', 'a/b', false],
    ['**/*.yml', 'sidekiq.yml', true],
    ['**/*.yml', 'config/deploy/sidekiq.yml', true],
    ['**/b', 'ab', false],
    ['a/**', 'a/b/c', true],
    ['a/**', 'a', false],
    ['a/**/c', 'a/c', true],
    ['a/**/c', 'a/b/b/c', true],
    ['a**c', 'a/b/c', true],
    ['a.b', 'axb', false],
    ['a[b]', 'a[b]', true],
    ['a[b]', 'ab', false],
    ['\u{1f409}*', '\u{1f409}.yml', true],
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
  ])('%s, asked for %s', (pattern, path, expected) => expect(glob(pattern)(path)).toBe(expected));

  it.each<[pattern: string, path: string, expected: boolean]>([
    ['*.yml', '.env.yml', false],
    ['config/*', 'config/.env.yml', false],
    ['config/?env', 'config/.env', false],
    ['config/.*', 'config/.env', true],
    ['config/*.*', 'config/a.b', true],
    ['**/a', '.b/a', false],
    ['**/.b/a', 'c/.b/a', true],
    ['**/a', 'c/b/a', true],
  ])('%s, asked for %s, that passes over what is hidden', (pattern, path, expected) =>
    expect(glob(pattern, 'passed over')(path)).toBe(expected),
  );

  it('ends, whatever can be divided in however many ways', () => {
    const path = 'a'.repeat(300);
    expect(glob(`${'*a'.repeat(100)}*b`)(path)).toBe(false);
    expect(glob(`${'**/*a'.repeat(60)}*b`)(path)).toBe(false);
    expect(glob(`${'**a'.repeat(100)}**`)(path)).toBe(true);
    const long = glob('*a'.repeat(100_000));
    expect(Array.from({ length: 10_000 }, (_, index) => `a${index}`).some(long)).toBe(false);
  });
});
