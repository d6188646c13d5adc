import { parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { span, type SourceFile, type Span } from './source.ts';

export interface JsonDocument {
  /** Null where the file is empty, or no JSON. */
  readonly root: Node | null;
  readonly problem: { readonly message: string; readonly at: Span } | null;
}

/** How deep lists and objects may stand in each other: what reads them calls itself for each. */
const DEEPEST = 500;

/** A file as JSON has it: no comments, no comma behind the last of a list, nothing behind the end. */
export function readJson(file: SourceFile): JsonDocument {
  const deep = tooDeepIn(file.text);
  if (deep !== null) {
    const message = `this is not read: lists and objects stand in each other more than ${DEEPEST} deep`;
    return { root: null, problem: { message, at: span(file, deep, deep + 1) } };
  }
  const errors: ParseError[] = [];
  const root = parseTree(file.text.replace(/^\uFEFF/, ' '), errors, { disallowComments: true });
  const [error] = errors;
  if (!error) return { root: root ?? null, problem: null };
  const message = `this is no JSON: ${wordsOf(printParseErrorCode(error.error))}`;
  return { root: null, problem: { message, at: span(file, error.offset, error.offset + error.length) } };
}

/** Where the first bracket stands that goes too deep. */
function tooDeepIn(text: string): number | null {
  let depth = 0;
  let inString = false;
  for (const { 0: sign, index } of text.matchAll(/\\[^]|["\n[{\]}]/g)) {
    if (sign === '"') inString = !inString;
    else if (sign === '\n') inString = false;
    else if (inString) continue;
    else if (sign === '[' || sign === '{') depth += 1;
    else if (sign === ']' || sign === '}') depth -= 1;
    if (depth > DEEPEST) return index;
  }
  return null;
}

/** `CloseBraceExpected` → "close brace expected". */
function wordsOf(code: string): string {
  return code.replaceAll(/(?!^)[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}
