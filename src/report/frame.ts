import type { ReportedFinding } from '../lint/result.ts';
import { placeOf, sameSpan, type Span } from '../text/source.ts';
import type { Paint, Style } from './ansi.ts';
import { cells, padStart, wrap } from './cells.ts';
import { escapeControls } from './characters.ts';
import { messageWithoutSecrets } from './secrets.ts';
import { ShownLine } from './shown_line.ts';

interface Mark {
  readonly at: Span;
  readonly line: number;
  readonly label: string;
  readonly primary: boolean;
}

const HEAVY = '━';
const LIGHT = '─';
/** Less room than this beside an underline, and its label goes below it. */
const NARROW = 28;

/** The places of a finding in their source, file by file, the primary one first. */
export function frames(finding: ReportedFinding, width: number, paint: Paint, style: Style): readonly string[] {
  const marks = marksOf(finding);
  const byFile = new Map<string, Mark[]>();
  for (const mark of marks) {
    const path = mark.at.file.path;
    const file = byFile.get(path);
    if (file) file.push(mark);
    else byFile.set(path, [mark]);
  }
  const gutter = Math.max(2, ...marks.map((mark) => String(mark.line).length));
  const lines: string[] = [];
  for (const [path, ofFile] of byFile) {
    if (lines.length > 0) lines.push('');
    const first = placeOf(ofFile[0]!.at);
    lines.push(' '.repeat(gutter + 1) + paint(`${escapeControls(path)}:${first.line}:${first.column}`, 'cyan'));
    let shown = '';
    for (const mark of ofFile.toSorted((a, b) => a.line - b.line || a.at.start - b.at.start)) {
      const drawn = draw(mark, gutter, width, paint, style);
      const code = `${mark.line}\n${drawn.code}`;
      // Two places of one line share it, unless it is so long that each shows another part.
      if (code !== shown) lines.push(drawn.code);
      lines.push(...drawn.below);
      shown = code;
    }
  }
  return lines;
}

function marksOf(finding: ReportedFinding): readonly Mark[] {
  const marks: Mark[] = [markAt(finding.at, finding.label, true)];
  for (const { at, message } of finding.related) {
    if (marks.some((other) => sameSpan(other.at, at) && (other.primary || other.label === message))) continue;
    marks.push(markAt(at, message, false));
  }
  return marks;
}

function markAt(at: Span, label: string, primary: boolean): Mark {
  return { at, line: at.file.position(at.start).line, label: escapeControls(messageWithoutSecrets(label)), primary };
}

function draw(
  mark: Mark,
  gutter: number,
  width: number,
  paint: Paint,
  style: Style,
): { code: string; below: readonly string[] } {
  const { file, start, end } = mark.at;
  const lineEnd = file.lineStart(mark.line) + file.line(mark.line).length;
  const room = Math.max(20, width - gutter - 3);
  const line = new ShownLine(file, mark.line, start);
  const stroke = mark.primary ? HEAVY : LIGHT;
  const { code, underline, indent } = line.draw(start, Math.min(end, Math.max(start, lineEnd)), room, stroke);
  const lastLine = file.position(Math.max(start, end - 1)).line;
  const label = lastLine > mark.line ? `${mark.label} (to line ${lastLine})`.trimStart() : mark.label;
  const bar = paint('│', 'blue');
  const number = paint(padStart(String(mark.line), gutter), 'blue');
  const edge = `${' '.repeat(gutter)} ${bar} `;
  const styles: readonly Style[] = mark.primary ? [style, 'bold'] : ['blue'];
  const below = placeLabel(label, indent, cells(underline), room);
  return {
    code: `${number} ${bar} ${code}`.trimEnd(),
    below: below.map((text, index) => {
      if (index > 0) return edge + paint(text, ...styles);
      return edge + ' '.repeat(indent) + paint(underline + text, ...styles);
    }),
  };
}

/** The label beside its underline, wrapped; below it where there is no room. The first line follows the underline. */
function placeLabel(label: string, indent: number, underlined: number, room: number): readonly string[] {
  if (label === '') return [''];
  const beside = room - indent - underlined - 1;
  if (cells(label) <= beside || beside >= NARROW) {
    const [first, ...rest] = wrap(label, beside);
    return [` ${first}`, ...rest.map((line) => ' '.repeat(indent + underlined + 1) + line)];
  }
  const start = Math.min(indent, Math.max(0, room - Math.max(NARROW, cells(label))));
  return ['', ...wrap(label, room - start).map((line) => ' '.repeat(start) + line)];
}
