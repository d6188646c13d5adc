import { Lexer } from 'yaml';
import type { RubyParser } from '../ruby/parse.ts';
import { span, type SourceFile, type Span } from '../text/source.ts';

/** A comment, from its `#` (or `<%#`) to its end. */
export interface Comment {
  readonly at: Span;
  /** What it says, with its `#` and without the tag of a template around it. */
  readonly text: string;
  /** Where `text` begins in the file. */
  readonly textStart: number;
}

/** How a file is commented. `lines` knows only comments that have a line of their own: Procfile, Dockerfile, TOML. */
type Language = 'ruby' | 'yaml' | 'template' | 'dotenv' | 'lines';

const RUBY = /\.(?:rb|rake|ru|gemspec)$|(?:^|\/)(?:Gemfile|gems\.rb|Rakefile|Capfile)$/;
const DOTENV = /(?:^|\/)\.env(?:\.[\w.-]+)?$|\.env$|^\.kamal\/secrets[\w.-]*$/;
const LINES = /(?:^|\/)(?:Procfile|Dockerfile|Containerfile)(?:\.[\w.-]+)?$|\.(?:Dockerfile|dockerfile|toml)$/;

function languageOf({ pathInTree: path, text }: SourceFile): Language | null {
  if (RUBY.test(path) || /^#!.*\bruby\b/.test(text)) return 'ruby';
  // Rails, Sidekiq and Kamal read their YAML as templates; compose and Kubernetes do not.
  if (/\.ya?ml(?:\.erb)?(?:\.[\w-]+)*$/.test(path)) return /^config\/|\.erb$/.test(path) ? 'template' : 'yaml';
  if (DOTENV.test(path)) return 'dotenv';
  return LINES.test(path) || text.startsWith('#!') ? 'lines' : null;
}

/** The comments of a file, in order. What looks like one inside a string is none. */
export function commentsOf(file: SourceFile, parser: RubyParser): readonly Comment[] {
  switch (languageOf(file)) {
    case 'ruby':
      return rubyComments(file, file.text, 0, parser);
    case 'template':
      return templateComments(file, parser).toSorted((a, b) => a.at.start - b.at.start);
    case 'yaml':
      return yamlComments(file, file.text);
    case 'dotenv':
      return dotenvComments(file);
    case 'lines':
      return [...file.text.matchAll(/(?<![^\n])[^\S\n]*#[^\n]*/g)].map((match) =>
        comment(file, match.index + match[0].indexOf('#'), match.index + match[0].length),
      );
    case null:
      return [];
  }
}

function comment(file: SourceFile, start: number, end: number): Comment {
  const text = file.text.slice(start, end).trimEnd();
  return { at: span(file, start, start + text.length), text, textStart: start };
}

/** @param offset where `code` begins in the file */
function rubyComments(file: SourceFile, code: string, offset: number, parser: RubyParser): readonly Comment[] {
  const places = parser.read(code, (root) =>
    root.descendantsOfType('comment').flatMap((node) => (node ? [[node.startIndex, node.endIndex] as const] : [])),
  );
  return (places ?? [])
    .filter(([start]) => code[start] === '#')
    .map(([start, end]) => comment(file, offset + start, offset + end));
}

/** A tag of a template. */
interface Tag {
  readonly start: number;
  readonly end: number;
  readonly kind: '' | '#' | '=';
}

function tagsOf(text: string): readonly Tag[] {
  const tags: Tag[] = [];
  for (let start = text.indexOf('<%'); start !== -1;) {
    const kind = text[start + 2];
    // `<%%` is text.
    const close = kind === '%' ? start + 1 : text.indexOf('%>', start + 2);
    if (close === -1) break;
    if (kind !== '%') tags.push({ start, end: close + 2, kind: kind === '#' || kind === '=' ? kind : '' });
    start = text.indexOf('<%', close + 2);
  }
  return tags;
}

/**
 * The comments of YAML in a template: its own, those of the Ruby in tags, and `<%# … %>`. Tags do not stand in the way
 * of reading the YAML around them: what prints is taken for a word, what prints nothing for blanks.
 */
function templateComments(file: SourceFile, parser: RubyParser): readonly Comment[] {
  const found: Comment[] = [];
  const { text } = file;
  const masked: string[] = [];
  let behind = 0;
  for (const { start, end, kind } of tagsOf(text)) {
    const codeAt = start + 2 + kind.length;
    const code = text.slice(codeAt, end - 2).replace(/-$/, ' ');
    if (kind === '#') found.push({ at: span(file, start, end), text: `#${code}`.trimEnd(), textStart: codeAt - 1 });
    else if (code.includes('#')) found.push(...rubyComments(file, code, codeAt, parser));
    masked.push(text.slice(behind, start), text.slice(start, end).replaceAll(/[^\n]/g, kind === '=' ? 'x' : ' '));
    behind = end;
  }
  masked.push(text.slice(behind));
  return [...found, ...yamlComments(file, masked.join(''))];
}

/** Marks of the lexer that stand for nothing in the text: a document, a scalar that follows, the end of a broken flow. */
const MARKS: ReadonlySet<string> = new Set(['\x02', '\x18', '\x1f']);

/** @param text as long as the file's own */
function yamlComments(file: SourceFile, text: string): readonly Comment[] {
  const found: Comment[] = [];
  let at = 0;
  let isScalar = false;
  for (const token of new Lexer().lex(text)) {
    if (MARKS.has(token)) {
      isScalar = token === '\x1f';
      continue;
    }
    if (token.startsWith('#') && !isScalar) found.push(comment(file, at, at + token.length));
    isScalar = false;
    at += token.length;
  }
  return found;
}

/** A variable with its value, which may go over several lines in quotes, up to the comment behind it. */
const VARIABLE =
  /[^\S\n]*(?:export[^\S\n]+)?[\w.]+[^\S\n]*(?:=|:[^\S\n])[^\S\n]*(?:'(?:\\'|[^'])*'|"(?:\\"|[^"])*"|[^#\n]*)[^\S\n]*/y;

/** As dotenv reads: `#` opens a comment wherever no quote is open. Source: lib/dotenv/parser.rb@v3.1.8 */
function dotenvComments(file: SourceFile): readonly Comment[] {
  const { text } = file;
  const found: Comment[] = [];
  for (let at = 0; at < text.length;) {
    VARIABLE.lastIndex = at;
    const behind = VARIABLE.test(text) ? VARIABLE.lastIndex : at + /^[^\S\n]*/.exec(text.slice(at))![0].length;
    const newline = text.indexOf('\n', behind);
    const end = newline === -1 ? text.length : newline;
    if (text[behind] === '#') found.push(comment(file, behind, end));
    at = end + 1;
  }
  return found;
}
