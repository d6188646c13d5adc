import type { TrimMode } from '../ruby/syntax.ts';

/**
 * A template as the one Ruby program that ERB makes of it, with the way back to the template. Offsets are UTF-16.
 */
export interface CompiledTemplate {
  readonly program: string;
  /** In order of `from`: the code of tags, copied into the program at `from`, from `start` of the template. */
  readonly segments: readonly { readonly from: number; readonly length: number; readonly start: number }[];
  /** By the offset of its statement in the program: the stretch of template text that the statement prints. */
  readonly texts: ReadonlyMap<number, { readonly start: number; readonly end: number; readonly text: string }>;
}

type Tag = '<%' | '<%=' | '<%#';

/** A stretch of content on its way: what is copied verbatim, and what stands for something else (`<%%` is `<%`). */
interface Chunk {
  text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * `ERB::Compiler` with its scanners and its buffer, as in `lib/erb/compiler.rb` of Ruby 3.4 (erb 4.0.4). Tags may span
 * lines and hold parts of statements; the newline structure of the program is Ruby's, since a comment in a tag hides
 * the rest of its line there too.
 */
export function compileErb(template: string, trimMode: TrimMode): CompiledTemplate {
  const compiler = new Compiler(template);
  if (trimMode === null) scanSimple(template, compiler);
  else if (trimMode === '-') scanExplicit(template, compiler);
  else scanTrim(template, compiler, trimMode);
  return compiler.finish();
}

class Compiler {
  tag: Tag | null = null;
  readonly #template: string;
  #content: Chunk[] = [];
  #line: { text: string; copied: Chunk[]; printed: Chunk[] | null }[] = [];
  #program = '';
  readonly #segments: { from: number; length: number; start: number }[] = [];
  readonly #texts = new Map<number, { start: number; end: number; text: string }>();

  constructor(template: string) {
    this.#template = template;
  }

  /** A token of the scanner, standing at `start` of the template. */
  token(text: string, start: number): void {
    if (text === '') return;
    const end = start + text.length;
    if (this.tag === null) {
      if (text === '<%' || text === '<%=' || text === '<%#') {
        this.tag = text;
        this.#put();
      } else if (text === '<%%') this.#content.push({ text: '<%', start, end });
      else this.#content.push({ text, start, end });
    } else if (text === '%>') {
      this.#close();
      this.tag = null;
    } else if (text === '%%>') this.#content.push({ text: '%>', start, end });
    else this.#content.push({ text, start, end });
  }

  /** The scanner says that a line break belongs to the tag before it. */
  lineBreak(): void {
    this.#program += '';
    this.#flush();
    this.#program += '\n';
  }

  /** A line break that ends a put, as the `<>` and `>` modes report it. */
  newline(start: number): void {
    this.#content.push({ text: '\n', start, end: start + 1 });
    this.#put();
  }

  finish(): CompiledTemplate {
    // What an unterminated tag holds is printed as text.
    this.#put();
    this.#flush();
    return { program: this.#program, segments: this.#segments, texts: this.#texts };
  }

  #put(): void {
    if (this.#content.length === 0) return;
    this.#line.push({ text: '', copied: [], printed: this.#content });
    this.#content = [];
  }

  #close(): void {
    const content = this.#content;
    this.#content = [];
    const text = content.map((chunk) => chunk.text).join('');
    if (this.tag === '<%#') {
      this.#line.push({ text: '\n'.repeat(text.split('\n').length - 1), copied: [], printed: null });
    } else if (this.tag === '<%=') {
      this.#line.push({ text: '=', copied: content, printed: null });
    } else if (text.endsWith('\n')) {
      const last = content.at(-1)!;
      last.text = last.text.slice(0, -1);
      this.#line.push({ text: '', copied: content, printed: null });
      this.lineBreak();
    } else {
      this.#line.push({ text: '', copied: content, printed: null });
    }
  }

