import type { SourceFile } from '../text/source.ts';
import { append, costlyLines, LONGEST_LINE, within } from './secret_cost.ts';
import {
  addresses,
  assignments,
  isSecretName,
  rubyStrings,
  secretsOfValue,
  splitOptions,
  type Stretch,
} from './secret_shapes.ts';

const RUBY_FILE = /(\.(rb|ru|rake|gemspec|cap)|(^|\/)(Gemfile|Rakefile|Capfile|Guardfile))$/;

/**
 * Every secret written in a file. Reports show files of any format, also broken ones, so this knows the shapes in which
 * secrets are written rather than the formats, and masks too much rather than too little.
 */
export function secretStretches(file: SourceFile): Stretch[] {
  const { text } = file;
  const isRuby = RUBY_FILE.test(file.path);
  const costly = costlyLines(text, isRuby ? LONGEST_RUBY_LINE : LONGEST_LINE);
  const found = [...costly];
  append(found, addresses(text, 0, within(costly)));
  append(found, privateKeys(text));
  if (isRuby) {
    append(found, rubyStrings(text.slice(0, MOST_RUBY), 0));
    if (text.length > MOST_RUBY) found.push({ start: lineStartBefore(text, MOST_RUBY), end: text.length });
    return found;
  }
  append(found, splitOptions(text, 0));
  append(found, embeddedRuby(text));
  append(found, pairs(file, within(costly)));
  return found;
}

/** Ruby is read token by token, so that a line may be longer than one that patterns look at. */
const LONGEST_RUBY_LINE = 100_000;
/** What is beyond is masked. */
const MOST_RUBY = 1_000_000;

function lineStartBefore(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset) + 1;
}

/** The inside of `-----BEGIN … KEY-----` blocks. */
function privateKeys(text: string): Stretch[] {
  const found: Stretch[] = [];
  for (const match of text.matchAll(/(-----BEGIN [A-Z ]*KEY-----)([^]*?)(?=-----END|$(?![^]))/g)) {
    const start = match.index + match[1]!.length;
    found.push({ start, end: start + match[2]!.length });
  }
  return found;
}

/** `ENV NAME value` and `ARG NAME value` of a Dockerfile. */
function instructions(line: string, offset: number): Stretch[] {
  const match = /^[ \t]*(?:ENV|ARG)[ \t]+(\w+)[ \t]+(?!=)(\S.*)$/i.exec(line);
  if (!match || !isSecretName(match[1]!)) return [];
  return secretsOfValue(match[2]!.trimEnd(), offset + match[0].length - match[2]!.length);
}

function embeddedRuby(text: string): Stretch[] {
  const found: Stretch[] = [];
  let read = 0;
  for (let start = text.indexOf('<%'); start !== -1;) {
    const end = text.indexOf('%>', start);
    if (end === -1) break;
    read += end - start;
    if (read > MOST_RUBY) found.push({ start, end });
    else append(found, rubyStrings(text.slice(start, end), start));
    start = text.indexOf('<%', end);
  }
  return found;
}

