import type { Node as TreeNode } from 'web-tree-sitter';
import type { Node } from '../syntax.ts';
import { type Lowering } from './context.ts';
import { lowerStatements } from './statements.ts';

const SINGLE: Record<string, string> = {
  n: '\n',
  t: '\t',
  s: ' ',
  r: '\r',
  '0': '\0',
  e: '\u001b',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
  '\r\n': '',
};

/** What `\x` means between double quotes; `escape` includes the backslash. */
export function unescape(escape: string): string {
  const rest = escape.slice(1);
  if (rest.startsWith('u{')) {
    const points = rest.slice(2, -1).trim().split(/\s+/);
    return points.map((point) => codePoint(Number.parseInt(point, 16))).join('');
  }
  if (rest.startsWith('u')) return codePoint(Number.parseInt(rest.slice(1), 16));
  if (rest.startsWith('x')) return String.fromCharCode(Number.parseInt(rest.slice(1), 16));
  if (/^[0-7]/.test(rest)) return String.fromCharCode(Number.parseInt(rest, 8) & 0xff);
  return SINGLE[rest] ?? rest;
}

function codePoint(point: number): string {
  return Number.isNaN(point) || point > 0x10ffff ? '\uFFFD' : String.fromCodePoint(point);
}

/** Between single quotes only the backslash and the delimiters are escaped. */
function unescapeRaw(text: string, delimiters: string): string {
  return text.replaceAll(/\\([\s\S])/g, (whole, char: string) =>
    char === '\\' || delimiters.includes(char) ? char : whole,
  );
}

export function lowerString(c: Lowering, node: TreeNode): Node {
  const open = node.child(0);
  const close = node.child(node.childCount - 1);
  if (!open || !close) return c.unsupported(node, 'a string this tool cannot read');
  const opening = c.source(open);
  if (opening === "'" || opening.startsWith('%q')) {
    const raw = c.text.slice(open.endIndex, close.startIndex);
    return { type: 'str', at: c.at(node), value: unescapeRaw(raw, opening.at(-1)! + c.source(close)) };
  }
  return joined(c, node, 'dstr', contents(c, node));
}

/** The parts of a string-like node: text, escapes and interpolations. */
function contents(c: Lowering, node: TreeNode): Node[] {
  const parts: Node[] = [];
  let end = -1;
  for (let i = 0; i < node.childCount; i++) {
    const child = node.child(i)!;
    if (child.type === 'interpolation') {
      parts.push(interpolation(c, child));
    } else if (child.type === 'escape_sequence') {
      parts.push({ type: 'str', at: c.at(child), value: unescape(c.source(child)) });
    } else if (child.type === 'string_content' || child.type === 'heredoc_content') {
      // The grammar leaves a gap where it skips blanks between two parts.
      const start = end !== -1 && end < child.startIndex ? end : child.startIndex;
      parts.push({ type: 'str', at: c.at(child), value: c.text.slice(start, child.endIndex) });
    } else {
      continue;
    }
    end = child.endIndex;
  }
  return parts;
}

function interpolation(c: Lowering, node: TreeNode): Node {
  const body = lowerStatements(c, node);
  return body ?? { type: 'nil', at: c.at(node) };
}

function joined(c: Lowering, node: TreeNode, type: 'dstr' | 'dsym' | 'xstr', parts: readonly Node[]): Node {
  const at = c.at(node);
  if (type !== 'xstr' && parts.every((part) => part.type === 'str')) {
    const value = parts.map((part) => (part.type === 'str' ? part.value : '')).join('');
    return type === 'dsym' ? { type: 'sym', at, name: value } : { type: 'str', at, value };
  }
  return { type, at, parts };
}

/** `"a" "b"` */
export function lowerChained(c: Lowering, node: TreeNode, strings: readonly TreeNode[]): Node {
  const parts = strings.flatMap((string) => {
    const part = lowerString(c, string);
    return part.type === 'dstr' ? part.parts : [part];
  });
  return joined(c, node, 'dstr', parts);
}

export function lowerSymbol(c: Lowering, node: TreeNode): Node {
  const opening = c.source(node.child(0)!);
  if (opening.endsWith("'") || opening.startsWith('%s')) {
    const raw = c.text.slice(node.child(0)!.endIndex, node.child(node.childCount - 1)!.startIndex);
    return { type: 'sym', at: c.at(node), name: unescapeRaw(raw, "'") };
  }
  return joined(c, node, 'dsym', contents(c, node));
}

export function lowerSubshell(c: Lowering, node: TreeNode): Node {
  return joined(c, node, 'xstr', contents(c, node));
}

export function lowerCharacter(c: Lowering, node: TreeNode): Node {
  const text = c.source(node).slice(1);
  return { type: 'str', at: c.at(node), value: text.startsWith('\\') ? unescape(text) : text };
}

/** `%w[a b]`, `%i[a b]` */
export function lowerWords(c: Lowering, node: TreeNode, symbols: boolean): Node {
  const raw = /^%[wi]/.test(c.source(node.child(0)!));
  const items: Node[] = [];
  for (let i = 0; i < node.childCount; i++) {
    const child = node.child(i)!;
    if (child.type !== 'bare_string' && child.type !== 'bare_symbol') continue;
    if (raw) {
      const value = c.source(child).replaceAll(/\\([\s\\[\](){}<>])/g, '$1');
      items.push(symbols ? { type: 'sym', at: c.at(child), name: value } : { type: 'str', at: c.at(child), value });
    } else {
      items.push(joined(c, child, symbols ? 'dsym' : 'dstr', contents(c, child)));
    }
  }
  return { type: 'array', at: c.at(node), items };
}

