import type { SourceFile } from '../text/source.ts';
import type { Program, ProgramParser, TrimMode } from './syntax.ts';

/** Characters of source whose programs are kept: trees take about a hundred times the room of their text. */
const MOST_KEPT = 600_000;

/**
 * A parser that reads each file of an app once, however many processes boot from it. Programs are never changed, so
 * that all of them may share one. What does not fit any more is parsed anew each time.
 */
export class RememberedPrograms implements ProgramParser {
  readonly #parser: ProgramParser;
  readonly #byFile = new Map<SourceFile, Map<TrimMode | 'ruby', Program>>();
  /** Files that Ruby loads by itself come as new objects each time. */
  readonly #siblings = new Map<string, SourceFile>();
  #left = MOST_KEPT;

  constructor(parser: ProgramParser) {
    this.#parser = parser;
  }

  parse(file: SourceFile): Program {
    return this.#remembered(this.#known(file), 'ruby', (one) => this.#parser.parse(one));
  }

  /** Templates are known by their file alone: what they print is told apart by the very object it stands in. */
  parseTemplate(file: SourceFile, trimMode: TrimMode, locals: readonly string[] = []): Program {
    if (locals.length > 0) return { ...this.#parser.parseTemplate(file, trimMode, locals), parser: this };
    return this.#remembered(file, trimMode, (one) => this.#parser.parseTemplate(one, trimMode));
  }

  #remembered(file: SourceFile, as: TrimMode | 'ruby', parse: (file: SourceFile) => Program): Program {
    const found = this.#byFile.get(file)?.get(as);
    if (found) return found;
    const program = { ...parse(file), parser: this };
    if (file.text.length > this.#left) return program;
    this.#left -= file.text.length;
    const kept = this.#byFile.get(file) ?? new Map<TrimMode | 'ruby', Program>();
    this.#byFile.set(file, kept.set(as, program));
    if (as === 'ruby') this.#siblings.set(file.path, file);
    return program;
  }

  /** The object that stands for this file already, where its text is the same. */
  #known(file: SourceFile): SourceFile {
    if (this.#byFile.has(file)) return file;
    const other = this.#siblings.get(file.path);
    return other?.text === file.text && other.pathInTree === file.pathInTree ? other : file;
  }
}
