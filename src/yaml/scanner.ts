import { HOLE } from '../erb/rendered.ts';
import { isBlank, isBlankOrEnd, isBreak, isBreakOrEnd } from './characters.ts';
import { Cursor, YamlSyntaxError } from './cursor.ts';
import { scanBlockScalar } from './scan-block.ts';
import { isDocumentIndicator, scanPlainScalar } from './scan-plain.ts';
import { scanAnchor, scanDirective, scanTag } from './scan-property.ts';
import { scanQuotedScalar } from './scan-quoted.ts';
import { token, type Token, type TokenType } from './tokens.ts';

/** A line of a block that holds nothing but outputs nobody knows. */
export interface HoleLine {
  readonly offset: number;
  readonly column: number;
}

/** A place where a key without `?` may have begun. */
interface SimpleKey {
  possible: boolean;
  required: boolean;
  number: number;
  offset: number;
  index: number;
  line: number;
  column: number;
}

/** Deeper than this, Ruby's own stack ends sooner or later; libyaml after 0.2.5 refuses at the same depth. */
export const DEEPEST_NESTING = 1000;

const LONGEST_SIMPLE_KEY = 1024;
const HOLE_CODE = HOLE.charCodeAt(0);

/**
 * libyaml 0.2.5's tokeniser (`src/scanner.c`, MIT, by Kirill Simonov and Ingy döt Net), which is what Psych reads with.
 * It follows the original function by function, because what Psych accepts is what these functions accept. One thing
 * is added: a line of a block that holds only unknown outputs is passed over like a comment, and remembered.
 */
export class Scanner {
  readonly holeLines: HoleLine[] = [];
  readonly #cursor: Cursor;
  readonly #isHole: (offset: number) => boolean;
  #queue: Token[] = [];
  #head = 0;
  #taken = 0;
  #started = false;
  #ended = false;
  #indent = -1;
  readonly #indents: number[] = [];
  readonly #keys: SimpleKey[] = [];
  #keyAllowed = true;

  constructor(text: string, isHole: (offset: number) => boolean = () => false) {
    this.#cursor = new Cursor(text);
    this.#isHole = isHole;
  }

  /** The next token, without taking it. */
  peek(): Token {
    this.#fetchMore();
    return this.#queue[this.#head]!;
  }

  take(): Token {
    const next = this.peek();
    this.#head++;
    this.#taken++;
    if (this.#head === this.#queue.length) {
      this.#queue = [];
      this.#head = 0;
    }
    return next;
  }

