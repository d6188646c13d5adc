import { span, type SourceFile } from '../../text/source.ts';
import type { Environment } from '../../value/environment.ts';
import { saidBy, type Traced } from '../../value/traced.ts';
import { interpolated } from './interpolation.ts';

/** A variable of an env file; `value` is null for a bare name, which takes its value from where compose is run. */
export interface FileVariable {
  readonly name: string;
  readonly value: Traced<string> | null;
}

/**
 * The variables of a file that compose reads: `.env` beside the compose file, or what `env_file` names. `known` are the
 * variables its values may refer to, before those of the file itself. Null for a file that compose refuses.
 * Source: dotenv/parser.go@v2.9.1 (compose-spec/compose-go)
 */
export function envFileVariables(file: SourceFile, known: Environment): readonly FileVariable[] | null {
  const found = new Map<string, FileVariable>();
  const text = file.text;
  let lookup = known;
  let index = text.startsWith('\uFEFF') ? 1 : 0;
  for (;;) {
    while (index < text.length && /\s/.test(text[index]!)) index += 1;
    if (index >= text.length) return [...found.values()];
    if (text[index] === '#') {
      index = lineEnd(text, index);
      continue;
    }
    const start = index;
    const head = /^(?:export[ \t]+)?([^=:\n]*)([=:\n]|$)/.exec(text.slice(index))!;
    const name = head[1]!.trim();
    if (!/^[\p{L}\p{N}_.\-[\]]+$/u.test(name)) return null;
    index += head[0].length;
    if (head[2] !== '=' && head[2] !== ':') {
      found.set(name, { name, value: null });
      continue;
    }
    while (index < text.length && /[\t\v\f\r \u0085\u00A0]/.test(text[index]!)) index += 1;
    const value = valueAt(text, index);
    if (!value) return null;
    const at = span(file, start, value.end);
    const read = value.literal
      ? interpolated(value.text.replace(/\$/g, '$$$$'), at, lookup)
      : interpolated(value.text, at, lookup);
    const set = saidBy(at, read);
    index = value.next;
    if (/^\d/.test(name)) continue;
    if (!known.declares(name)) lookup = lookup.with(name, set);
    found.set(name, { name, value: set });
  }
}

interface RawValue {
  readonly text: string;
  /** In single quotes: no variables. */
  readonly literal: boolean;
  readonly end: number;
  readonly next: number;
}

function valueAt(text: string, start: number): RawValue | null {
  const quote = text[start];
  if (quote !== '"' && quote !== "'") {
    const end = lineEnd(text, start);
    const written = text.slice(start, end).split(' #')[0]!.trimEnd();
    return { text: written, literal: false, end: start + written.length, next: Math.min(end + 1, text.length) };
  }
  let value = '';
  for (let index = start + 1; index < text.length; index += 1) {
    const character = text[index]!;
    if (character === quote) {
      const read = quote === '"' ? unescaped(value) : value;
      return { text: read, literal: quote === "'", end: index + 1, next: index + 1 };
    }
    if (character === '\\' && index + 1 < text.length) {
      index += 1;
      value += text[index] === quote ? quote : `\\${text[index]}`;
    } else value += character;
  }
  return null;
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '"': '"',
  '\\': '\\',
  $: '$$',
};

function unescaped(value: string): string {
  return value.replace(/\\([abfnrtv$"\\])/g, (_, letter: string) => ESCAPES[letter] ?? letter);
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
