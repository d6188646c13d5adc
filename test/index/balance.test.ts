import { describe, expect, it } from 'vitest';
import { looksBroken } from '../../src/index/balance.ts';

describe('a file that Ruby may be unable to read', () => {
  it.each([
    'def a(b\nend',
    'x = [1, 2\ny = 3',
    'each { |one| one.b\n',
    'a(b))',
    '<<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> main\n',
  ])('has a bracket too many or too few, or a conflict: %j', (text) => {
    expect(looksBroken(Buffer.from(text), text)).toBe(true);
  });

  it.each([
    'a(b)[c] { |d| d }',
    'a = "(" # (\nb = \'[\'',
    'a = "\\"("',
    'a = s.sub(/\\(/, "")',
    'a = s.sub(%r{^/#{B}\\(}, "")',
    'a = %w[( {]',
    'a = %({"b":[1]})\nb = "("',
    // Between two divisions stands code.
    'a = "("\nb = (c / d) + (e / f)\n',
    'a = (b / 2) + x(c / 2) # (',
  ])('is none whose brackets stand in strings and comments: %j', (text) => {
    expect(looksBroken(Buffer.from(text), text)).toBe(false);
  });
});
