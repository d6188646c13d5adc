import type { Span } from '../text/source.ts';
import { spanText } from '../text/source.ts';
import type { Environment } from '../value/environment.ts';
import { allAssumptions, NOTHING_ASSUMED, type Assumption, type Origin } from '../value/origin.ts';
import { assumptionsOf, assuming, known, unknown, type Known, type Traced, type Unknown } from '../value/traced.ts';
import type { Noticed } from '../value/noticed.ts';
import type { FileTree } from '../repo/tree.ts';
import { Classes } from './classes.ts';
import { Frame, type Activation, type UserMethod } from './frames.ts';
import type { Asked } from './eval/notice.ts';
import type { Decision, Host, PossibleCall, SharedWork, SkippedCall } from './host.ts';
import { Stopped } from './signals.ts';
import type { Program, ProgramParser } from './syntax.ts';
import { RubyClass, rubyString, type RubyObject, type RubyValue, type Value } from './values.ts';

const MOST_STEPS = 200_000;
const MOST_ALLOCATED = 32_000_000;
const MOST_DECISIONS = 3;
const DEEPEST_NODES = 900;
const DEEPEST_CALLS = 150;
export const LONGEST_STRING = 1_000_000;
export const LONGEST_ARRAY = 100_000;
export const MOST_BITS = 4096;

export const TOO_MUCH_WORK = 'too much work for this tool to follow';
export const TOO_MANY_CONDITIONS = 'more than three conditions nobody can decide';

/** Where a running template prints. */
export interface Printer {
  text(at: Span, text: string, assumes: readonly Assumption[]): void;
  /** `printed` is what `to_s` gave; `value` is what was asked. */
  value(at: Span, printed: Value, assumes: readonly Assumption[]): void;
  hole(at: Span, reason: string): void;
  absence(assumes: readonly Assumption[]): void;
}

/** How a condition turned out: null where nobody can say and no world is left to try both. */
export interface Truth {
  readonly truth: boolean | null;
  readonly assumes: readonly Assumption[];
  readonly value: Value;
}

/** The state of one world while a program runs in it. */
export class Machine {
  readonly host: Host;
  readonly files: FileTree;
  readonly parser: ProgramParser;
  readonly classes = new Classes();
  /** `Object`: what the top level defines. */
  readonly top = new RubyClass('Object', 'class', null);
  readonly globals = new Map<string, Value>();
  readonly selfVariables = new Map<string, Value>();
  readonly skipped: SkippedCall[] = [];
  readonly possible: PossibleCall[] = [];
  readonly reads = new Set<string>();
  readonly decisions: Decision[] = [];
  /** By kind and place: code that runs twice is noticed once. */
  readonly noticed = new Map<string, Noticed>();
  /** The variables that the condition at hand has asked for so far, where their texts say no. */
  readonly asked: Asked[] = [];
  /** Files that `require` has run in this world. */
  readonly loaded = new Set<string>();
  /** The files whose texts were read, by text. */
  readonly readTexts = new Map<string, string>();
  readonly mainSelf: Known<RubyValue>;
  environment: Environment;
  program: Program;
  printer: Printer | null = null;
  /** What the conditions around the present statement assume. */
  path: readonly Assumption[] = NOTHING_ASSUMED;
  /** What assumes that a skipped jump did not end the present scope. */
  residue: readonly Assumption[] = NOTHING_ASSUMED;
  /** Like `residue`, for jumps that would have ended the scopes around it too. */
  outerResidue: readonly Assumption[] = NOTHING_ASSUMED;
  lastMatch: RubyObject | null = null;
  /** The exception being rescued. */
  currentError: Value | null = null;
  calls = 0;
  #depth = 0;
  #steps = 0;
  readonly #shared: SharedWork;
  #allocated = 0;
  readonly #chosen: readonly boolean[];
  readonly #decided = new Map<string, boolean>();
  /** The choices to try in another world. */
  readonly untried: boolean[][] = [];
  /** Set once a run is over: what hosts run afterwards can open no worlds. */
  finished = false;

  constructor(
    program: Program,
    host: Host,
    environment: Environment,
    files: FileTree,
    chosen: readonly boolean[],
    shared: SharedWork = { left: Infinity },
  ) {
    this.#shared = shared;
    this.program = program;
    this.host = host;
    this.environment = environment;
    this.files = files;
    this.parser = program.parser;
    this.#chosen = chosen;
    this.mainSelf = known(host.self as RubyValue, { kind: 'assumed', text: 'self' });
  }

