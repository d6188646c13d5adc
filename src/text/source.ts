/** A place in a file as people and editors count: both 1-based, columns in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One file of the inspected repository: its path, its text, and where its lines begin. */
export class SourceFile {
  /** As people know it: relative to the working directory. */
  readonly path: string;
  readonly text: string;
  /** What stands before the path inside the tree: "" or "apps/shop/". */
  readonly #prefix: string;
  #lineStarts: number[] | null = null;

  constructor(path: string, text: string, prefix = '') {
    this.path = path;
    this.text = text;
    this.#prefix = prefix;
  }

  /** The path inside its tree. */
  get pathInTree(): string {
    return this.path.slice(this.#prefix.length);
  }

  /** Another file of the same tree. */
  sibling(pathInTree: string, text: string): SourceFile {
    return new SourceFile(this.#prefix + pathInTree, text, this.#prefix);
  }

  /** Offsets outside the text are clamped to it, so that a span at the end of a file always has a place. */
  position(offset: number): Position {
    const starts = this.#starts();
    const at = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: at - starts[low]! + 1 };
  }

  /** The text of a line (1-based) without its line break; empty past the end. */
  line(number: number): string {
    const starts = this.#starts();
    const start = starts[number - 1];
    if (start === undefined) return '';
    const end = starts[number] ?? this.text.length;
    return this.text.slice(start, end).replace(/\r?\n$/, '');
  }

  get lineCount(): number {
    return this.#starts().length;
  }

  /** The offset at which a line (1-based) begins. */
  lineStart(number: number): number {
    return this.#starts()[number - 1] ?? this.text.length;
  }

  #starts(): number[] {
    if (this.#lineStarts) return this.#lineStarts;
    const starts = [0];
    for (let at = this.text.indexOf('\n'); at !== -1; at = this.text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#lineStarts = starts;
    return starts;
  }
}

/** A stretch of a file, `end` exclusive, in UTF-16 code units. */
export interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

export function span(file: SourceFile, start: number, end: number): Span {
  return { file, start, end };
}

export function spanText(at: Span): string {
  return at.file.text.slice(at.start, at.end);
}

export function sameSpan(a: Span, b: Span): boolean {
  return a.file.path === b.file.path && a.start === b.start && a.end === b.end;
}

/** The first line of a file that is the one, without the white space around it; null where none is. */
export function lineThat(isIt: (line: string) => boolean, file: SourceFile): Span | null {
  let start = 0;
  for (const line of file.text.split('\n')) {
    if (isIt(line)) return span(file, start + Math.max(0, line.search(/\S/)), start + line.trimEnd().length);
    start += line.length + 1;
  }
  return null;
}

/** A span with its four numbers, as every machine-readable format prints it. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export function placeOf(at: Span): Place {
  const start = at.file.position(at.start);
  const end = at.file.position(at.end);
  return { file: at.file.path, line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}

/** The lines (1-based) on which a span stands; an empty one stands on the line where it is. */
export function linesOf(at: Span): readonly number[] {
  const first = at.file.position(at.start).line;
  const last = at.file.position(Math.max(at.start, at.end - 1)).line;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