  #flush(): void {
    this.#line.forEach((command, i) => {
      if (i > 0) this.#program += '; ';
      if (command.printed) this.#text(command.printed);
      else if (command.text === '=') {
        this.#program += '_erbout.<<((';
        this.#copy(command.copied);
        this.#program += ').to_s)';
      } else {
        this.#program += command.text;
        this.#copy(command.copied);
      }
    });
    this.#line = [];
  }

  #copy(chunks: readonly Chunk[]): void {
    for (const chunk of chunks) {
      this.#segments.push({ from: this.#program.length, length: chunk.text.length, start: chunk.start });
      this.#program += chunk.text;
    }
  }

  /** One statement for each stretch, so that printed text keeps its exact place across `<%%`. */
  #text(chunks: readonly Chunk[]): void {
    const merged: Chunk[] = [];
    for (const chunk of chunks) {
      const last = merged.at(-1);
      const verbatim = this.#template.slice(chunk.start, chunk.end) === chunk.text;
      const lastVerbatim = last && this.#template.slice(last.start, last.end) === last.text;
      if (last && verbatim && lastVerbatim && last.end === chunk.start) {
        merged[merged.length - 1] = { text: last.text + chunk.text, start: last.start, end: chunk.end };
      } else merged.push(chunk);
    }
    let newlines = 0;
    merged.forEach((chunk, i) => {
      if (i > 0) this.#program += '; ';
      this.#texts.set(this.#program.length, { start: chunk.start, end: chunk.end, text: chunk.text });
      this.#program += '_erbout.<<("")';
      newlines += chunk.text.split('\n').length - 1;
    });
    this.#program += '\n'.repeat(newlines);
  }
}

/** `SimpleScanner`: no trim mode. */
function scanSimple(template: string, compiler: Compiler): void {
  const open = /<%[%=#]?/g;
  const close = /%%?>/g;
  scanWith(template, compiler, (from) =>
    compiler.tag === null ? search(open, template, from) : search(close, template, from),
  );
}

function search(pattern: RegExp, template: string, from: number): { start: number; text: string } | null {
  pattern.lastIndex = from;
  const match = pattern.exec(template);
  return match ? { start: match.index, text: match[0] } : null;
}

function scanWith(
  template: string,
  compiler: Compiler,
  next: (from: number) => { start: number; text: string } | null,
): void {
  let at = 0;
  while (at < template.length) {
    const found = next(at);
    const end = found ? found.start : template.length;
    compiler.token(template.slice(at, end), at);
    if (!found) return;
    compiler.token(found.text, found.start);
    at = found.start + found.text.length;
  }
}

/** `ExplicitScanner`: trim mode `-`. */
function scanExplicit(template: string, compiler: Compiler): void {
  const open = /<%-|<%[%=#]?/g;
  const close = /-%>|%%>|%>/g;
  let at = 0;
  while (at < template.length) {
    const found = search(compiler.tag === null ? open : close, template, at);
    if (!found) {
      compiler.token(template.slice(at), at);
      return;
    }
    const after = found.start + found.text.length;
    if (found.text === '<%-') {
      compiler.token(template.slice(at, trimmedStart(template, at, found.start)), at);
      compiler.token('<%', found.start);
      at = after;
    } else if (found.text === '-%>') {
      compiler.token(template.slice(at, found.start), at);
      compiler.token('%>', found.start + 1);
      const newline = template.startsWith('\r\n', after) ? 2 : template[after] === '\n' ? 1 : 0;
      at = after + newline;
      if (newline > 0 || after === template.length) compiler.lineBreak();
    } else {
      compiler.token(template.slice(at, found.start), at);
      compiler.token(found.text, found.start);
      at = after;
    }
  }
}

/** Blanks between the beginning of the line (or of what is still to scan) and `<%-` are not printed. */
function trimmedStart(template: string, from: number, tag: number): number {
  let start = tag;
  while (start > from && (template[start - 1] === ' ' || template[start - 1] === '\t')) start--;
  return start === from || template[start - 1] === '\n' ? start : tag;
}

/** `TrimScanner` with `>` (a break after any tag) or `<>` (only on lines that begin with a tag). */
function scanTrim(template: string, compiler: Compiler, mode: '<>' | '>'): void {
  const pattern = /%>\r?\n|<%%|<%=|<%#|<%|%%>|%>|\n/g;
  let head: string | null = null;
  let at = 0;
  const emit = (text: string, start: number): void => {
    if (text === '') return;
    head ??= text;
    if (text === '%>\n' || text === '%>\r\n') {
      const inTag = compiler.tag !== null;
      compiler.token('%>', start);
      const trims = mode === '>' || head === '<%' || head === '<%=' || head === '<%#';
      if (trims) {
        // Outside a tag the report of a trimmed break only ends a line of the program.
        if (compiler.tag === null) compiler.lineBreak();
      } else if (inTag) compiler.newline(start + text.length - 1);
      else compiler.token('\n', start + text.length - 1);
      head = null;
    } else if (text === '\n' && compiler.tag === null) {
      compiler.newline(start);
      head = null;
    } else {
      compiler.token(text, start);
      if (text === '\n') head = null;
    }
  };
  while (at < template.length) {
    const found = search(pattern, template, at);
    const end = found ? found.start : template.length;
    emit(template.slice(at, end), at);
    if (!found) return;
    emit(found.text, found.start);
    at = found.start + found.text.length;
  }
}