  /** Counts one step of work and one level of depth; `leave` undoes the latter. False: too deep to go on. */
  enter(at: Span): boolean {
    if (++this.#steps > MOST_STEPS || --this.#shared.left < 0) throw new Stopped(TOO_MUCH_WORK, at);
    if (this.#depth >= DEEPEST_NODES) return false;
    this.#depth++;
    return true;
  }

  leave(): void {
    this.#depth--;
  }

  /** Counts work done inside a builtin. */
  work(steps: number, at: Span): void {
    this.#steps += steps;
    this.#shared.left -= steps;
    if (this.#steps > MOST_STEPS || this.#shared.left < 0) throw new Stopped(TOO_MUCH_WORK, at);
  }

  allocate(size: number, at: Span): void {
    this.#allocated += size;
    if (this.#allocated > MOST_ALLOCATED) throw new Stopped(TOO_MUCH_WORK, at);
  }

  get tooManyCalls(): boolean {
    return this.calls >= DEEPEST_CALLS;
  }

  /** Runs with more assumed than before, and assumes no more afterwards than a skipped jump demands. */
  under<T>(assumes: readonly Assumption[], run: () => T): T {
    if (assumes.length === 0) return run();
    const saved = this.path;
    this.path = allAssumptions(saved, assumes);
    try {
      return run();
    } finally {
      this.path = this.residue.length === 0 ? saved : allAssumptions(saved, this.residue);
    }
  }

  /**
   * Runs a scope that jumps can end: what it assumed because a jump was skipped does not outlive it, except for jumps
   * that would have ended the scopes around it too.
   */
  scope(inner: 'block' | 'method', run: () => Value): Value {
    const { path, residue, outerResidue } = this;
    this.residue = NOTHING_ASSUMED;
    this.outerResidue = NOTHING_ASSUMED;
    let late: readonly Assumption[] = NOTHING_ASSUMED;
    try {
      const value = run();
      return this.residue.length === 0 ? value : assuming(value, this.residue);
    } finally {
      if (inner === 'block') late = this.outerResidue;
      this.residue = late.length === 0 ? residue : allAssumptions(residue, late);
      this.outerResidue = late.length === 0 ? outerResidue : allAssumptions(outerResidue, late);
      this.path = late.length === 0 ? path : allAssumptions(path, late);
    }
  }

  /** A jump was skipped under these assumptions: the rest of its scope holds only under them. */
  jumpSkipped(assumes: readonly Assumption[], outer: boolean): void {
    const all = allAssumptions(this.path, assumes);
    this.residue = allAssumptions(this.residue, all);
    if (outer) this.outerResidue = allAssumptions(this.outerResidue, all);
    this.path = all;
  }

  notice(fact: Noticed): void {
    const key = `${fact.kind} ${fact.at.file.path} ${fact.at.start} ${fact.at.end}`;
    if (!this.noticed.has(key)) this.noticed.set(key, fact);
  }

  /** Decides a condition; the same question is answered once per world. */
  decide(value: Value, at: Span): Truth {
    if (value.known) return { truth: isTrue(value.value), assumes: value.assumes, value };
    const { candidates } = value;
    if (candidates && candidates.length > 0) {
      const first = isTrue(candidates[0]!.value);
      if (candidates.every((one) => isTrue(one.value) === first)) {
        return { truth: first, assumes: assumptionsOf(value), value };
      }
    }
    const text = spanText(at).replaceAll(/\s+/g, ' ').trim();
    const key = `${text}\0${value.reason}`;
    const before = this.#decided.get(key);
    if (before !== undefined) return { truth: before, assumes: NOTHING_ASSUMED, value };
    if (this.finished || this.#decided.size >= MOST_DECISIONS) return { truth: null, assumes: NOTHING_ASSUMED, value };
    const index = this.#decided.size;
    const chosen = this.#chosen[index];
    const taken = chosen ?? true;
    if (chosen === undefined) this.untried.push([...this.#decided.values(), false]);
    this.#decided.set(key, taken);
    this.decisions.push({ text, at, taken });
    return { truth: taken, assumes: NOTHING_ASSUMED, value };
  }

  topFrame(self: Known<RubyValue> = this.mainSelf, lexical: readonly RubyClass[] = []): Frame {
    const activation: Activation = { block: null, method: null, args: [], named: null };
    return new Frame(null, self, activation, activation, null, lexical);
  }

  /** A method the file defines on a class or its ancestors. */
  userMethod(type: RubyClass | null, name: string): UserMethod | undefined {
    for (let at = type; at; at = at.superclass) {
      const found = at.methods.get(name);
      if (found) return found as UserMethod;
    }
    return this.top.methods.get(name) as UserMethod | undefined;
  }
}

export function isTrue(value: RubyValue): boolean {
  return value !== null && value !== false;
}

export function literal(at: Span): Origin {
  return { kind: 'literal', at };
}

/** A value computed at a place from others; assumes what they assume. */
export function computed(at: Span, value: RubyValue, from: readonly Value[]): Known<RubyValue> {
  return known(value, computedOrigin(at, from), allAssumptions(...from.map((one) => assumptionsOf(one))));
}

export function computedOrigin(at: Span, from: readonly Traced<unknown>[]): Origin {
  return { kind: 'computed', at, from: from.slice(0, 16).map((one) => one.origin) };
}

export function unknownAt(at: Span, reason: string, from: readonly Traced<unknown>[] = []): Unknown<RubyValue> {
  return unknown(reason, computedOrigin(at, from));
}

/** The same ignorance, one step further. */
export function stillUnknown(at: Span, cause: Unknown<unknown>): Unknown<RubyValue> {
  return unknown(cause.reason, { kind: 'computed', at, from: [cause.origin] });
}

/** The answer of a call that makes a number of a text. An answer that was there before stays what it is. */
export function converted(at: Span, answer: Value): Value {
  const { origin } = answer;
  if (origin.kind !== 'computed' || origin.at !== at) return answer;
  return { ...answer, origin: { ...origin, conversion: true } };
}

export function textValue(at: Span, text: string): Value {
  return rubyString(text, literal(at));
}
