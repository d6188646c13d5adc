import type { Known } from '../value/traced.ts';
import type { DefNode } from './syntax.ts';
import type { RubyClass, RubyProc, RubyValue, Value } from './values.ts';

/** One running method, lambda or file: what `return` ends and whose block `yield` runs. */
export interface Activation {
  readonly block: RubyProc | null;
  readonly method: UserMethod | null;
  /** For `super` without arguments. */
  readonly args: readonly Value[];
  readonly named: ReadonlyMap<string, Value> | null;
}

/** A method the file defines. */
export interface UserMethod {
  readonly name: string;
  readonly def: DefNode;
  readonly lexical: readonly RubyClass[];
  readonly owner: RubyClass | null;
  /** What `define_method` closes over; null for a `def`, which sees no locals around it. */
  readonly closure: Frame | null;
}

/** The locals of a method, block, file or module body. Blocks see their parent's. */
export class Frame {
  readonly vars = new Map<string, Value>();
  readonly parent: Frame | null;
  readonly self: Known<RubyValue>;
  /** Whose block `yield` runs. */
  readonly home: Activation;
  /** What `return` ends: the home, or the lambda around it. */
  readonly returns: Activation;
  /** What `next` ends, and what `break` ends: null outside of blocks. */
  readonly block: object | null;
  readonly lexical: readonly RubyClass[];

  constructor(
    parent: Frame | null,
    self: Known<RubyValue>,
    home: Activation,
    returns: Activation,
    block: object | null,
    lexical: readonly RubyClass[],
  ) {
    this.parent = parent;
    this.self = self;
    this.home = home;
    this.returns = returns;
    this.block = block;
    this.lexical = lexical;
  }

  get(name: string): Value | undefined {
    return this.vars.get(name) ?? this.parent?.get(name);
  }

  /** Assigns where the variable lives already, else here. */
  set(name: string, value: Value): void {
    (this.#holder(name) ?? this).vars.set(name, value);
  }

  #holder(name: string): Frame | null {
    if (this.vars.has(name) || !this.parent) return this.vars.has(name) ? this : null;
    return this.parent.#holder(name);
  }
}