  get #flowLevel(): number {
    return this.#keys.length - 1;
  }

  get #inFlow(): boolean {
    return this.#keys.length > 1;
  }

  #fetchMore(): void {
    while (true) {
      if (this.#head < this.#queue.length) {
        this.#dropStaleKeys();
        if (!this.#headMayBeKey()) return;
      }
      if (this.#ended) throw new YamlSyntaxError('did not find expected <stream-end>', this.#cursor.offset);
      this.#fetchNext();
    }
  }

  #headMayBeKey(): boolean {
    for (const key of this.#keys) if (key.possible && key.number === this.#taken) return true;
    return false;
  }

  #fetchNext(): void {
    const cursor = this.#cursor;
    if (!this.#started) {
      this.#started = true;
      this.#keys.push(emptyKey());
      this.#queue.push(token('stream-start', 0, 0, 0));
      return;
    }
    this.#skipToNextToken();
    this.#dropStaleKeys();
    this.#unrollIndent(cursor.column);
    const { code } = cursor;
    if (code === 0) return this.#fetchStreamEnd();
    if (code === 37 && cursor.column === 0) return this.#fetchDirective();
    if (isDocumentIndicator(cursor)) return this.#fetchDocumentIndicator(code === 45);
    const blankNext = isBlankOrEnd(cursor.at(1));
    switch (code) {
      case 91:
        return this.#fetchFlowStart('flow-sequence-start');
      case 123:
        return this.#fetchFlowStart('flow-mapping-start');
      case 93:
        return this.#fetchFlowEnd('flow-sequence-end');
      case 125:
        return this.#fetchFlowEnd('flow-mapping-end');
      case 44:
        this.#forgetKey();
        this.#keyAllowed = true;
        return this.#indicator('flow-entry', 1);
      case 45:
        if (blankNext) return this.#fetchBlockEntry();
        break;
      case 63:
        if (this.#inFlow || blankNext) return this.#fetchKey();
        break;
      case 58:
        if (this.#inFlow || blankNext) return this.#fetchValue();
        break;
      case 42:
        return this.#fetchProperty(() => scanAnchor(cursor, 'alias'));
      case 38:
        return this.#fetchProperty(() => scanAnchor(cursor, 'anchor'));
      case 33:
        return this.#fetchProperty(() => scanTag(cursor, this.#inFlow));
      case 124:
      case 62:
        if (!this.#inFlow) return this.#fetchBlockScalar();
        break;
      case 39:
      case 34:
        return this.#fetchProperty(() => scanQuotedScalar(cursor, code === 39));
    }
    if (this.#startsPlain(code)) return this.#fetchPlainScalar();
    cursor.fail('found character that cannot start any token', 'while scanning for the next token');
  }

  #startsPlain(code: number): boolean {
    const next = this.#cursor.at(1);
    if (code === 45) return !isBlank(next);
    if (code === 63 || code === 58) return !this.#inFlow && !isBlankOrEnd(next);
    return !isBlankOrEnd(code) && !NEVER_PLAIN.has(code);
  }

  #skipToNextToken(): void {
    const cursor = this.#cursor;
    while (true) {
      if (cursor.code === 0xfeff && cursor.column === 0) cursor.skip();
      while (cursor.code === 32 || (cursor.code === 9 && (this.#inFlow || !this.#keyAllowed))) cursor.skip();
      if (cursor.code === HOLE_CODE && !this.#inFlow && this.#isHoleLine()) {
        this.holeLines.push({ offset: cursor.offset, column: cursor.column });
        while (!isBreakOrEnd(cursor.code)) cursor.skip();
      }
      if (cursor.code === 35) while (!isBreakOrEnd(cursor.code)) cursor.skip();
      if (!isBreak(cursor.code)) return;
      cursor.skipLine();
      if (!this.#inFlow) this.#keyAllowed = true;
    }
  }

  /** Whether the cursor stands on the first hole of a line that holds, besides holes, only blanks and a comment. */
  #isHoleLine(): boolean {
    const cursor = this.#cursor;
    if (cursor.code !== HOLE_CODE || !this.#isHole(cursor.offset)) return false;
    for (let at = cursor.lineStart; at < cursor.offset; at++)
      if (!isBlank(cursor.text.charCodeAt(at)) && cursor.text.charCodeAt(at) !== 0xfeff) return false;
    for (let at = cursor.offset; ; at++) {
      const code = cursor.text.charCodeAt(at);
      if (isBreakOrEnd(code)) return true;
      if (code === 35 && isBlank(cursor.text.charCodeAt(at - 1))) return true;
      if (!isBlank(code) && !(code === HOLE_CODE && this.#isHole(at))) return false;
    }
  }

  /** A key stands on one line and is at most 1024 characters long. */
  #dropStaleKeys(): void {
    const { line, index } = this.#cursor;
    for (const key of this.#keys) {
      if (!key.possible || (key.line >= line && key.index + LONGEST_SIMPLE_KEY >= index)) continue;
      if (key.required) this.#cursor.fail("could not find expected ':'", 'while scanning a simple key', key.offset);
      key.possible = false;
    }
  }

  #saveKey(): void {
    if (!this.#keyAllowed) return;
    const { offset, index, line, column } = this.#cursor;
    const required = !this.#inFlow && this.#indent === column;
    this.#forgetKey();
    const number = this.#taken + (this.#queue.length - this.#head);
    this.#keys[this.#flowLevel] = { possible: true, required, number, offset, index, line, column };
  }

  #forgetKey(): void {
    const key = this.#keys[this.#flowLevel]!;
    if (key.possible && key.required)
      this.#cursor.fail("could not find expected ':'", 'while scanning a simple key', key.offset);
    key.possible = false;
  }

  #rollIndent(column: number, number: number | null, type: TokenType, offset: number): void {
    if (this.#inFlow || this.#indent >= column) return;
    if (this.#indents.length >= DEEPEST_NESTING) this.#cursor.fail(TOO_DEEP);
    this.#indents.push(this.#indent);
    this.#indent = column;
    this.#insert(token(type, offset, offset, column), number);
  }

  #insert(added: Token, number: number | null): void {
    if (number === null) this.#queue.push(added);
    else this.#queue.splice(this.#head + number - this.#taken, 0, added);
  }

  #unrollIndent(column: number): void {
    if (this.#inFlow) return;
    const { offset } = this.#cursor;
    while (this.#indent > column) {
      this.#queue.push(token('block-end', offset, offset, this.#cursor.column));
      this.#indent = this.#indents.pop()!;
    }
  }

  #indicator(type: TokenType, length: number): void {
    const cursor = this.#cursor;
    const start = cursor.offset;
    const { column } = cursor;
    for (let at = 0; at < length; at++) cursor.skip();
    this.#queue.push(token(type, start, cursor.offset, column));
  }

  #fetchStreamEnd(): void {
    const cursor = this.#cursor;
    if (cursor.column !== 0) cursor.newLine();
    this.#unrollIndent(-1);
    this.#forgetKey();
    this.#keyAllowed = false;
    this.#ended = true;
    this.#queue.push(token('stream-end', cursor.offset, cursor.offset, 0));
  }

  #fetchDirective(): void {
    this.#unrollIndent(-1);
    this.#forgetKey();
    this.#keyAllowed = false;
    this.#queue.push(scanDirective(this.#cursor));
  }

  #fetchDocumentIndicator(start: boolean): void {
    this.#unrollIndent(-1);
    this.#forgetKey();
    this.#keyAllowed = false;
    this.#indicator(start ? 'document-start' : 'document-end', 3);
  }

  #fetchFlowStart(type: 'flow-sequence-start' | 'flow-mapping-start'): void {
    this.#saveKey();
    if (this.#keys.length > DEEPEST_NESTING) this.#cursor.fail(TOO_DEEP);
    this.#keys.push(emptyKey());
    this.#keyAllowed = true;
    this.#indicator(type, 1);
  }

  #fetchFlowEnd(type: 'flow-sequence-end' | 'flow-mapping-end'): void {
    this.#forgetKey();
    if (this.#inFlow) this.#keys.pop();
    this.#keyAllowed = false;
    this.#indicator(type, 1);
  }

  #fetchBlockEntry(): void {
    const cursor = this.#cursor;
    if (!this.#inFlow) {
      if (!this.#keyAllowed) cursor.fail('block sequence entries are not allowed in this context');
      this.#rollIndent(cursor.column, null, 'block-sequence-start', cursor.offset);
    }
    this.#forgetKey();
    this.#keyAllowed = true;
    this.#indicator('block-entry', 1);
  }

  #fetchKey(): void {
    const cursor = this.#cursor;
    if (!this.#inFlow) {
      if (!this.#keyAllowed) cursor.fail('mapping keys are not allowed in this context');
      this.#rollIndent(cursor.column, null, 'block-mapping-start', cursor.offset);
    }
    this.#forgetKey();
    this.#keyAllowed = !this.#inFlow;
    this.#indicator('key', 1);
  }

  #fetchValue(): void {
    const cursor = this.#cursor;
    const key = this.#keys[this.#flowLevel]!;
    if (key.possible) {
      this.#insert(token('key', key.offset, key.offset, key.column), key.number);
      this.#rollIndent(key.column, key.number, 'block-mapping-start', key.offset);
      key.possible = false;
      this.#keyAllowed = false;
    } else {
      if (!this.#inFlow) {
        if (!this.#keyAllowed) cursor.fail('mapping values are not allowed in this context');
        this.#rollIndent(cursor.column, null, 'block-mapping-start', cursor.offset);
      }
      this.#keyAllowed = !this.#inFlow;
    }
    this.#indicator('value', 1);
  }

  /** An anchor, an alias, a tag or a quoted scalar: each may begin a key, and no other key may follow it. */
  #fetchProperty(scan: () => Token): void {
    this.#saveKey();
    this.#keyAllowed = false;
    this.#queue.push(scan());
  }

  #fetchBlockScalar(): void {
    this.#forgetKey();
    this.#keyAllowed = true;
    this.#queue.push(scanBlockScalar(this.#cursor, this.#indent, () => this.#isHoleLine()));
  }

  #fetchPlainScalar(): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const { token: scalar, leadingBlanks } = scanPlainScalar(this.#cursor, this.#indent, this.#inFlow);
    if (leadingBlanks) this.#keyAllowed = true;
    this.#queue.push(scalar);
  }
}

const TOO_DEEP = `is nested more than ${DEEPEST_NESTING} levels deep`;

/** `-`, `?` and `:` have rules of their own. */
const NEVER_PLAIN = new Set(Array.from(',[]{}#&*!|>\'"%@`', (letter) => letter.charCodeAt(0)));

function emptyKey(): SimpleKey {
  return { possible: false, required: false, number: 0, offset: 0, index: 0, line: 0, column: 0 };
}