/** A pair as YAML and JSON write it: what precedes the key, the key, and the rest of the line. */
const PAIR =
  /^([ \t]*(?:-[ \t]+)*)(?:("(?:\\.|[^"\\])*"|'[^']*'|<<)[ \t]*|([^\s#'"{}[\],&*!|>%@`-][^#:]*)):(?:[ \t]+([^\n]*)|[ \t]*)$/;
const FLOW_PAIR =
  /(?<![\w.\\-])(["']?)([\w.\\-]+)\1[ \t]*:[ \t]*("(?:\\.|[^"\\])*"|'[^']*'|<%[^]*?%>|[^\s,{}[\]"'][^,}\]]*)/g;
/** The name of a variable, as lists of names to take from elsewhere have it. */
const VARIABLE_NAME = /^["']?[A-Z][A-Z0-9]*(_[A-Z0-9]+)+(:[A-Z][A-Z0-9_]*)?["']?,?$/;

interface Line {
  readonly start: number;
  readonly text: string;
  readonly indent: number;
  /** Where the key stands, after the dashes of a list. */
  readonly column: number;
  readonly key: string | null;
  readonly value: string;
  readonly valueStart: number;
}

function pairs(file: SourceFile, isCostly: (offset: number) => boolean): Stretch[] {
  const found: Stretch[] = [];
  const lines: Line[] = [];
  const anchored = anchorsOf(file.text);
  for (let number = 1; number <= file.lineCount; number++) lines.push(lineOf(file, number));
  let inside: { readonly indent: number; readonly block: boolean } | null = null;
  let isSecretDocument = false;
  for (const [index, line] of lines.entries()) {
    const { start, text } = line;
    if (text.trim() === '') continue;
    if (isCostly(start)) continue;
    append(found, assignments(text, start));
    append(found, instructions(text, start));
    if (text.startsWith('---')) isSecretDocument = false;
    if (inside && line.indent <= inside.indent && !(/^\s*- /.test(text) && line.indent === inside.indent))
      inside = null;
    const comment = text.search(/\s#/);
    for (const part of comment < 0 ? [0] : [0, comment + 2]) append(found, flowPairs(text.slice(part), start + part));
    if (inside) {
      append(found, insideSecret(line, inside.block));
      continue;
    }
    if (line.key === null) continue;
    if (line.key === 'kind' && line.column === 0) isSecretDocument = line.value === 'Secret';
    if (isSecretDocument && line.column === 0 && /^(data|stringData)$/.test(line.key)) {
      inside = { indent: line.indent, block: false };
      continue;
    }
    if (line.key === 'value' && namesSecret(lines, index)) {
      append(found, valueStretches(line.value, line.valueStart));
    }
    if (!isSecretName(line.key)) continue;
    if (/^([|>][-+\d]*|[[{]|[&!]\S*)?$/.test(line.value)) {
      inside = { indent: line.column, block: /^[|>]/.test(line.value) };
    } else append(found, valueStretches(line.value, line.valueStart));
  }
  // An alias of something else in the file is a name; a secret may begin with an asterisk too.
  return found.filter(({ start, end }) => file.text[start - 1] !== '*' || !anchored.has(file.text.slice(start, end)));
}

function anchorsOf(text: string): ReadonlySet<string> {
  return new Set(Array.from(text.matchAll(/&([^\s,[\]{}&]+)/g), (match) => match[1]!));
}

/** `{ password: x, "api_key": "y" }`, and any other pair that does not stand alone on its line. */
function flowPairs(text: string, start: number): Stretch[] {
  if (VARIABLE_NAME.test(text.replace(/^\s*-\s+/, '').trim())) return [];
  const found: Stretch[] = [];
  for (const pair of text.matchAll(FLOW_PAIR))
    if (isSecretName(unescaped(pair[2]!))) {
      const at = start + pair.index + pair[0].length - pair[3]!.length;
      append(found, valueStretches(withoutComment(pair[3]!.trimEnd()), at));
    }
  return found;
}

function lineOf(file: SourceFile, number: number): Line {
  const start = file.lineStart(number);
  const text = file.line(number);
  const indent = text.length - text.trimStart().length;
  const match = text.length > LONGEST_LINE ? null : PAIR.exec(text);
  if (!match) return { start, text, indent, column: indent, key: null, value: '', valueStart: start };
  const rest = match[4] ?? '';
  const value = withoutComment(rest);
  const key = unquoted(match[2] ?? match[3]!.trimEnd());
  const valueStart = start + text.length - rest.length;
  return { start, text, indent, column: match[1]!.length, key, value, valueStart };
}

function unquoted(key: string): string {
  const quoted = /^(["'])([^]*)\1$/.exec(key);
  return quoted ? unescaped(quoted[2]!) : key;
}

/** A name may be written with the codes of its letters. */
function unescaped(name: string): string {
  return name.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U0000([0-9a-f]{4}))/gi, (_all, ...codes: unknown[]) => {
    const code = codes.slice(0, 3).find((one) => typeof one === 'string');
    return String.fromCharCode(parseInt(String(code), 16));
  });
}

function withoutComment(value: string): string {
  const quoted = /^("(?:\\.|[^"\\])*"|'[^']*')/.exec(value);
  if (quoted) return quoted[0];
  if (value.startsWith('<%')) return value.replace(/%>\s+#(?![^]*%>)[^]*$/, '%>').trimEnd();
  return value
    .replace(/(^|\s)#[^]*$/, '')
    .trimEnd()
    .replace(/,$/, '');
}

/** What is secret in the value of a secret key: all of it but references, aliases and the code of ERB. */
function valueStretches(value: string, start: number): Stretch[] {
  if (/^\*\S+$/.test(value)) return [{ start: start + 1, end: start + value.length }];
  if (/^\[[^\]]*\]$/.test(value)) {
    const items = value.slice(1, -1).split(',');
    if (items.every((item) => VARIABLE_NAME.test(item.trim()))) return [];
  }
  if (!value.includes('<%')) return secretsOfValue(value, start);
  const found: Stretch[] = [];
  let from = 0;
  const literal = (end: number): void => {
    const part = value.slice(from, end);
    if (!/^[\s"']*$/.test(part)) found.push({ start: start + from, end: start + end });
  };
  for (const tag of value.matchAll(/<%[^]*?(%>|$)/g)) {
    literal(tag.index);
    append(found, rubyStrings(tag[0], start + tag.index, { always: true }));
    from = tag.index + tag[0].length;
  }
  literal(value.length);
  return found;
}

/** A line below a secret key: a block scalar, a list or a mapping that belongs to it. */
function insideSecret(line: Line, block: boolean): Stretch[] {
  const content = line.text.trim();
  const start = line.start + line.indent;
  if (block) return [{ start, end: start + content.length }];
  if (line.key !== null) {
    if (/^(description|generator|required|generateValue|sync)$/.test(line.key)) return [];
    return line.value === '' || /^[[{|>]/.test(line.value) ? [] : valueStretches(line.value, line.valueStart);
  }
  const item = content.replace(/^(?:-\s+)+/, '');
  if (item === '' || /^[\][{},]+$/.test(item) || item.startsWith('#') || VARIABLE_NAME.test(item)) return [];
  return valueStretches(withoutComment(item), line.start + line.text.trimEnd().length - item.length);
}

/** Whether a `value:` belongs to a `name:` or `key:` beside it that names a secret. */
function namesSecret(lines: readonly Line[], index: number): boolean {
  const value = lines[index]!;
  for (const step of [-1, 1]) {
    for (let at = index; Math.abs(at - index) <= 4; at += step) {
      const line = lines[at];
      if (!line) break;
      if (line.text.trim() === '') continue;
      // A dash begins another item, downwards; upwards it begins this one.
      if (step === 1 && at !== index && /^\s*-/.test(line.text)) break;
      if (line.column < value.column) break;
      if (line.column === value.column && (line.key === 'name' || line.key === 'key'))
        return isSecretName(line.value.replace(/["']/g, ''));
      if (step === -1 && /^\s*-/.test(line.text)) break;
    }
  }
  return false;
}
