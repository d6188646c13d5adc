import type { Absence, Piece, RenderedText } from '../erb/rendered.ts';

/**
 * The documents of a stream, each as a text of its own with the way back. A line of three dashes at the margin begins
 * one wherever it stands. Source: yaml_parser_fetch_next_token of src/scanner.c@0.2.5 (yaml/libyaml)
 */
export function documentsIn(rendered: RenderedText): readonly RenderedText[] {
  const starts = [0, ...[...rendered.text.matchAll(/^---(?=[ \t\r\n]|$)/gm)].map((match) => match.index)];
  if (starts.length === 1) return [rendered];
  return starts.flatMap((start, index) => {
    const end = starts[index + 1] ?? rendered.text.length;
    return end > start ? [stretch(rendered, start, end)] : [];
  });
}

function stretch({ file, text, pieces, absences }: RenderedText, start: number, end: number): RenderedText {
  const own: Piece[] = [];
  let offset = 0;
  for (const piece of pieces) {
    const from = Math.max(start, offset);
    const to = Math.min(end, offset + piece.length);
    if (from < to) own.push(piece.kind === 'hole' ? piece : cut(piece, from - offset, to - from));
    offset += piece.length;
    if (offset >= end) break;
  }
  const within = ({ offset: at }: Absence) => at >= start && (at < end || end === text.length);
  return {
    file,
    text: text.slice(start, end),
    pieces: own,
    absences: absences.filter(within).map((absence) => ({ ...absence, offset: absence.offset - start })),
  };
}

function cut(piece: Exclude<Piece, { readonly kind: 'hole' }>, skipped: number, length: number): Piece {
  return piece.kind === 'literal' ? { ...piece, start: piece.start + skipped, length } : { ...piece, length };
}
