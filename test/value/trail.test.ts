import { describe, expect, it } from 'vitest';
import { SourceFile, span, spanText } from '../../src/text/source.ts';
import type { Origin } from '../../src/value/origin.ts';
import { trailOf } from '../../src/value/trail.ts';
import { fallback, merged, place } from '../report/results.ts';

const kinds = (origin: Origin): string[] => trailOf(origin, spanText).map(({ kind }) => kind);
const file = new SourceFile('a.rb', 'threads ENV.fetch("A") { ENV.fetch("B", 5) } + 2\n');

describe('a trail', () => {
  it('tells the hops in the order in which the value travelled', () => {
    expect(trailOf(merged, spanText)).toEqual([
      {
        kind: 'fallback',
        text: 'ENV.fetch("RAILS_MAX_THREADS", 5)',
        variable: 'RAILS_MAX_THREADS',
        file: 'config/database.yml',
        line: 4,
        column: 13,
        endLine: 4,
        endColumn: 46,
      },
      { kind: 'unset', variable: 'RAILS_MAX_THREADS' },
      {
        kind: 'merge',
        text: '<<: *default',
        file: 'config/database.yml',
        line: 8,
        column: 3,
        endLine: 8,
        endColumn: 15,
      },
    ]);
  });

  it('follows a fallback of a fallback from the inside', () => {
    const inner: Origin = { kind: 'fallback', variable: 'B', at: place(file, 'ENV.fetch("B", 5)'), from: [] };
    const outer: Origin = {
      kind: 'fallback',
      variable: 'A',
      at: place(file, 'ENV.fetch("A") { ENV.fetch("B", 5) }'),
      from: [inner],
    };
    expect(trailOf(outer, spanText).map(({ kind, variable }) => `${kind} ${variable}`)).toEqual([
      'fallback B',
      'unset B',
      'fallback A',
      'unset A',
    ]);
  });

  it('says once what a tag only prints', () => {
    const template = new SourceFile('a.yml', 'pool: <%= ENV.fetch("A", 5) %>\n');
    const read: Origin = { kind: 'fallback', variable: 'A', at: place(template, 'ENV.fetch("A", 5)'), from: [] };
    expect(kinds({ kind: 'computed', at: place(template, '<%= ENV.fetch("A", 5) %>'), from: [read] })).toEqual([
      'fallback',
      'unset',
    ]);
    expect(kinds({ kind: 'computed', at: place(template, 'pool: <%= ENV.fetch("A", 5) %>'), from: [read] })).toContain(
      'computed',
    );
  });

  it('says what sets a variable before it is read', () => {
    const setBy: Origin = { kind: 'platform', at: place(file, 'threads'), from: [] };
    expect(kinds({ kind: 'env', variable: 'A', at: place(file, 'ENV'), setBy })).toEqual(['platform', 'env']);
  });

  it('has no place for the arithmetic of the model', () => {
    const [last] = trailOf({ kind: 'sum', from: [fallback, { kind: 'sum', from: [fallback] }] }, spanText).slice(-1);
    expect(last).toEqual({ kind: 'computed', text: 'computed from the values above' });
    expect(kinds({ kind: 'sum', from: [fallback, merged] })).toEqual(['fallback', 'unset', 'merge', 'computed']);
  });

  it('stays small however wide or deep its origin is', () => {
    let deep: Origin = { kind: 'literal', at: place(file, '2') };
    for (let i = 0; i < 50_000; i++) deep = { kind: 'computed', at: place(file, 'threads'), from: [deep, deep] };
    expect(kinds(deep).length).toBeLessThan(60);
    const wide = Array.from({ length: 500 }, (_, i): Origin => ({
      kind: 'literal',
      at: span(file, i % 40, (i % 40) + i),
    }));
    expect(trailOf({ kind: 'sum', from: wide }, spanText).at(-1)).toEqual({
      kind: 'computed',
      text: 'and further inputs that are not listed',
    });
  });
});
