import type { Span } from '../text/source.ts';
import type { Environment } from '../value/environment.ts';
import { allAssumptions, NOTHING_ASSUMED, type Assumption, type Origin } from '../value/origin.ts';
import { assuming, known, unknown, type Traced } from '../value/traced.ts';
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
  | RubyClass
  | RubyObject
  | RubyEnv
  | HostObject;

/** Every value inside the evaluator carries its history. */
export type Value = Traced<RubyValue>;

/** Why a collection's members are not known any more: code that may have changed it was not run. */
export interface Blur {
  readonly reason: string;
  readonly at: Span;
}

export class RubyString {
  /** The content with its own history: mutation replaces it. */
  content: Traced<string>;
  frozen = false;
  /** Whether the content has been replaced since the string was made: then its history is the content's own. */
  mutated = false;
  /** Where a nested template printed this string: its pieces, so that another template can print them with their places. */
  printed: unknown = null;
  /** Answers what Ruby's own String does not: the predicates of `Rails.env`. */
  extended: HostObject | null = null;
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
    // Names come from inspected files; without a bound a hostile one could fill the memory of a long-lived process.
    if (RubySymbol.#all.size > 100_000) RubySymbol.#all.clear();
    RubySymbol.#all.set(name, symbol);
    return symbol;
  }
}

export class RubyArray {
  items: Value[];
  frozen = false;
  /** What its length and order rest on, beyond what each item assumes. */
  assumes: readonly Assumption[] = NOTHING_ASSUMED;
  blur: Blur | null = null;
  constructor(items: Value[]) {
    this.items = items;
  }
}

export interface HashEntry {
  readonly key: Value;
  value: Value;
}

export class RubyHash {
  /** By `hashKey` of the key, in Ruby's order of insertion. */
  readonly entries = new Map<string, HashEntry>();
  frozen = false;
  default: Value | null = null;
  defaultProc: RubyProc | null = null;
  /** What the presence of its keys rests on, beyond what each value assumes. */
  assumes: readonly Assumption[] = NOTHING_ASSUMED;
  blur: Blur | null = null;
}

export class RubyRange {
  readonly begin: Value;
  readonly end: Value;
  readonly exclusive: boolean;
  constructor(begin: Value, end: Value, exclusive: boolean) {
    this.begin = begin;
    this.end = end;
    this.exclusive = exclusive;
  }
}

export class RubyRegexp {
  readonly source: string;
  /** Any of `i`, `m`, `x`. */
  readonly flags: string;
  constructor(source: string, flags: string) {
    this.source = source;
    this.flags = flags;
  }
}

/** A block, proc, lambda or method object, closed over where it was written. */
export class RubyProc {
  /** The whole block in its file. */
  readonly at: Span;
  readonly lambda: boolean;
  /** How many positional parameters it declares. */
  readonly arity: number;
  /** What it was made from, for the evaluator: null for `&:name` and method objects. */
  readonly source: unknown;
  readonly #call: ProcCall;
  constructor(at: Span, lambda: boolean, arity: number, call: ProcCall, source: unknown = null) {
    this.at = at;
    this.lambda = lambda;
    this.arity = arity;
    this.source = source;
    this.#call = call;
  }
  /**
   * Runs it, during the evaluation that made it or after it, with `self` as its receiver where given. Never throws
   * after the evaluation; during one, Ruby's own jumps and errors pass through.
   */
  call(args: readonly Value[], self: HostObject | null = null): Value {
    return this.#call(args, self, null, null);
  }
  /** The same with keyword arguments, a block, and any object as its receiver. */
  callWith(
    args: readonly Value[],
    self: RubyValue,
    named: ReadonlyMap<string, Value> | null,
    block: RubyProc | null,
  ): Value {
    return this.#call(args, self, named, block);
  }
}

/** `self` null: the receiver where the block was written. */
export type ProcCall = (
  args: readonly Value[],
  self: RubyValue,
  named: ReadonlyMap<string, Value> | null,
  block: RubyProc | null,
) => Value;

/** A class or module: Ruby's own by its name, or one the file defines. */
export class RubyClass {
  readonly name: string;
  readonly kind: 'class' | 'module';
  readonly superclass: RubyClass | null;
  readonly constants = new Map<string, Value>();
  /** Opaque to others than the evaluator. */
  readonly methods = new Map<string, unknown>();
  readonly singletons = new Map<string, unknown>();
  readonly variables = new Map<string, Value>();
  /** Whether Ruby itself, not the file, defines it. */
  readonly builtin: boolean;
  constructor(name: string, kind: 'class' | 'module', superclass: RubyClass | null, builtin = false) {
    this.name = name;
    this.kind = kind;
    this.superclass = superclass;
    this.builtin = builtin;
  }
}

/** An instance of a class the file or Ruby defines: an exception, a URI, a match. */
export class RubyObject {
  readonly class: RubyClass;
  readonly variables = new Map<string, Value>();
  constructor(type: RubyClass) {
    this.class = type;
  }
}

/** `ENV`, or what it was when `ENV.to_h` was called. */
export class RubyEnv {
  readonly snapshot: Environment | null;
  constructor(snapshot: Environment | null) {
    this.snapshot = snapshot;
  }
}

/** A value as others than the evaluator want it: the text instead of the string object, everything else as it is. */
export type Scalar = Exclude<RubyValue, RubyString> | string;

/** Unwraps a string: known text is known, a string whose content nobody can see is unknown. */
export function scalarOf(value: Value): Traced<Scalar> {
  if (!value.known) {
    const candidates = value.candidates?.map((one) => scalarOf(one)) ?? null;
    const all = candidates?.every((one) => one.known) ? candidates.filter((one) => one.known) : null;
    return unknown(value.reason, value.origin, all);
  }
  if (!(value.value instanceof RubyString)) return known(value.value, value.origin, value.assumes);
  return textOf(value.value, value.origin, value.assumes);
}

/** The text of a string with the history of the value that holds it. */
export function textOf(string: RubyString, origin: Origin, assumes: readonly Assumption[]): Traced<string> {
  const { content } = string;
  if (!content.known) {
    const told = assuming(content, assumes);
    return string.mutated || told.known ? told : unknown(told.reason, origin, told.candidates);
  }
  const all = assumes === content.assumes ? assumes : allAssumptions(assumes, content.assumes);
  return known(content.value, string.mutated ? content.origin : origin, all);
}

/** A new string with that text. */
export function rubyString(text: string, origin: Origin, assumes: readonly Assumption[] = NOTHING_ASSUMED): Value {
  return known(new RubyString(known(text, origin, assumes)), origin, assumes);
}

export function isHostObject(value: RubyValue): value is HostObject {
  return typeof value === 'object' && value !== null && 'hostName' in value;
}
