import { isBreak } from './characters.ts';

/** Psych would raise here. `offset` is a place in the rendered text. */
export class YamlSyntaxError extends Error {
  readonly offset: number;
  /** Where the construct that failed began, when libyaml names one. */
  readonly context: { readonly text: string; readonly offset: number } | null;

  constructor(problem: string, offset: number, context: YamlSyntaxError['context'] = null) {
    super(problem);
    this.name = 'YamlSyntaxError';
    this.offset = offset;
    this.context = context;
  }
}

/**
 * A reading position. libyaml counts code points where JavaScript counts UTF-16 code units: offsets are the latter,
 * `column` and `index` the former, because indentation and the length of keys depend on them.
 */
export class Cursor {
  readonly text: string;
  offset = 0;
  line = 0;
  #lineStart = 0;
  #widePairs = 0;
  #widePairsBeforeLine = 0;

  constructor(text: string) {
    // The sentinel makes the end of the text a character like any other.
    this.text = `${text}\0`;
  }

  get code(): number {
    return this.text.charCodeAt(this.offset);
  }

  at(distance: number): number {
    return this.text.charCodeAt(this.offset + distance);
  }

  get column(): number {
    return this.offset - this.#lineStart - (this.#widePairs - this.#widePairsBeforeLine);
  }

  get index(): number {
    return this.offset - this.#widePairs;
  }

  get lineStart(): number {
    return this.#lineStart;
  }

  skip(): void {
    const code = this.text.charCodeAt(this.offset);
    if (code >= 0xd800 && code <= 0xdbff) {
      this.#widePairs++;
      this.offset++;
    }
    this.offset++;
  }

  /** Skips a line break, if there is one here, and says what it reads as: `\r\n`, `\r` and NEL are `\n`. */
  skipLine(): string {
    const code = this.code;
    if (!isBreak(code)) return '';
    this.offset += code === 13 && this.at(1) === 10 ? 2 : 1;
    this.newLine();
    if (code === 0x2028) return '\u2028';
    if (code === 0x2029) return '\u2029';
    return '\n';
  }

  newLine(): void {
    this.line++;
    this.#lineStart = this.offset;
    this.#widePairsBeforeLine = this.#widePairs;
  }

  fail(problem: string, context?: string, contextOffset?: number): never {
    throw new YamlSyntaxError(
      problem,
      this.offset,
      context === undefined ? null : { text: context, offset: contextOffset ?? this.offset },
    );
  }
}
