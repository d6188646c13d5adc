import type { AppFiles } from '../launch/files.ts';
import { UnreadableFile, type FileTree } from '../repo/tree.ts';
import { TOO_MUCH_TO_READ, type RubyParser } from '../ruby/parse.ts';
import { SourceFile, span } from '../text/source.ts';
import { looksBroken } from './balance.ts';
import { methodName } from './call.ts';
import { Classes } from './classes.ts';
import { copyTree, type CodeNode } from './code_node.ts';
import type { Code, CodeFile, Collector } from './collector.ts';
import { Models } from './models.ts';
import { isGenerated, productionRuby, scopeOf } from './scope.ts';

/** What a comment says that ignores a finding. */
const PROGRAM = 'rails-pool-lint';

/** Larger files are data in Ruby's clothes. */
const LARGEST = 1_000_000;

/**
 * One pass over the application's Ruby. Every file that production runs is read once, as bytes; one expression over
 * all collectors' words says which are worth a parse. Those are parsed one by one, and each tree is given back before
 * the next one is made.
 * @param isForeign says which paths belong to another app further down
 */
export function readCode(
  files: AppFiles,
  parser: RubyParser,
  collectors: readonly Collector<unknown>[],
  isForeign: (path: string) => boolean = () => false,
): void {
  const reading = new Reading(files, parser);
  const isWorthParsing = prefilter(collectors);
  const candidates: { readonly path: string; readonly isSuspect: boolean }[] = [];
  for (const path of productionRuby(files.tree)) {
    const bytes = bytesOf(files.tree, path);
    if (bytes === null) continue;
    // No decoding, and what is ASCII stands where it stood.
    const text = bytes.toString('latin1');
    reading.models.read(path, text);
    if (isForeign(path)) continue;
    if (text.includes(PROGRAM)) files.mentioning.add(path);
    const isSuspect = CODE.test(path) && looksBroken(bytes, text);
    if (isWorthParsing(path, text) && !isGenerated(text)) candidates.push({ path, isSuspect });
    else if (isSuspect) reading.noteWhatRubyRefuses(path);
  }
  for (const { path, isSuspect } of candidates) {
    const code = reading.text(path)?.replace(COMMENT_LINES, '') ?? '';
    const interested = collectors.filter((one) => isFor(one, path, code));
    const file = interested.length > 0 ? reading.once(path) : null;
    if (file) for (const collector of interested) collector.collect(file, reading);
    else if (isSuspect && interested.length === 0) reading.noteWhatRubyRefuses(path);
  }
}

/** Documentation talks about connections more than code does. */
const COMMENT_LINES = /^[ \t]*#.*$/gm;

function isFor({ reads, words, also }: Collector<unknown>, path: string, text: string): boolean {
  return (reads?.test(path) ?? true) && words.test(text) && (also?.test(text) ?? true);
}

/** One expression for the words of all collectors that read every file; few files have a path that the others read. */
function prefilter(collectors: readonly Collector<unknown>[]): (path: string, text: string) => boolean {
  const words = collectors.filter(({ reads }) => !reads).map((one) => `(?:${one.words.source})`);
  const everywhere = new RegExp([...new Set(words)].join('|'));
  const inSome = collectors.filter(({ reads }) => reads);
  return (path, text) => everywhere.test(text) || inSome.some((one) => isFor(one, path, text));
}

/** Null for what cannot be read or is too large. */
function bytesOf(tree: FileTree, path: string): Buffer | null {
  try {
    const bytes = tree.read(path);
    return bytes.length > LARGEST ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  } catch (error) {
    if (error instanceof UnreadableFile) return null;
    throw error;
  }
}

class Reading implements Code {
  readonly models: Models;
  readonly classes: Classes;
  readonly #files: AppFiles;
  readonly #parser: RubyParser;
  readonly #parsed = new Map<string, CodeFile | null>();
  readonly #refused = new Set<string>();

  constructor(files: AppFiles, parser: RubyParser) {
    this.#files = files;
    this.#parser = parser;
    const fileAt = (path: string): CodeFile | null => this.file(path);
    this.classes = new Classes(files.tree, fileAt);
    this.models = new Models(fileAt, this.classes);
  }

  text(path: string): string | null {
    try {
      return new TextDecoder('utf-8').decode(this.#files.tree.read(path));
    } catch (error) {
      if (error instanceof UnreadableFile) return null;
      throw error;
    }
  }

  /** A file that is looked at and forgotten: all of them together would not fit the memory budget. */
  once(path: string): CodeFile | null {
    const text = this.#parsed.has(path) ? null : this.text(path);
    return text === null ? (this.#parsed.get(path) ?? null) : this.#parse(path, text);
  }

  file(path: string): CodeFile | null {
    const known = this.#parsed.get(path);
    if (known !== undefined) return known;
    const text = this.text(path);
    const parsed = text === null ? null : this.#parse(path, text);
    this.#parsed.set(path, parsed);
    return parsed;
  }

  #parse(path: string, text: string): CodeFile | null {
    const source = this.#source(path, text);
    const read = this.#parser.read(text, (tree) => ({ root: copyTree(tree, source), hasError: tree.hasError }));
    if (read?.hasError) this.#noteRefusal(path, source);
    if (read) return new ParsedFile(path, source, read.root);
    this.#files.problems.push({ kind: 'unread', message: TOO_MUCH_TO_READ, at: span(source, 0, 0), assumes: [] });
    return null;
  }

  /** Notes a syntax error in a file in which nobody looks for anything. */
  noteWhatRubyRefuses(path: string): void {
    const text = this.text(path);
    if (text === null || this.#parser.read(text, ({ hasError }) => hasError) !== true) return;
    this.#noteRefusal(path, this.#source(path, text));
  }

  /** What every process loads while it boots is the boot's to say. */
  #noteRefusal(path: string, source: SourceFile): void {
    if (!CODE.test(path) || source.text.includes('<%')) return;
    const refusal = this.#parser.refusal(source.text);
    if (!refusal || this.#refused.has(path)) return;
    this.#refused.add(path);
    const at = span(source, refusal.start, refusal.end);
    this.#files.problems.push({ kind: 'parse-error', message: `syntax error: ${refusal.message}`, at, assumes: [] });
  }

  #source(path: string, text: string): SourceFile {
    const shown = this.#files.shown(path);
    return new SourceFile(shown, text, shown.slice(0, shown.length - path.length));
  }
}

/** Code of an application that its processes load. Templates of Ruby have its name and are none. */
const CODE = /^(?:app|lib)\/(?!(?:.*\/)?templates?\/).*\.rb$/;

class ParsedFile implements CodeFile {
  readonly path: string;
  readonly source: SourceFile;
  readonly root: CodeNode;
  readonly scope;
  #calls: Map<string, CodeNode[]> | null = null;

  constructor(path: string, source: SourceFile, root: CodeNode) {
    this.path = path;
    this.source = source;
    this.root = root;
    this.scope = scopeOf(path);
  }

  calls(...methods: readonly string[]): readonly CodeNode[] {
    const byName = (this.#calls ??= callsIn(this.root));
    const found = methods.flatMap((method) => byName.get(method) ?? []);
    return methods.length > 1 ? found.toSorted((a, b) => a.start - b.start) : found;
  }
}

function callsIn(root: CodeNode): Map<string, CodeNode[]> {
  const byName = new Map<string, CodeNode[]>();
  for (const node of root.within()) {
    if (node.type !== 'call') continue;
    const name = methodName(node) ?? 'call';
    const same = byName.get(name);
    if (same) same.push(node);
    else byName.set(name, [node]);
  }
  return byName;
}
