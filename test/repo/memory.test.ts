import { describe, expect, it } from 'vitest';
import { MemoryTree } from '../../src/repo/memory.ts';
import { UnreadableFile } from '../../src/repo/tree.ts';

describe('a tree in memory', () => {
  const tree = new MemoryTree({ 'config/puma.rb': 'threads 5', './a': new Uint8Array([255]), 'Z/b/c': '' });

  it('lists, knows and reads what it was given', () => {
    expect(tree.list()).toEqual(['Z/b/c', 'a', 'config/puma.rb']);
    expect(['a', 'Z/b', 'Z/./b/../b', '.', 'b', '../a', '/a'].map((path) => tree.kind(path))).toEqual([
      'file',
      'directory',
      'directory',
      'directory',
      'missing',
      'outside',
      'outside',
    ]);
    expect(new TextDecoder().decode(tree.read('config/puma.rb'))).toBe('threads 5');
    expect(tree.read('a')).toEqual(new Uint8Array([255]));
  });

  it('says why it cannot read', () => {
    for (const path of ['Z', 'nothing', '../a']) expect(() => tree.read(path)).toThrow(UnreadableFile);
  });

  it('refuses paths that are none', () => {
    expect(() => new MemoryTree({ '../a': '' })).toThrow(RangeError);
  });
});
