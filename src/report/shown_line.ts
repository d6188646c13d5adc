import type { SourceFile } from '../text/source.ts';
import { cells } from './cells.ts';
import { escapeControls } from './characters.ts';
import { MASK, secretsIn } from './secrets.ts';

interface Segment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Shown as something else than it is: an offset inside has no cell of its own. */
  readonly replaced: boolean;
}

/** Longer than any terminal is wide, and short enough to measure. */
const MOST_UNITS = 2000;

/** A line of a file as a terminal shows it: tabs widened, secrets masked, control characters written out. */
export class ShownLine {
  readonly #segments: readonly Segment[];
  /** Whether the line goes on before and after what is shown. */
  readonly #cutBefore: boolean;
  readonly #cutAfter: boolean;

  /** @param around an offset of the line that has to be visible, however long the line is */
  constructor(file: SourceFile, line: number, around: number) {
    const lineStart = file.lineStart(line);
    const lineEnd = lineStart + file.line(line).length;
    const start = Math.max(lineStart, Math.min(around - MOST_UNITS / 2, lineEnd - MOST_UNITS));
    const end = Math.min(lineEnd, start + MOST_UNITS);
    this.#cutBefore = start > lineStart;
    this.#cutAfter = end < lineEnd;
    const segments: Segment[] = [];
    let at = start;
    for (const secret of secretsIn(file, start, end)) {
      if (secret.end <= at || secret.start >= end) continue;
      if (secret.start > at) segments.push(...plainSegments(file.text, at, secret.start));
      at = Math.min(secret.end, end);
      segments.push({ start: Math.max(secret.start, start), end: at, text: MASK, replaced: true });
    }
    if (at < end) segments.push(...plainSegments(file.text, at, end));
    this.#segments = segments;
  }

  /**
   * The part of the line that fits, with the underline of a span below it.
   * @param stroke the character of the underline
   */
  draw(start: number, end: number, width: number, stroke: string): { code: string; underline: string; indent: number } {
    const whole = this.#segments.map((segment) => segment.text).join('');
    const total = cells(whole);
    const from = this.#cell(start, 'start');
    const to = Math.max(this.#cell(end, 'end'), from + 1);
    if (total <= width && !this.#cutBefore && !this.#cutAfter) {
      return { code: whole.trimEnd(), underline: stroke.repeat(to - from), indent: from };
    }
    // A third of the room for what stands before the span shows where it stands.
    const room = Math.max(width - 2, 10);
    const first = Math.max(0, Math.min(from - Math.floor(room / 3), total - room));
    const { text, before } = window(whole, first, room);
    const cutLeft = before > 0 || this.#cutBefore;
    const cutRight = this.#cutAfter || before + cells(text) < total;
    const indent = from - before + (cutLeft ? 1 : 0);
    const visible = Math.max(1, Math.min(to - from, before + cells(text) - from));
    return {
      code: `${cutLeft ? '…' : ''}${text.trimEnd()}${cutRight ? '…' : ''}`,
      underline: stroke.repeat(visible),
      indent,
    };
  }

  #cell(offset: number, edge: 'start' | 'end'): number {
    let at = 0;
    for (const segment of this.#segments) {
      if (offset <= segment.start) break;
      if (offset >= segment.end) at += cells(segment.text);
      else if (!segment.replaced) return at + cells(segment.text.slice(0, offset - segment.start));
      else return edge === 'start' ? at : at + cells(segment.text);
    }
    return at;
  }
}

/** Text between secrets: stretches shown as they are, and single characters shown as something else. */
function plainSegments(text: string, start: number, end: number): Segment[] {
  const segments: Segment[] = [];
  let from = start;
  for (let at = start; at <= end; at++) {
    const character = at < end ? text.charAt(at) : '';
    const shown = character === '\t' ? '    ' : escapeControls(character);
    if (at < end && (shown === character || isPair(text, at))) continue;
    if (at > from) segments.push({ start: from, end: at, text: text.slice(from, at), replaced: false });
    if (at < end) segments.push({ start: at, end: at + 1, text: shown, replaced: true });
    from = at + 1;
  }
  return segments;
}

function isPair(text: string, at: number): boolean {
  return (
    /^[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(at, at + 2)) ||
    /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at - 1, at + 1))
  );
}

/** At most `room` cells of a text from cell `first` on, and how many cells stand before them. */
function window(text: string, first: number, room: number): { text: string; before: number } {
  let before = 0;
  let taken = 0;
  let result = '';
  for (const character of text) {
    const wide = cells(character);
    if (before < first) before += wide;
    else if (taken + wide > room) break;
    else {
      taken += wide;
      result += character;
    }
  }
  return { text: result, before };
}
