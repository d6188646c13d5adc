import type { Span } from '../text/source.ts';
import { allAssumptions, NOTHING_ASSUMED, type Assumption } from '../value/origin.ts';
import { known, type Known } from '../value/traced.ts';
import { typeName } from './classes.ts';
import { LONGEST_ARRAY, LONGEST_STRING, type Machine, isTrue, TOO_MUCH_WORK, unknownAt } from './machine.ts';
import { NotKnown, raise, Stopped } from './signals.ts';
import {
  type HashEntry,
  RubyArray,
  RubyHash,
  RubyObject,
  type RubyProc,
  RubyString,
  RubySymbol,
  type RubyValue,
  textOf,
  type Value,
} from './values.ts';

/** What a builtin answers: a string is made a Ruby string, a traced value is taken as it is. */
export type Answer = RubyValue | string | Value;
export type Builtin = (c: Call) => Answer;
export type Table = Readonly<Record<string, Builtin>>;

/**
 * One call of a builtin. What it looks at is remembered: the answer comes from that and assumes what that assumes. To
 * look at something unknown ends the builtin, and its answer is unknown for the same reason.
 */
export class Call {
  readonly m: Machine;
  readonly method: string;
  readonly self: Known<RubyValue>;
  readonly args: readonly Value[];
  readonly named: ReadonlyMap<string, Value> | null;
  readonly block: RubyProc | null;
  readonly at: Span;
  /** The values looked at, without self. */
  readonly seen: Value[] = [];
  assumes: readonly Assumption[] = NOTHING_ASSUMED;

  constructor(
    m: Machine,
    method: string,
    self: Known<RubyValue>,
    args: readonly Value[],
    named: ReadonlyMap<string, Value> | null,
    block: RubyProc | null,
    at: Span,
  ) {
    this.m = m;
    this.method = method;
    this.self = self;
    this.args = args;
    this.named = named;
    this.block = block;
    this.at = at;
  }

  /** The receiver of a string method. */
  get text(): string {
    return this.textIn(this.self.value as RubyString, this.self);
  }

  get int(): bigint {
    return this.self.value as bigint;
  }

  get float(): number {
    return this.self.value as number;
  }

  get array(): RubyArray {
    return this.self.value as RubyArray;
  }

  get hash(): RubyHash {
    return this.self.value as RubyHash;
  }

  get items(): Value[] {
    return this.itemsOf(this.array);
  }

  get entries(): HashEntry[] {
    return this.entriesOf(this.hash);
  }

  get count(): number {
    return this.args.length;
  }

  /** Raises unless the number of arguments is right. */
  expect(least: number, most = least): void {
    if (this.count >= least && this.count <= most) return;
    const expected = least === most ? String(least) : most === Infinity ? `${least}+` : `${least}..${most}`;
    raise('ArgumentError', `wrong number of arguments (given ${this.count}, expected ${expected})`);
  }

  /** The argument as it stands, known or not. */
  raw(index: number): Value {
    const value = this.args[index];
    if (value) return value;
    return raise('ArgumentError', `wrong number of arguments (given ${this.count}, expected ${index + 1})`);
  }

  arg(index: number): RubyValue {
    return this.see(this.raw(index));
  }

  optional(index: number): RubyValue | undefined {
    return index < this.count ? this.arg(index) : undefined;
  }

  keyword(name: string): RubyValue | undefined {
    const value = this.named?.get(name);
    return value ? this.see(value) : undefined;
  }

  see(value: Value): RubyValue {
    if (!value.known) throw new NotKnown(value);
    this.seen.push(value);
    return value.value;
  }

  /** Truth of what a block answered. */
  isTrue(value: Value): boolean {
    return isTrue(this.see(value));
  }

  textIn(string: RubyString, holder: Known<RubyValue>): string {
    const text = textOf(string, holder.origin, holder.assumes);
    if (!text.known) throw new NotKnown(text as never);
    if (string.mutated) this.seen.push(text as never);
    this.assumes = allAssumptions(this.assumes, text.assumes);
    return text.value;
  }

  /** The text of a value that is a string. */
  textOf(value: RubyValue): string | null {
    if (!(value instanceof RubyString)) return null;
    if (!value.content.known) throw new NotKnown(value.content as never);
    this.assumes = allAssumptions(this.assumes, value.content.assumes);
    return value.content.value;
  }

  /** A string argument, converted as Ruby converts implicitly. */
  str(index: number): string {
    const value = this.arg(index);
    return this.asStr(value);
  }

  asStr(value: RubyValue): string {
    const text = this.textOf(value);
    if (text !== null) return text;
    if (value instanceof RubyObject && value.class.name === 'Pathname') {
      return this.textOf(this.see(value.variables.get('@path')!))!;
    }
    return raise('TypeError', `no implicit conversion of ${typeName(value)} into String`);
  }

  /** A string or symbol argument's name. */
  name(index: number): string {
    const value = this.arg(index);
    if (value instanceof RubySymbol) return value.name;
    const text = this.textOf(value);
    if (text !== null) return text;
    return raise('TypeError', 'not a symbol nor a string');
  }

  /** An integer argument, converted as Ruby converts implicitly. */
  integer(index: number): bigint {
    return this.asInteger(this.arg(index));
  }

