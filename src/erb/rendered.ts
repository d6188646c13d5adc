import type { SourceFile, Span } from '../text/source.ts';
import type { Assumption, Origin } from '../value/origin.ts';

/**
 * A template after rendering, with the way back. `text` is what the template prints; `pieces` cover it without gaps,
 * in order. A file without ERB is one literal piece.
 */
export interface RenderedText {
  readonly file: SourceFile;
  readonly text: string;
  readonly pieces: readonly Piece[];
  /** Places in `text` where something would have been printed if a condition had gone the other way. */
  readonly absences: readonly Absence[];
}

export type Piece =
  /** Text of the template itself: offset n of the piece is offset `start + n` of the file. */
  | {
      readonly kind: 'literal';
      readonly length: number;
      readonly start: number;
      readonly assumes: readonly Assumption[];
    }
  /** What a tag printed. `at` is the expression inside the tag. */
  | {
      readonly kind: 'output';
      readonly length: number;
      readonly at: Span;
      readonly origin: Origin;
      readonly assumes: readonly Assumption[];
    }
  /** What a tag printed, unknown: one HOLE character in `text`. */
  | {
      readonly kind: 'hole';
      readonly length: 1;
      readonly at: Span;
      readonly origin: Origin;
      readonly reason: string;
      readonly candidates: readonly HoleCandidate[] | null;
    };

export interface HoleCandidate {
  readonly text: string;
  readonly origin: Origin;
  readonly assumes: readonly Assumption[];
}

/** Stands in the text for an output nobody knows. A private-use character: Psych reads it like a letter. */
export const HOLE = '\uF8FF';

export interface Absence {
  readonly offset: number;
  readonly assumes: readonly Assumption[];
}

/** A file that is not a template, as rendered text. */
export function plainText(file: SourceFile): RenderedText {
  return {
    file,
    text: file.text,
    pieces: [{ kind: 'literal', length: file.text.length, start: 0, assumes: [] }],
    absences: [],
  };
}
