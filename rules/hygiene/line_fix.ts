import type { Edit } from '../../src/text/edit.ts';
import { span, type SourceFile, type Span } from '../../src/text/source.ts';

// Edits of whole lines of a YAML file that is written in block style, one key on a line. Where a file is written in any
// other way there is none: a fix that has to guess is no fix.

/** A key alone on its line, with its value. */
interface KeyLine {
  readonly file: SourceFile;
  readonly line: number;
  readonly indentation: number;
}

/** Takes away the line of a key. Null where nothing else would be left of its mapping, or where an anchor stands on it. */
export function withoutLine(key: string, value: Span): Edit | null {
  const found = lineOfKey(key, value);
  if (!found || !hasSibling(found)) return null;
  return { at: wholeLine(found.file, found.line), text: '' };
}

/** Another name for a key that stands there without quotes. */
export function renamed(key: string, value: Span, name: string): Edit | null {
  const found = lineOfKey(key, value);
  if (!found) return null;
  const start = found.file.lineStart(found.line) + found.indentation;
  return { at: span(found.file, start, start + key.length), text: name };
}

/** Whether two values stand in one mapping: lines of the same depth with nothing further out between them. */
export function areSiblings(one: Span, other: Span): boolean {
  if (one.file !== other.file) return false;
  const [first, last] = [lineAt(one), lineAt(other)].toSorted((a, b) => a - b) as [number, number];
  const depth = indentationOf(one.file.line(first));
  for (let line = first; line <= last; line++) {
    if (isContent(one.file.line(line)) && indentationOf(one.file.line(line)) < depth) return false;
  }
  return depth === indentationOf(one.file.line(last));
}

/** Puts a `<<` that stands alone on its line in front of everything else in its mapping. */
export function mergedFirst(merge: Span, lost: Span): readonly Edit[] | null {
  const line = lineAt(merge);
  if (!isMergeLine(merge.file, line) || !areSiblings(merge, lost) || lineAt(lost) > line) return null;
  const depth = indentationOf(merge.file.line(line));
  let first = line;
  for (let above = line - 1; above >= 1; above--) {
    const text = merge.file.line(above);
    if (!isContent(text)) continue;
    if (indentationOf(text) < depth) break;
    if (indentationOf(text) === depth) first = above;
  }
  const start = merge.file.lineStart(first);
  const text = `${merge.file.line(line)}\n`;
  return [
    { at: span(merge.file, start, start), text },
    { at: wholeLine(merge.file, line), text: '' },
  ];
}

/** Writes a line below a `<<` that stands alone on its own, as deep as it is. */
export function belowMerge(merge: Span, text: string): Edit | null {
  const line = lineAt(merge);
  if (!isMergeLine(merge.file, line)) return null;
  const written = merge.file.line(line);
  const end = merge.file.lineStart(line) + written.length;
  return { at: span(merge.file, end, end), text: `\n${written.slice(0, indentationOf(written))}${text}` };
}

function lineOfKey(key: string, value: Span): KeyLine | null {
  const { file } = value;
  const line = lineAt(value);
  const start = file.lineStart(line);
  const before = file.text.slice(start, value.start);
  const after = file.text.slice(value.end, start + file.line(line).length);
  if (!new RegExp(`^ *${key}:(?: +["']?| *)$`).test(before) || !/^["']?\s*(?:#.*)?$/.test(after)) return null;
  return { file, line, indentation: indentationOf(before) };
}

function hasSibling({ file, line, indentation }: KeyLine): boolean {
  for (const step of [-1, 1]) {
    for (let at = line + step; at >= 1 && at <= file.lineCount; at += step) {
      const text = file.line(at);
      if (!isContent(text)) continue;
      if (indentationOf(text) < indentation) break;
      if (indentationOf(text) === indentation) return true;
    }
  }
  return false;
}

function isMergeLine(file: SourceFile, line: number): boolean {
  return /^ *<<: *\*[\w-]+ *(?:#.*)?$/.test(file.line(line));
}

/** Anything but a blank, a comment or a line of ERB alone. */
function isContent(text: string): boolean {
  return !/^\s*(?:$|#|<%)/.test(text);
}

function indentationOf(text: string): number {
  return /^ */.exec(text)![0].length;
}

function lineAt({ file, start }: Span): number {
  return file.position(start).line;
}

function wholeLine(file: SourceFile, line: number): Span {
  const end = line < file.lineCount ? file.lineStart(line + 1) : file.text.length;
  return span(file, file.lineStart(line), end);
}
