import { describe, expect, it } from 'vitest';
import { cells, padEnd, padStart, wrap } from '../../src/report/cells.ts';

describe('the width of a text in a terminal', () => {
  it.each([
    ['', 0],
    ['plain', 5],
    ['→ … ≤ ─', 7],
    ['é', 1],
    ['e\u0301', 1],
    ['日本語', 6],
    ['한글', 4],
    ['👩‍👩‍👧‍👦', 2],
    ['🇩🇪 x', 4],
  ])('of %j is %i', (text, width) => {
    expect(cells(text)).toBe(width);
  });

  it('counts where columns are filled up', () => {
    expect(padEnd('日本', 6)).toBe('日本  ');
    expect(padStart('日本', 6)).toBe('  日本');
    expect(padEnd('too long', 3)).toBe('too long');
  });

  it('counts where lines are broken', () => {
    expect(wrap('日本 日本 a', 7)).toEqual(['日本', '日本 a']);
    expect(wrap('a verylongword b', 4)).toEqual(['a', 'verylongword', 'b']);
  });
});
