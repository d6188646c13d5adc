import type { FileTree } from '../repo/tree.ts';
import type { Span } from '../text/source.ts';
import type { Assumption, Origin } from '../value/origin.ts';
import type { Environment } from '../value/environment.ts';
import type { Noticed } from '../value/noticed.ts';
import { unknown } from '../value/traced.ts';
import type { RubyProc, RubyValue, Value } from './values.ts';

/**
 * An object of the world outside a configuration file that the file may talk to: `self` in puma.rb, the `config` that
 * `Sidekiq.configure_server` yields, `Rails`. The evaluator knows nothing of Puma or Rails; whoever asks for an
 * evaluation brings these objects and reads afterwards what they were told.
 */
export interface HostObject {
  readonly hostName: string;
  /** The answer, or undefined where this object has none: the evaluator then makes it an unknown with a reason. */
  call(call: HostCall): Value | undefined;
}

const listeners = new WeakMap<Value, HostObject>();

/**
 * A value nobody knows, whose owner still hears what is done with it: what `config.solid_queue` answers, or what
 * `Sidekiq.configure_server` hands to its block.
 */
export function heard(reason: string, origin: Origin, listener: HostObject): Value {
  const value = unknown<RubyValue>(reason, origin);
  listeners.set(value, listener);
  return value;
}

export function listenerOf(value: Value): HostObject | undefined {
  return listeners.get(value);
}

export interface HostCall {
  readonly method: string;
  readonly args: readonly Value[];
  /** Keyword arguments, by name. */
  readonly named: ReadonlyMap<string, Value>;
  readonly block: RubyProc | null;
  readonly at: Span;
  /** What the conditions around this call assume: a setting made here holds only under them. */
  readonly assumes: readonly Assumption[];
  /** Runs a block, with `self` as its receiver where given (instance_eval). */
  run(block: RubyProc, args: readonly Value[], self?: HostObject): Value;
}

export interface Host {
  /** The receiver of calls without one. */
  readonly self: HostObject;
  /**
   * Answers a constant the program does not define, by its full name (`Rails`, `Etc`, `Sidekiq::CLI`). A known nil
   * says that there is no such constant; undefined, that this host cannot tell.
   */
  constant(name: string): Value | undefined;
}

/** A call that did not happen because a condition said no, and the condition rests on an assumption. */
export interface SkippedCall {
  /** The receiver as written; null for a call without one. */
  readonly receiver: string | null;
  readonly method: string;
  readonly at: Span;
  readonly assumes: readonly Assumption[];
}

/** Ruby raised and nothing rescued it: the process that reads this file does not boot. */
export interface Failure {
  readonly error: string;
  readonly message: string;
  readonly at: Span;
  readonly assumes: readonly Assumption[];
}

/** A condition nobody can decide, and how this world decided it. */
export interface Decision {
  readonly text: string;
  readonly at: Span;
  readonly taken: boolean;
}

/** One possible course of an evaluation. Without undecidable conditions there is exactly one. */
export interface Evaluation<H extends Host> {
  readonly decisions: readonly Decision[];
  readonly value: Value;
  readonly host: H;
  /** The variables afterwards: what the file set, the next file sees. */
  readonly environment: Environment;
  readonly failure: Failure | null;
  readonly skipped: readonly SkippedCall[];
  /** Calls of which nobody can say whether they happen. */
  readonly possible: readonly PossibleCall[];
  /** Every variable that was asked for, set or not. */
  readonly reads: ReadonlySet<string>;
  /** What was noticed on the way, each fact once. */
  readonly noticed: readonly Noticed[];
  /** What the file defined at the top level: classes, modules and constants that the process has from now on. */
  readonly constants: ReadonlyMap<string, Value>;
  /** Where and why the evaluation stopped before the end of the file: nothing after it is known. */
  readonly stopped: Stop | null;
}

/** A call inside code that something unknown may or may not run. */
export interface PossibleCall {
  /** The receiver as written; null for a call without one. */
  readonly receiver: string | null;
  readonly method: string;
  readonly at: Span;
  readonly reason: string;
}

export interface Stop {
  readonly reason: string;
  readonly at: Span;
}

export interface SharedWork {
  left: number;
}

/** The steps that the evaluations of one run may take together: a few seconds. The puma.rb of Rails takes 23. */
export const WORK_OF_A_RUN = 2_000_000;

export interface EvaluationInput<H extends Host> {
  readonly environment: Environment;
  /** For `File.read`, `require_relative`, nested templates. Nothing outside the tree is ever read. */
  readonly files: FileTree;
  /** A fresh host for every world, since hosts record what they are told. */
  readonly host: () => H;
  /**
   * What is left of the work that all evaluations of one run may do together, besides what each may do: they take
   * their steps from it, and stop when it is used up.
   */
  readonly work?: SharedWork;
}
