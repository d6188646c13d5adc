import type { BaselineEntry } from './baseline.ts';
import type { ConfiguredIgnore } from './configuration.ts';
import type { Ignore, IgnoredRule, MalformedIgnore } from './ignore.ts';

/** What became of it, for the rules that look after ignores and baselines. */
export interface Leftover {
  readonly malformed: readonly MalformedIgnore[];
  readonly unused: readonly UnusedIgnore[];
  /** Entries of the configuration that suppress nothing in any app that it speaks of. */
  readonly unusedConfigured: readonly ConfiguredIgnore[];
  readonly stale: readonly StaleEntry[];
}

export const NOTHING_LEFT: Leftover = { malformed: [], unused: [], unusedConfigured: [], stale: [] };

/** An ignore none of whose rules found anything, or the rules of one that did not. */
export interface UnusedIgnore {
  readonly ignore: Ignore;
  readonly rules: readonly IgnoredRule[];
}

/** An entry of a baseline that no finding needs any more. */
export type StaleEntry = BaselineEntry;