  asInteger(value: RubyValue): bigint {
    if (typeof value === 'bigint') return value;
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) raise('FloatDomainError', Number.isNaN(value) ? 'NaN' : 'Infinity');
      return BigInt(Math.trunc(value));
    }
    const shown = value === null || typeof value === 'boolean' ? `from ${typeName(value)} to integer` : '';
    if (shown) return raise('TypeError', `no implicit conversion ${shown}`);
    return raise('TypeError', `no implicit conversion of ${typeName(value)} into Integer`);
  }

  /** An integer argument that counts or indexes. */
  small(index: number): number {
    const value = this.integer(index);
    if (value > 0x3fffffffffffffffn || value < -0x4000000000000000n) {
      raise('RangeError', `bignum too big to convert into 'long'`);
    }
    return Number(value);
  }

  itemsOf(array: RubyArray): Value[] {
    if (array.blur) throw new NotKnown(unknownAt(array.blur.at, array.blur.reason));
    this.assumes = allAssumptions(this.assumes, array.assumes);
    this.m.work(1 + (array.items.length >> 2), this.at);
    return array.items;
  }

  entriesOf(hash: RubyHash): HashEntry[] {
    if (hash.blur) throw new NotKnown(unknownAt(hash.blur.at, hash.blur.reason));
    this.assumes = allAssumptions(this.assumes, hash.assumes);
    this.m.work(1 + (hash.entries.size >> 2), this.at);
    return [...hash.entries.values()];
  }

  /** An array argument. */
  list(index: number): Value[] {
    const value = this.arg(index);
    if (value instanceof RubyArray) return this.itemsOf(value);
    return raise('TypeError', `no implicit conversion of ${typeName(value)} into Array`);
  }

  /** Runs the block. Without one there would be an enumerator, which this tool does not have. */
  yield(...args: readonly Value[]): Value {
    if (!this.block) throw new NotKnown(unknownAt(this.at, `\`${this.method}\` without a block makes an enumerator`));
    this.m.work(1, this.at);
    return this.block.call(args);
  }

  /** Ends with an answer nobody knows. */
  unknown(reason: string): never {
    throw new NotKnown(unknownAt(this.at, reason, isProgram(this, this.self) ? [] : [this.self]));
  }

  /** A known value made here. */
  make(value: RubyValue | string): Value {
    const origin = {
      kind: 'computed' as const,
      at: this.at,
      from: isProgram(this, this.self) ? [] : [this.self.origin],
    };
    if (typeof value === 'string') return known(new RubyString(known(value, origin)), origin);
    return known(value, origin);
  }

  makeInt(value: number): Value {
    return this.make(BigInt(value));
  }

  newArray(items: Value[]): RubyArray {
    if (items.length > LONGEST_ARRAY) this.unknown(TOO_MUCH_WORK);
    this.m.allocate(items.length * 8 + 16, this.at);
    return new RubyArray(items);
  }

  /** A result string, unless it is too long to go on with. */
  checked(text: string): string {
    if (text.length > LONGEST_STRING) this.unknown(TOO_MUCH_WORK);
    this.m.allocate(text.length, this.at);
    return text;
  }

  /** Replaces the content of the receiver. */
  write(text: string): RubyString {
    const string = this.self.value as RubyString;
    this.notFrozen(string.frozen, `String: ${JSON.stringify(string.content.known ? string.content.value : '')}`);
    const before = string.mutated ? string.content.origin : this.self.origin;
    const from = [before, ...this.seen.filter((one) => one.origin !== before).map((one) => one.origin)];
    const assumes = allAssumptions(
      string.content.known ? string.content.assumes : NOTHING_ASSUMED,
      this.assumes,
      this.m.path,
      ...this.seen.map((one) => (one.known ? one.assumes : NOTHING_ASSUMED)),
    );
    string.content = known(this.checked(text), { kind: 'computed', at: this.at, from: from.slice(0, 16) }, assumes);
    string.mutated = true;
    return string;
  }

  /** Asks for leave to change the receiver, a collection. */
  change(collection: RubyArray | RubyHash): void {
    this.notFrozen(collection.frozen, collection instanceof RubyArray ? 'Array' : 'Hash');
    collection.assumes = allAssumptions(collection.assumes, this.m.path);
    this.m.allocate(16, this.at);
    if (collection instanceof RubyArray && collection.items.length > LONGEST_ARRAY) {
      throw new Stopped(TOO_MUCH_WORK, this.at);
    }
  }

  notFrozen(frozen: boolean, what: string): void {
    if (frozen) raise('FrozenError', `can't modify frozen ${what}`);
  }
}

/** Whether it is what the program as a whole runs on, which no value comes from. */
function isProgram(c: Call, one: Value): boolean {
  return one.known && one.value === c.m.mainSelf.value;
}

/** The traced value of an answer. */
export function answerValue(c: Call, answer: Answer): Value {
  if (typeof answer === 'object' && answer !== null && 'known' in answer) {
    if (!answer.known) return answer;
    const assumes = allAssumptions(answer.assumes, c.self.assumes, c.assumes, ...seenAssumptions(c));
    return assumes === answer.assumes ? answer : known(answer.value, answer.origin, assumes);
  }
  const collection = c.self.value instanceof RubyArray || c.self.value instanceof RubyHash;
  const from = collection && c.seen.length > 0 ? c.seen : [c.self, ...c.seen];
  // `Integer(x)` is called on the program itself, which is no part of the value's history.
  const inputs = from.filter((one) => !isProgram(c, one));
  const origins = [...new Set(inputs.slice(0, 32).map((one) => one.origin))].slice(0, 16);
  const origin = { kind: 'computed' as const, at: c.at, from: origins };
  const assumes = allAssumptions(c.self.assumes, c.assumes, ...seenAssumptions(c));
  if (typeof answer !== 'string') return known(answer, origin, assumes);
  c.checked(answer);
  return known(new RubyString(known(answer, origin, assumes)), origin, assumes);
}

export function seenAssumptions(c: Call): (readonly Assumption[])[] {
  const lists: (readonly Assumption[])[] = [];
  for (const one of c.seen) if (one.known && one.assumes.length > 0) lists.push(one.assumes);
  return lists;
}
