import type { SourceFile, Span } from '../text/source.ts';
import { allAssumptions, type Assumption, NOTHING_ASSUMED } from '../value/origin.ts';
import type { Printer } from '../ruby/machine.ts';
import { RubyString, scalarOf, type Value } from '../ruby/values.ts';
import { HOLE, type Absence, type HoleCandidate, type Piece, type RenderedText } from './rendered.ts';

/** Longer than this no configuration renders. */
const LONGEST = 4_000_000;

/** Collects what a template prints, piece by piece. */
export class TemplateOutput implements Printer {
  readonly file: SourceFile;
  readonly #pieces: Piece[] = [];
  readonly #absences: Absence[] = [];
  #text = '';

  constructor(file: SourceFile) {
    this.file = file;
  }

  /** What any part of the text assumes. */
  get assumes(): readonly Assumption[] {
    return allAssumptions(
      ...this.#pieces.map((piece) => (piece.kind === 'hole' ? NOTHING_ASSUMED : piece.assumes)),
      ...this.#absences.map((absence) => absence.assumes),
    );
  }

  text(at: Span, text: string, assumes: readonly Assumption[]): void {
    if (text === '' || !this.#fits(text)) return;
    const last = this.#pieces.at(-1);
    this.#text += text;
    if (last?.kind === 'literal' && last.start + last.length === at.start && last.assumes === assumes) {
      this.#pieces[this.#pieces.length - 1] = { ...last, length: last.length + text.length };
    } else this.#pieces.push({ kind: 'literal', length: text.length, start: at.start, assumes });
  }

  value(at: Span, printed: Value, assumes: readonly Assumption[]): void {
    if (printed.known && printed.value instanceof RubyString && printed.value.printed && !printed.value.mutated) {
      this.#nested(printed.value.printed as RenderedText, assumes);
      return;
    }
    const text = scalarOf(printed);
    if (!text.known) {
      const candidates = text.candidates?.flatMap((one): HoleCandidate[] =>
        typeof one.value === 'object' && one.value !== null
          ? []
          : [{ text: one.value === null ? '' : String(one.value), origin: one.origin, assumes: one.assumes }],
      );
      this.#hole(at, text.reason, text.origin, candidates && candidates.length > 0 ? candidates : null);
      return;
    }
    const shown = typeof text.value === 'string' ? text.value : '';
    const all = allAssumptions(text.assumes, assumes);
    if (!this.#fits(shown)) return;
    this.#text += shown;
    this.#pieces.push({ kind: 'output', length: shown.length, at, origin: text.origin, assumes: all });
  }

  hole(at: Span, reason: string): void {
    this.#hole(at, reason, { kind: 'computed', at, from: [] }, null);
  }

  absence(assumes: readonly Assumption[]): void {
    const last = this.#absences.at(-1);
    if (last?.offset === this.#text.length && last.assumes === assumes) return;
    this.#absences.push({ offset: this.#text.length, assumes });
  }

  finish(): RenderedText {
    const absences = [...this.#absences, ...this.#emptyLines()].toSorted((a, b) => a.offset - b.offset);
    return { file: this.file, text: this.#text, pieces: this.#pieces, absences };
  }

  /**
   * A tag that printed nothing and has its line to itself could have printed a whole key (`<%= "pool: 5" if x %>`); one
   * behind a key only leaves that key empty.
   */
  #emptyLines(): readonly Absence[] {
    let offset = 0;
    return this.#pieces.flatMap((piece): readonly Absence[] => {
      const at = offset;
      offset += piece.length;
      if (piece.kind !== 'output' || piece.length > 0 || piece.assumes.length === 0) return [];
      const start = this.#text.lastIndexOf('\n', at - 1) + 1;
      const end = this.#text.indexOf('\n', at);
      const line = this.#text.slice(start, end === -1 ? undefined : end);
      return line.trim() === '' ? [{ offset: at, assumes: piece.assumes }] : [];
    });
  }

  #fits(text: string): boolean {
    return this.#text.length + text.length <= LONGEST;
  }

  #hole(at: Span, reason: string, origin: HoleCandidate['origin'], candidates: readonly HoleCandidate[] | null): void {
    if (!this.#fits(HOLE)) return;
    this.#text += HOLE;
    this.#pieces.push({ kind: 'hole', length: 1, at, origin, reason, candidates });
  }

  /**
   * What a nested template printed, with its places in its own file: literal text of another file becomes output, word
   * by word, so that every value in it can still be shown where it stands.
   */
  #nested(inner: RenderedText, assumes: readonly Assumption[]): void {
    const base = this.#text.length;
    let offset = 0;
    for (const piece of inner.pieces) {
      const text = inner.text.slice(offset, offset + piece.length);
      if (!this.#fits(text)) return;
      if (piece.kind === 'literal') this.#words(inner.file, piece.start, text, allAssumptions(piece.assumes, assumes));
      else {
        this.#text += text;
        this.#pieces.push(
          piece.kind === 'hole' ? piece : { ...piece, assumes: allAssumptions(piece.assumes, assumes) },
        );
      }
      offset += piece.length;
    }
    for (const absence of inner.absences) {
      this.#absences.push({ offset: base + absence.offset, assumes: allAssumptions(absence.assumes, assumes) });
    }
  }

  #words(file: SourceFile, start: number, text: string, assumes: readonly Assumption[]): void {
    for (const match of text.matchAll(/\s+|[^\s]+/g)) {
      const at = { file, start: start + match.index, end: start + match.index + match[0].length };
      this.#text += match[0];
      this.#pieces.push({ kind: 'output', length: match[0].length, at, origin: { kind: 'literal', at }, assumes });
    }
  }
}
