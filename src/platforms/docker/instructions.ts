import { span, type SourceFile, type Span } from '../../text/source.ts';

/** One instruction of a Dockerfile, its lines put together. */
export interface Instruction {
  /** In upper case. */
  readonly keyword: string;
  readonly rest: Line;
  /** The character that escapes: a backslash, unless the file says otherwise. */
  readonly escape: string;
}

/** A text put together from stretches of a file, which knows the place of every character. */
export class Line {
  readonly text: string;
  readonly #file: SourceFile;
  readonly #offsets: readonly number[];

  constructor(file: SourceFile, text: string, offsets: readonly number[]) {
    this.#file = file;
    this.text = text;
    this.#offsets = offsets;
  }

  from(start: number, end = this.text.length): Line {
    return new Line(this.#file, this.text.slice(start, end), this.#offsets.slice(start, end));
  }

  trimmed(): Line {
    const start = this.text.length - this.text.trimStart().length;
    return this.from(start, Math.max(start, this.text.trimEnd().length));
  }

  /** The place of all of it, or of a part of it. */
  place(start = 0, end = this.text.length): Span {
    const first = this.#offsets[start] ?? (this.#offsets.at(-1) ?? -1) + 1;
    const last = end > start ? this.#offsets[end - 1]! + 1 : first;
    return span(this.#file, first, last);
  }
}

/**
 * The instructions in order. Comments and empty lines between continued lines do not end them; here-documents are
 * what a command reads, not instructions.
 * Source: frontend/dockerfile/parser/parser.go@v0.17.0 (moby/buildkit)
 */
export function instructionsOf(source: SourceFile): readonly Instruction[] {
  const instructions: Instruction[] = [];
  const escape = escapeOf(source);
  const lines = new Lines(source);
  let number = 1;
  while (number <= source.lineCount) {
    const read = oneInstruction(source, number, escape);
    number = read.next;
    const match = /^([A-Za-z]+)(?:\s+|$)/.exec(read.line.text);
    if (!match) continue;
    instructions.push({ keyword: match[1]!.toUpperCase(), rest: read.line.from(match[0].length), escape });
    if (/^(?:RUN|COPY|ADD)$/i.test(match[1]!)) number = behindDocuments(lines, read.line.text, number);
  }
  return instructions;
}

/** `# escape=…` counts only above everything else that is no directive. */
function escapeOf(source: SourceFile): string {
  for (let number = 1; number <= source.lineCount; number += 1) {
    const match = /^\uFEFF?\s*#\s*([A-Za-z][\w-]*)\s*=\s*(\S.*)$/.exec(source.line(number).trimEnd());
    if (!match) break;
    if (match[1]!.toLowerCase() === 'escape' && (match[2] === '`' || match[2] === '\\')) return match[2];
  }
  return '\\';
}

function oneInstruction(source: SourceFile, first: number, escape: string): { line: Line; next: number } {
  let text = '';
  const offsets: number[] = [];
  let number = first;
  let started = false;
  for (; number <= source.lineCount; number += 1) {
    const line = source.line(number);
    if (/^\uFEFF?\s*(?:#|$)/.test(line)) {
      if (started) continue;
      number += 1;
      break;
    }
    const match = continued(line, escape);
    const start = source.lineStart(number);
    for (let index = 0; index < match.length; index += 1) offsets.push(start + index);
    const part = line.slice(0, match.length);
    text += part;
    started ||= part.trim() !== '';
    if (match.ends) {
      number += 1;
      break;
    }
  }
  return { line: new Line(source, text, offsets).trimmed(), next: number };
}

/** How much of a line counts, and whether the instruction ends with it. */
function continued(line: string, escape: string): { length: number; ends: boolean } {
  const trimmed = line.trimEnd();
  return trimmed.endsWith(escape) ? { length: trimmed.length - 1, ends: false } : { length: line.length, ends: true };
}

/** The line behind the last here-document that a command opens. */
function behindDocuments(lines: Lines, text: string, next: number): number {
  let number = next;
  for (const [, dash, , word] of text.matchAll(/<<(-?)(["']?)([A-Za-z_]\w*)\2/g)) {
    // One that never ends is none: `$((1 <<N))`.
    number = (lines.next(word!, number, dash !== '') ?? number - 1) + 1;
  }
  return number;
}

/** Which lines say the same: a file may open many here-documents, and is read once for all their ends. */
class Lines {
  readonly #source: SourceFile;
  /** With the tabs before them, and without. */
  readonly #numbers = new Map<boolean, ReadonlyMap<string, readonly number[]>>();

  constructor(source: SourceFile) {
    this.#source = source;
  }

  /** The number of the first such line from a line on, behind tabs or not; null where there is none. */
  next(text: string, from: number, indented: boolean): number | null {
    const read = this.#numbers.get(indented) ?? this.#read(indented);
    this.#numbers.set(indented, read);
    const numbers = read.get(text) ?? [];
    let low = 0;
    for (let high = numbers.length; low < high;) {
      const middle = (low + high) >> 1;
      if (numbers[middle]! < from) low = middle + 1;
      else high = middle;
    }
    return numbers[low] ?? null;
  }

  #read(indented: boolean): ReadonlyMap<string, readonly number[]> {
    const numbers = new Map<string, number[]>();
    for (let number = 1; number <= this.#source.lineCount; number += 1) {
      const line = this.#source.line(number);
      const text = indented ? line.replace(/^\t+/, '') : line;
      const same = numbers.get(text);
      if (same) same.push(number);
      else numbers.set(text, [number]);
    }
    return numbers;
  }
}

/** The words of a line, quotes and escapes still in them. Source: parser/line_parsers.go@v0.17.0 (parseWords) */
export function wordsOf(line: Line, escape: string): readonly Line[] {
  const words: Line[] = [];
  let start = -1;
  let quote: string | null = null;
  for (let index = 0; index < line.text.length; index += 1) {
    const character = line.text[index]!;
    if (quote === null && /\s/.test(character)) {
      if (start !== -1) words.push(line.from(start, index));
      start = -1;
      continue;
    }
    if (start === -1) start = index;
    if (character === escape) index += 1;
    else if (quote !== null) quote = character === quote ? null : quote;
    else if (character === '"' || character === "'") quote = character;
  }
  if (start !== -1) words.push(line.from(start));
  return words;
}
