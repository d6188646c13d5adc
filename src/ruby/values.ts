import type { Traced } from '../value/traced.ts';
import type { HostObject } from './host.ts';

/**
 * What an expression of a configuration file evaluates to. Integers are bigints and floats are numbers, so that the
 * two never mix by accident, as in Ruby. Strings, arrays and hashes are objects with identity: `a = b; b << "x"`
 * changes `a`.
 */
export type RubyValue =
  | null
  | boolean
  | bigint
  | number
  | RubyString
  | RubySymbol
  | RubyArray
  | RubyHash
  | RubyRange
  | RubyProc
  | RubyRegexp
  | HostObject;

/** Every value inside the evaluator carries its history. */
export type Value = Traced<RubyValue>;

export class RubyString {
  /** The content with its own history: mutation replaces it. */
  content: Traced<string>;
  frozen = false;
  constructor(content: Traced<string>) {
    this.content = content;
  }
}

export class RubySymbol {
  static readonly #all = new Map<string, RubySymbol>();
  readonly name: string;
  private constructor(name: string) {
    this.name = name;
  }
  /** The one symbol of that name. */
  static of(name: string): RubySymbol {
    const existing = RubySymbol.#all.get(name);
    if (existing) return existing;
    const symbol = new RubySymbol(name);
    RubySymbol.#all.set(name, symbol);
    return symbol;
  }
}