/** A regular expression keeps its escapes: the pattern has its own. */
export function lowerRegex(c: Lowering, node: TreeNode): Node {
  const close = c.source(node.child(node.childCount - 1)!);
  const slash = c.source(node.child(0)!) === '/';
  const parts: Node[] = [];
  for (let i = 0; i < node.childCount; i++) {
    const child = node.child(i)!;
    if (child.type === 'interpolation') parts.push(interpolation(c, child));
    else if (child.type === 'string_content' || child.type === 'escape_sequence') {
      const raw = c.source(child);
      parts.push({ type: 'str', at: c.at(child), value: slash ? raw.replaceAll('\\/', '/') : raw });
    }
  }
  return { type: 'regex', at: c.at(node), parts, flags: /(?<![a-z])[a-z]*$/.exec(close)![0] };
}

export function lowerHeredoc(c: Lowering, node: TreeNode): Node {
  const body = c.heredocBody(node);
  if (!body) return c.unsupported(node, 'a heredoc without its text');
  const beginning = c.source(node);
  const squiggly = beginning.startsWith('<<~');
  const quoted = /^<<[~-]?'/.test(beginning);
  const shell = /^<<[~-]?`/.test(beginning);
  const name = /^<<[~-]?["'`]?(.*?)["'`]?$/.exec(beginning)![1]!;
  const parts = trimmed(quoted ? rawHeredoc(c, body) : contents(c, body), name);
  const cut = squiggly ? dedent(parts, body, c) : parts;
  const at = c.at(node);
  if (shell) return { type: 'xstr', at, parts: cut };
  if (cut.every((part) => part.type === 'str')) {
    return { type: 'str', at, value: cut.map((part) => (part.type === 'str' ? part.value : '')).join('') };
  }
  return { type: 'dstr', at, parts: cut };
}

function rawHeredoc(c: Lowering, body: TreeNode): Node[] {
  const end = body.namedChildren.find((child) => child?.type === 'heredoc_end');
  return [{ type: 'str', at: c.at(body), value: c.text.slice(body.startIndex, end?.startIndex ?? body.endIndex) }];
}

/** The grammar counts the line break before the text, and what stands before the closing word, to the text. */
function trimmed(parts: readonly Node[], name: string): Node[] {
  const result = [...parts];
  const first = result[0];
  if (first?.type === 'str') result[0] = { ...first, value: first.value.replace(/^\r?\n/, '') };
  const last = result.at(-1);
  if (last?.type === 'str') {
    const { value } = last;
    const lineStart = value.lastIndexOf('\n') + 1;
    const tail = value.slice(lineStart).trim();
    if (tail === '' || tail === name) result[result.length - 1] = { ...last, value: value.slice(0, lineStart) };
  }
  return result.filter((part) => part.type !== 'str' || part.value !== '');
}

/** Takes away the indentation of the least indented line that is not blank. */
function dedent(parts: readonly Node[], body: TreeNode, c: Lowering): Node[] {
  let least = Number.POSITIVE_INFINITY;
  let lineStart = true;
  const escapes = new Set<number>();
  body.namedChildren.forEach((child) => {
    if (child?.type === 'escape_sequence') escapes.add(c.at(child).start);
  });
  parts.forEach((part, index) => {
    const text = part.type === 'str' && !escapes.has(part.at.start) ? part.value : null;
    if (text === null) {
      if (lineStart) least = 0;
      lineStart = false;
      return;
    }
    const lines = text.split('\n');
    lines.forEach((line, i) => {
      if (i > 0) lineStart = true;
      if (!lineStart) return;
      const last = i === lines.length - 1;
      const indent = /^[ \t]*/.exec(line)![0];
      const blank = indent.length === line.length;
      // The end of a part that is blank so far is indentation only if something follows on the line.
      if (blank && (!last || index === parts.length - 1)) return;
      least = Math.min(least, width(indent));
      lineStart = false;
    });
  });
  if (least === 0 || !Number.isFinite(least)) return [...parts];
  let begins = true;
  return parts.map((part): Node => {
    if (part.type !== 'str' || escapes.has(part.at.start)) {
      begins = false;
      return part;
    }
    const value = part.value
      .split('\n')
      .map((line, i) => (i > 0 || begins ? strip(line, least) : line))
      .join('\n');
    begins = part.value.endsWith('\n');
    return { ...part, value };
  });
}

function width(indent: string): number {
  let columns = 0;
  for (const char of indent) columns = char === '\t' ? (Math.floor(columns / 8) + 1) * 8 : columns + 1;
  return columns;
}

function strip(line: string, columns: number): string {
  let done = 0;
  let at = 0;
  while (at < line.length && done < columns) {
    const char = line[at];
    if (char === ' ') done++;
    else if (char === '\t') {
      const next = (Math.floor(done / 8) + 1) * 8;
      if (next > columns) break;
      done = next;
    } else break;
    at++;
  }
  return line.slice(at);
}
