import { spanText, type Span } from '../text/source.ts';

/** A text that was read out of a file, with the way back to the file. */
export interface Passage {
  readonly text: string;
  /** The place of a stretch of the text: exact where the file has it word for word, else the whole passage. */
  place(start: number, end: number): Span;
}

/**
 * A text whose place is known. Where a format changed it on the way (escapes, folding), a stretch is looked up in what
 * the file has there.
 */
export function passage(text: string, at: Span): Passage {
  const written = spanText(at);
  const offset = written.indexOf(text);
  if (offset !== -1) return { text, place: (start, end) => shifted(at, offset + start, offset + end) };
  return { text, place: (start, end) => lookedUp(text.slice(start, end), written, at) };
}

/** A stretch of a passage as a passage of its own. */
export function part(of: Passage, start: number, end: number): Passage {
  return { text: of.text.slice(start, end), place: (from, to) => of.place(start + from, start + to) };
}

function shifted(at: Span, start: number, end: number): Span {
  return { file: at.file, start: at.start + start, end: at.start + end };
}

function lookedUp(stretch: string, written: string, at: Span): Span {
  const offset = stretch === '' ? -1 : written.indexOf(stretch);
  if (offset === -1 || written.includes(stretch, offset + 1)) return at;
  return shifted(at, offset, offset + stretch.length);
}
