import { describe, expect, it } from 'vitest';
import { escapeControls, oneLine } from '../../src/report/characters.ts';

describe('control characters', () => {
  it('are written out', () => {
    expect(escapeControls('a\x1b[31mb\x07\x7f\x85\u202e\u2066\ufeff\n\t')).toBe(
      String.raw`a\x1b[31mb\x07\x7f\x85\u202e\u2066\ufeff\n\t`,
    );
  });

  it('leave other text alone', () => {
    expect(escapeControls('pool größer 日本 🐘')).toBe('pool größer 日本 🐘');
    expect(escapeControls('half \ud83d of a pair')).toBe(String.raw`half \ud83d of a pair`);
  });
});

describe('one line', () => {
  it('folds white space and cuts', () => {
    expect(oneLine('  a\n   b\t c  ')).toBe('a b c');
    expect(oneLine('x'.repeat(500))).toBe(`${'x'.repeat(119)}…`);
    expect(oneLine('🐘'.repeat(5), 3)).toBe('🐘🐘…');
  });
});
