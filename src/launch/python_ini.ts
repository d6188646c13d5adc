import { span, type SourceFile, type Span } from '../text/source.ts';
import type { Passage } from './passage.ts';

/** `[name]` and its options, with what they say; of an option that stands there twice the last. */
export interface IniSection {
  readonly name: string;
  readonly at: Span;
  readonly options: ReadonlyMap<string, Passage>;
}

/** Longer than this nobody writes a configuration by hand. */
const LONGEST = 200_000;

/**
 * An INI file as Python's RawConfigParser reads it the way supervisord uses it: names of options do not heed case, `;`
 * and `#` begin comments at the start of a line and behind a blank, an indented line goes on with the value above it.
 * Every character of a value knows its place, which no library for INI files tells.
 * Source: Lib/configparser.py@v3.12.0 (python/cpython), supervisor/options.py@4.3.0 (UnhosedConfigParser)
 */
export function readPythonIni(file: SourceFile): readonly IniSection[] {
  const sections = new Map<string, { name: string; at: Span; options: Map<string, Piece[]> }>();
  if (file.text.length > LONGEST) return [];
  let current: { readonly options: Map<string, Piece[]> } | null = null;
  let pieces: Piece[] | null = null;
  let depth = 0;
  for (let number = 1; number <= file.lineCount; number += 1) {
    const line = file.line(number);
    const text = withoutComment(line);
    if (text.trim() === '') continue;
    const offset = file.lineStart(number);
    const indent = text.length - text.trimStart().length;
    if (pieces && indent > depth) {
      pieces.push({ text: text.trim(), start: offset + indent });
      continue;
    }
    depth = indent;
    const header = /^\s*\[([^\]]+)\]/.exec(text);
    const sign = text.search(/[=:]/);
    const option = text.slice(0, Math.max(sign, 0)).trim();
    if (header) {
      const name = header[1]!;
      const at = span(file, offset + indent, offset + header[0].length);
      current = sections.get(name) ?? { options: new Map() };
      sections.set(name, { name, at, options: current.options });
      pieces = null;
    } else if (option !== '' && current) {
      const value = text.slice(sign + 1).trim();
      const from = text.indexOf(value, sign + 1);
      pieces = [{ text: value, start: offset + from }];
      current.options.set(option.toLowerCase(), pieces);
    }
  }
  return [...sections.values()].map(({ name, at, options }) => ({
    name,
    at,
    options: new Map([...options].map(([key, all]) => [key, passageOf(file, all)])),
  }));
}

interface Piece {
  readonly text: string;
  readonly start: number;
}

function withoutComment(line: string): string {
  const match = /(?:^|\s)[;#]/.exec(line);
  return match ? line.slice(0, match.index) : line;
}

/** The lines of a value as one text, a line break between them. */
function passageOf(file: SourceFile, pieces: readonly Piece[]): Passage {
  const offsets: number[] = [];
  for (const { text, start } of pieces) {
    // The line break before it stands where the line above ends.
    if (offsets.length > 0) offsets.push(offsets.at(-1)! + 1);
    for (let index = 0; index < text.length; index += 1) offsets.push(start + index);
  }
  const first = pieces[0]!.start;
  return {
    text: pieces.map(({ text }) => text).join('\n'),
    place: (start, end) => {
      const from = offsets[start] ?? first;
      return span(file, from, end > start ? (offsets[end - 1] ?? from) + 1 : from);
    },
  };
}
