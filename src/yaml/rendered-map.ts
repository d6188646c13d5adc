import type { Piece, RenderedText } from '../erb/rendered.ts';
import { span, type SourceFile, type Span } from '../text/source.ts';
import { allAssumptions, NOTHING_ASSUMED, type Assumption } from '../value/origin.ts';

export type OutputPiece = Extract<Piece, { kind: 'output' }>;
export type HolePiece = Extract<Piece, { kind: 'hole' }>;

interface Placed<P extends Piece = Piece> {
  readonly piece: P;
  readonly start: number;
  readonly end: number;
}

/** The way back from places in rendered text to places in the template, and to what was assumed in printing them. */
export class RenderedMap {
  readonly text: string;
  readonly #file: SourceFile;
  readonly #pieces: readonly Placed[];
  readonly #absences: readonly { offset: number; assumes: readonly Assumption[] }[];
  /** Nothing is printed, assumed or left out anywhere. */
  readonly plain: boolean;
  readonly hasHoles: boolean;

  constructor(rendered: RenderedText) {
    this.text = rendered.text;
    this.#file = rendered.file;
    let start = 0;
    this.#pieces = rendered.pieces.map((piece) => {
      const placed = { piece, start, end: start + piece.length };
      start = placed.end;
      return placed;
    });
    this.#absences = rendered.absences.toSorted((a, b) => a.offset - b.offset);
    this.plain =
      this.#absences.length === 0 &&
      rendered.pieces.every((piece) => piece.kind === 'literal' && piece.assumes.length === 0);
    this.hasHoles = rendered.pieces.some((piece) => piece.kind === 'hole');
  }

  isHole(offset: number): boolean {
    return this.#pieceAt(offset)?.piece.kind === 'hole';
  }

  /** The outputs that printed some of a stretch, or nothing at all at a place in it or at its ends. */
  outputs(start: number, end: number): readonly Placed<OutputPiece>[] {
    if (this.plain) return [];
    return this.#touching(start, end).filter((one): one is Placed<OutputPiece> => one.piece.kind === 'output');
  }

  holes(start: number, end: number): readonly HolePiece[] {
    if (!this.hasHoles) return [];
    return this.#touching(start, end).flatMap(({ piece }) => (piece.kind === 'hole' ? [piece] : []));
  }

  /** What printing a stretch assumed, and what leaving out something inside it or at its end did. */
  assumes(start: number, end: number): readonly Assumption[] {
    if (this.plain) return NOTHING_ASSUMED;
    const pieces = this.#touching(start, end).map(({ piece }) => (piece.kind === 'hole' ? [] : piece.assumes));
    return allAssumptions(...pieces, this.absences(start + 1, end));
  }

  /** What was assumed where something was left out, from an offset to another, both included. */
  absences(from: number, to: number): readonly Assumption[] {
    const found: (readonly Assumption[])[] = [];
    for (let at = lowerBound(this.#absences, (absence) => absence.offset, from); at < this.#absences.length; at++) {
      if (this.#absences[at]!.offset > to) break;
      found.push(this.#absences[at]!.assumes);
    }
    return allAssumptions(...found);
  }

  /** The end of the line on which an offset stands. */
  lineEnd(offset: number): number {
    const end = this.text.indexOf('\n', offset);
    return end === -1 ? this.text.length : end;
  }

  /** The stretch of the template that printed a stretch of the text. A tag counts whole. */
  span(start: number, end: number): Span {
    if (this.plain && this.#pieces.length <= 1) {
      const shift = this.#pieces[0]?.piece.kind === 'literal' ? this.#pieces[0].piece.start : 0;
      return span(this.#file, start + shift, end + shift);
    }
    const foreign = start < end ? this.#foreignSpan(start, end) : null;
    if (foreign) return foreign;
    const last = this.#templateEnd(end);
    const first = start === end ? last : this.#templateStart(start);
    return span(this.#file, first, Math.max(first, last));
  }

  /** The stretch of another file that a nested template printed, or null where it did not print both ends. */
  #foreignSpan(start: number, end: number): Span | null {
    const first = this.#pieceAt(start)?.piece;
    const last = this.#pieceAt(end - 1)?.piece;
    if (!first || !last || first.kind === 'literal' || last.kind === 'literal') return null;
    const { file } = first.at;
    if (file === this.#file || last.at.file !== file) return null;
    return span(file, first.at.start, Math.max(first.at.end, last.at.end));
  }

  /** The tag that holds the expression of an output or a hole. */
  tagSpan(piece: OutputPiece | HolePiece): Span {
    if (piece.at.file !== this.#file) return piece.at;
    const open = this.#file.text.lastIndexOf('<%', piece.at.start);
    const close = this.#file.text.indexOf('%>', piece.at.end);
    if (open === -1 || close === -1) return piece.at;
    return span(this.#file, open, close + 2);
  }

  #templateStart(offset: number): number {
    const placed = this.#pieceAt(offset);
    if (!placed) return this.#templateEnd(offset);
    return this.#rangeOf(placed, offset).start;
  }

  #templateEnd(offset: number): number {
    const placed = this.#pieceAt(offset - 1);
    if (!placed) return offset <= 0 && this.#pieces[0] ? this.#rangeOf(this.#pieces[0], 0).start : 0;
    return this.#rangeOf(placed, offset - 1).end;
  }

  /** Where one character of a piece stands in the template: itself, or the tag that printed it. */
  #rangeOf(placed: Placed, offset: number): { start: number; end: number } {
    const { piece } = placed;
    if (piece.kind === 'literal') {
      const start = piece.start + offset - placed.start;
      return { start, end: start + 1 };
    }
    const tag = this.tagSpan(piece);
    if (tag.file === this.#file) return tag;
    const before = placed.start === 0 ? 0 : this.#templateEnd(placed.start);
    return { start: before, end: before };
  }

  #pieceAt(offset: number): Placed | null {
    const after = lowerBound(this.#pieces, (one) => one.end, offset + 1);
    const placed = this.#pieces[after];
    return placed && placed.start <= offset ? placed : null;
  }

  #touching(start: number, end: number): readonly Placed[] {
    const found: Placed[] = [];
    for (let at = lowerBound(this.#pieces, (one) => one.end, start); at < this.#pieces.length; at++) {
      const placed = this.#pieces[at]!;
      if (placed.start > end) break;
      if (placed.start === placed.end || (placed.start < end && placed.end > start)) found.push(placed);
    }
    return found;
  }
}

/** The first index whose number is at least `least`, in a list sorted by that number. */
export function lowerBound<T>(sorted: readonly T[], numberOf: (item: T) => number, least: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numberOf(sorted[middle]!) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
