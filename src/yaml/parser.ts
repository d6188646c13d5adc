import { YamlSyntaxError } from './cursor.ts';
import type { CollectionStart, ScalarEvent, YamlEvent } from './events.ts';
import type { Scanner } from './scanner.ts';
import type { Token, TokenType } from './tokens.ts';

type State = (parser: Parser) => YamlEvent | null;

/**
 * libyaml 0.2.5's parser (`src/parser.c`, MIT, by Kirill Simonov and Ingy döt Net): tokens in, events out, one at a
 * time, with a stack of states instead of recursion. As Psych pulls events one by one, nothing after the first document
 * is looked at, except for the one token that ends it.
 */
export class Parser {
  readonly #scanner: Scanner;
  #state: State = Parser.documentStart;
  readonly #states: State[] = [];
  /** Where the open collections start, for messages. */
  readonly #opened: number[] = [];
  #tagPrefixes = new Map<string, string>();
  /** Where the last token taken ends. */
  #previousEnd = 0;

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
    this.#take();
  }

  /** The next event. Throws YamlSyntaxError. */
  next(): YamlEvent {
    while (true) {
      const event = this.#state(this);
      if (event) return event;
    }
  }

  #take(): Token {
    const taken = this.#scanner.take();
    this.#previousEnd = taken.end;
    return taken;
  }

  #fail(problem: string, offset: number, context?: string, contextOffset?: number): never {
    throw new YamlSyntaxError(
      problem,
      offset,
      context === undefined ? null : { text: context, offset: contextOffset ?? offset },
    );
  }

  #empty(after: number): ScalarEvent {
    const until = this.#scanner.peek().start;
    return {
      type: 'scalar',
      anchor: null,
      tag: null,
      value: '',
      style: 'plain',
      after,
      start: after,
      end: after,
      until,
    };
  }

  #pop(): State {
    return this.#states.pop()!;
  }

  static documentStart(this: void, parser: Parser): YamlEvent {
    let next = parser.#scanner.peek();
    if (next.type === 'stream-end') return { type: 'stream-end', start: next.start };
    const explicit = next.type.endsWith('directive') || next.type === 'document-start';
    parser.#readDirectives();
    if (explicit) {
      next = parser.#scanner.peek();
      if (next.type !== 'document-start') parser.#fail('did not find expected <document start>', next.start);
      parser.#take();
    }
    parser.#states.push(Parser.documentEnd);
    parser.#state = explicit ? Parser.documentContent : Parser.blockNode;
    return { type: 'document-start' };
  }

  static documentEnd(this: void, parser: Parser): YamlEvent {
    const next = parser.#scanner.peek();
    parser.#state = Parser.afterDocument;
    return { type: 'document-end', start: next.start };
  }

  /** Nobody asks for a second document. */
  static afterDocument(this: void, parser: Parser): YamlEvent {
    return { type: 'stream-end', start: parser.#previousEnd };
  }

  static documentContent(this: void, parser: Parser): YamlEvent | null {
    const next = parser.#scanner.peek();
    if (!ENDS_DOCUMENT.has(next.type)) {
      parser.#state = Parser.blockNode;
      return null;
    }
    parser.#state = parser.#pop();
    return parser.#empty(parser.#previousEnd);
  }

  static blockNode(this: void, parser: Parser): YamlEvent {
    return parser.#node(true, false);
  }

  static blockSequenceEntry(this: void, parser: Parser): YamlEvent {
    return parser.#blockEntry(false);
  }

  static indentlessEntry(this: void, parser: Parser): YamlEvent {
    return parser.#blockEntry(true);
  }

  #blockEntry(indentless: boolean): YamlEvent {
    const next = this.#scanner.peek();
    if (next.type === 'block-entry') {
      this.#take();
      const after = this.#previousEnd;
      const { type } = this.#scanner.peek();
      const state = indentless ? Parser.indentlessEntry : Parser.blockSequenceEntry;
      const missing =
        type === 'block-entry' || type === 'block-end' || (indentless && (type === 'key' || type === 'value'));
      if (missing) {
        this.#state = state;
        return this.#empty(after);
      }
      this.#states.push(state);
      return this.#node(true, false);
    }
    if (!indentless && next.type !== 'block-end')
      this.#fail(
        "did not find expected '-' indicator",
        next.start,
        'while parsing a block collection',
        this.#opened.at(-1),
      );
    this.#state = this.#pop();
    this.#opened.pop();
    if (indentless) return { type: 'sequence-end', start: next.start, end: next.start };
    this.#take();
    return { type: 'sequence-end', start: next.start, end: next.end };
  }

  static blockMappingKey(this: void, parser: Parser): YamlEvent {
    const next = parser.#scanner.peek();
    if (next.type === 'key') {
      parser.#take();
      return parser.#blockMappingPart(Parser.blockMappingValue);
    }
    if (next.type !== 'block-end')
      parser.#fail('did not find expected key', next.start, 'while parsing a block mapping', parser.#opened.at(-1));
    parser.#take();
    parser.#state = parser.#pop();
    parser.#opened.pop();
    return { type: 'mapping-end', start: next.start, end: next.end };
  }

  static blockMappingValue(this: void, parser: Parser): YamlEvent {
    const next = parser.#scanner.peek();
    if (next.type === 'value') {
      parser.#take();
      return parser.#blockMappingPart(Parser.blockMappingKey);
    }
    parser.#state = Parser.blockMappingKey;
    return parser.#empty(parser.#previousEnd);
  }

  #blockMappingPart(then: State): YamlEvent {
    const after = this.#previousEnd;
    const { type } = this.#scanner.peek();
    if (type !== 'key' && type !== 'value' && type !== 'block-end') {
      this.#states.push(then);
      return this.#node(true, true);
    }
    this.#state = then;
    return this.#empty(after);
  }

  static flowSequenceEntry(this: void, parser: Parser): YamlEvent {
    return parser.#flowSequenceEntry(false);
  }

  static flowSequenceFirst(this: void, parser: Parser): YamlEvent {
    return parser.#flowSequenceEntry(true);
  }

  #flowSequenceEntry(first: boolean): YamlEvent {
    let next = this.#scanner.peek();
    if (next.type !== 'flow-sequence-end') {
      if (!first) {
        if (next.type !== 'flow-entry')
          this.#fail(
            "did not find expected ',' or ']'",
            next.start,
            'while parsing a flow sequence',
            this.#opened.at(-1),
          );
        this.#take();
        next = this.#scanner.peek();
      }
      if (next.type === 'key') {
        const after = this.#previousEnd;
        this.#take();
        this.#state = Parser.pairKey;
        return {
          ...NO_PROPERTIES,
          type: 'mapping-start',
          flow: true,
          column: 0,
          after,
          start: next.start,
          end: next.end,
        };
      }
      if (next.type !== 'flow-sequence-end') {
        this.#states.push(Parser.flowSequenceEntry);
        return this.#node(false, false);
      }
    }
    this.#take();
    this.#state = this.#pop();
    this.#opened.pop();
    return { type: 'sequence-end', start: next.start, end: next.end };
  }

  /** The key of a pair written in a flow sequence without braces: `[a: 1]`. */
  static pairKey(this: void, parser: Parser): YamlEvent {
    const next = parser.#scanner.peek();
    if (next.type !== 'value' && next.type !== 'flow-entry' && next.type !== 'flow-sequence-end') {
      parser.#states.push(Parser.pairValue);
      return parser.#node(false, false);
    }
    // As libyaml 0.2.5 does, the token is taken here, whatever it is.
    parser.#take();
    parser.#state = Parser.pairValue;
    return parser.#empty(next.end);
  }

  static pairValue(this: void, parser: Parser): YamlEvent {
    if (parser.#scanner.peek().type === 'value') {
      parser.#take();
      const { type } = parser.#scanner.peek();
      if (type !== 'flow-entry' && type !== 'flow-sequence-end') {
        parser.#states.push(Parser.pairEnd);
        return parser.#node(false, false);
      }
    }
    parser.#state = Parser.pairEnd;
    return parser.#empty(parser.#previousEnd);
  }

  static pairEnd(this: void, parser: Parser): YamlEvent {
    const { start } = parser.#scanner.peek();
    parser.#state = Parser.flowSequenceEntry;
    return { type: 'mapping-end', start, end: start };
  }

  static flowMappingKey(this: void, parser: Parser): YamlEvent {
    return parser.#flowMappingKey(false);
  }

  static flowMappingFirst(this: void, parser: Parser): YamlEvent {
    return parser.#flowMappingKey(true);
  }

  #flowMappingKey(first: boolean): YamlEvent {
    let next = this.#scanner.peek();
    if (next.type !== 'flow-mapping-end') {
      if (!first) {
        if (next.type !== 'flow-entry')
          this.#fail(
            "did not find expected ',' or '}'",
            next.start,
            'while parsing a flow mapping',
            this.#opened.at(-1),
          );
        this.#take();
        next = this.#scanner.peek();
      }
      if (next.type === 'key') {
        this.#take();
        const { type } = this.#scanner.peek();
        if (type !== 'value' && type !== 'flow-entry' && type !== 'flow-mapping-end') {
          this.#states.push(Parser.flowMappingValue);
          return this.#node(false, false);
        }
        this.#state = Parser.flowMappingValue;
        return this.#empty(this.#previousEnd);
      }
      if (next.type !== 'flow-mapping-end') {
        this.#states.push(Parser.flowMappingNoValue);
        return this.#node(false, false);
      }
    }
    this.#take();
    this.#state = this.#pop();
    this.#opened.pop();
    return { type: 'mapping-end', start: next.start, end: next.end };
  }

  static flowMappingNoValue(this: void, parser: Parser): YamlEvent {
    parser.#state = Parser.flowMappingKey;
    return parser.#empty(parser.#previousEnd);
  }

  static flowMappingValue(this: void, parser: Parser): YamlEvent {
    if (parser.#scanner.peek().type === 'value') {
      parser.#take();
      const { type } = parser.#scanner.peek();
      if (type !== 'flow-entry' && type !== 'flow-mapping-end') {
        parser.#states.push(Parser.flowMappingKey);
        return parser.#node(false, false);
      }
    }
    parser.#state = Parser.flowMappingKey;
    return parser.#empty(parser.#previousEnd);
  }

  #node(block: boolean, indentless: boolean): YamlEvent {
    const after = this.#previousEnd;
    const scanner = this.#scanner;
    const first = scanner.peek();
    if (first.type === 'alias') {
      this.#take();
      this.#state = this.#pop();
      return { type: 'alias', name: first.text, after, start: first.start, end: first.end };
    }
    const { anchor, tag } = this.#properties();
    const next = scanner.peek();
    if (indentless && next.type === 'block-entry')
      return this.#open(next, 'sequence-start', Parser.indentlessEntry, after, anchor, tag, false);
    switch (next.type) {
      case 'scalar':
        this.#take();
        this.#state = this.#pop();
        return {
          type: 'scalar',
          anchor,
          tag,
          value: next.text,
          style: next.style,
          after,
          start: next.start,
          end: next.end,
          until: null,
        };
      case 'flow-sequence-start':
        return this.#open(next, 'sequence-start', Parser.flowSequenceFirst, after, anchor, tag, true);
      case 'flow-mapping-start':
        return this.#open(next, 'mapping-start', Parser.flowMappingFirst, after, anchor, tag, true);
      case 'block-sequence-start':
        if (block) return this.#open(next, 'sequence-start', Parser.blockSequenceEntry, after, anchor, tag, true);
        break;
      case 'block-mapping-start':
        if (block) return this.#open(next, 'mapping-start', Parser.blockMappingKey, after, anchor, tag, true);
        break;
      default:
    }
    if (anchor === null && tag === null)
      this.#fail(
        'did not find expected node content',
        next.start,
        block ? 'while parsing a block node' : 'while parsing a flow node',
        first.start,
      );
    this.#state = this.#pop();
    return { ...this.#empty(this.#previousEnd), anchor, tag, after };
  }

  #open(
    from: Token,
    type: CollectionStart['type'],
    state: State,
    after: number,
    anchor: string | null,
    tag: string | null,
    take: boolean,
  ): CollectionStart {
    this.#state = state;
    this.#opened.push(from.start);
    if (take) this.#take();
    const flow = from.type.startsWith('flow');
    return { type, anchor, tag, flow, column: from.column, after, start: from.start, end: from.end };
  }

  #properties(): { anchor: string | null; tag: string | null } {
    let anchor: Token | null = null;
    let tag: Token | null = null;
    for (let count = 0; count < 2; count++) {
      const { type } = this.#scanner.peek();
      if (type === 'anchor' && !anchor) anchor = this.#take();
      else if (type === 'tag' && !tag) tag = this.#take();
    }
    return { anchor: anchor && anchor.text, tag: tag && this.#fullTag(tag) };
  }

  #fullTag(tag: Token): string {
    if (tag.text === '') return tag.suffix;
    const prefix = this.#tagPrefixes.get(tag.text);
    if (prefix === undefined) this.#fail('found undefined tag handle', tag.start, 'while parsing a node');
    return prefix + tag.suffix;
  }

  #readDirectives(): void {
    this.#tagPrefixes = new Map();
    let version: string | null = null;
    for (let next = this.#scanner.peek(); next.type.endsWith('directive'); next = this.#scanner.peek()) {
      if (next.type === 'version-directive') {
        if (version !== null) this.#fail('found duplicate %YAML directive', next.start);
        version = next.text;
        if (version !== '1.1' && version !== '1.2') this.#fail('found incompatible YAML document', next.start);
      } else {
        if (this.#tagPrefixes.has(next.text)) this.#fail('found duplicate %TAG directive', next.start);
        this.#tagPrefixes.set(next.text, next.suffix);
      }
      this.#take();
    }
    if (!this.#tagPrefixes.has('!')) this.#tagPrefixes.set('!', '!');
    if (!this.#tagPrefixes.has('!!')) this.#tagPrefixes.set('!!', 'tag:yaml.org,2002:');
  }
}

const NO_PROPERTIES = { anchor: null, tag: null } as const;

const ENDS_DOCUMENT: ReadonlySet<TokenType> = new Set<TokenType>([
  'version-directive',
  'tag-directive',
  'document-start',
  'document-end',
  'stream-end',
]);
