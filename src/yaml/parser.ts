import { YamlSyntaxError } from './cursor.ts';
import type { ScalarEvent, YamlEvent } from './events.ts';
import { documentStart, node } from './parse-node.ts';
import type { Scanner } from './scanner.ts';
import type { Token } from './tokens.ts';

/** What is to be parsed next. null: nothing to say yet, ask the state it went to. */
export type State = (parser: Parser) => YamlEvent | null;

/**
 * libyaml 0.2.5's parser (`src/parser.c`, MIT, by Kirill Simonov and Ingy döt Net): tokens in, events out, one at a
 * time, with a stack of states instead of recursion. As Psych pulls events one by one, nothing after the first document
 * is looked at, except for the one token that ends it. The states are in parse-node.ts, parse-block.ts, parse-flow.ts.
 */
export class Parser {
  /** Where the open collections start, for messages. */
  readonly opened: number[] = [];
  tagPrefixes = new Map<string, string>();
  /** Where the last token taken ends. */
  previousEnd = 0;
  readonly #scanner: Scanner;
  #state: State = documentStart;
  readonly #states: State[] = [];

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
    this.take();
  }

  /** The next event. Throws YamlSyntaxError. */
  next(): YamlEvent {
    while (true) {
      const event = this.#state(this);
      if (event) return event;
    }
  }

  peek(): Token {
    return this.#scanner.peek();
  }

  take(): Token {
    const taken = this.#scanner.take();
    this.previousEnd = taken.end;
    return taken;
  }

  /** A node, which may be a block, and in a block mapping a list that is not indented. */
  node(block: boolean, indentless: boolean): YamlEvent {
    return node(this, block, indentless);
  }

  /** The scalar that stands where nothing does. */
  empty(after: number): ScalarEvent {
    const until = this.peek().start;
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

  go(state: State): void {
    this.#state = state;
  }

  push(state: State): void {
    this.#states.push(state);
  }

  pop(): State {
    return this.#states.pop()!;
  }

  fail(problem: string, offset: number, context?: string, contextOffset?: number): never {
    throw new YamlSyntaxError(
      problem,
      offset,
      context === undefined ? null : { text: context, offset: contextOffset ?? offset },
    );
  }
}
