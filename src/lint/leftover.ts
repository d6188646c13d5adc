import type { BaselineEntry } from './baseline.ts';
import type { Ignore, IgnoredRule, MalformedIgnore } from './ignore.ts';

/** What became of it, for the rules that look after ignores and baselines. */
export interface Leftover {
  readonly malformed: readonly MalformedIgnore[];
  readonly unused: readonly UnusedIgnore[];
  readonly stale: readonly StaleEntry[];
}

export const NOTHING_LEFT: Leftover = { malformed: [], unused: [], stale: [] };

/** An ignore none of whose rules found anything, or the rules of one that did not. */
export interface UnusedIgnore {
  readonly ignore: Ignore;
  readonly rules: readonly IgnoredRule[];
}

/** An entry of a baseline that no finding needs any more. */
export type StaleEntry = BaselineEntry;
