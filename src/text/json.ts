import { parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { span, type SourceFile, type Span } from './source.ts';

export interface JsonDocument {
  /** Null where the file is empty, or no JSON. */
  readonly root: Node | null;
  readonly problem: { readonly message: string; readonly at: Span } | null;
}

/** A file as JSON has it: no comments, no comma behind the last of a list, nothing behind the end. */
export function readJson(file: SourceFile): JsonDocument {
  const errors: ParseError[] = [];
  const root = parseTree(file.text.replace(/^\uFEFF/, ' '), errors, { disallowComments: true });
  const [error] = errors;
  if (!error) return { root: root ?? null, problem: null };
  const message = `this is no JSON: ${wordsOf(printParseErrorCode(error.error))}`;
  return { root: null, problem: { message, at: span(file, error.offset, error.offset + error.length) } };
}

/** `CloseBraceExpected` → "close brace expected". */
function wordsOf(code: string): string {
  return code.replaceAll(/(?!^)[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}
