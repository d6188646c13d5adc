import type { Span } from './source.ts';

/** Replaces a span by a text. */
export interface Edit {
  readonly at: Span;
  readonly text: string;
}
