import type { Span } from '../text/source.ts';
import { NOTHING_ASSUMED, type Assumption } from '../value/origin.ts';
import type { Unknown } from '../value/traced.ts';
import type { RubyObject, RubyValue, Value } from './values.ts';

/** What is thrown inside the evaluator and never leaves it. None is an Error: no stack is recorded. */
export type Signal = RaisedError | Jump | NotKnown | Stopped;

/** Ruby raises. Builtins leave the place and the assumptions to whoever calls them. */
export class RaisedError {
  readonly className: string;
  readonly message: string;
  /** The exception where the program made or will see one. */
  exception: RubyObject | null = null;
  at: Span | null = null;
  assumes: readonly Assumption[] = NOTHING_ASSUMED;
  constructor(className: string, message: string) {
    this.className = className;
    this.message = message;
  }
}

/** `break`, `next`, `return`, `throw`, `retry` on their way to where they end. */
export class Jump {
  readonly kind: 'break' | 'next' | 'return' | 'throw' | 'retry';
  /** The scope it ends: compared by identity. */
  readonly target: unknown;
  readonly value: Value;
  readonly assumes: readonly Assumption[];
  constructor(kind: Jump['kind'], target: unknown, value: Value, assumes: readonly Assumption[]) {
    this.kind = kind;
    this.target = target;
    this.value = value;
    this.assumes = assumes;
  }
}

/** A builtin needed a value that is not known: its result is not known either. */
export class NotKnown {
  readonly value: Unknown<RubyValue>;
  constructor(value: Unknown<RubyValue>) {
    this.value = value;
  }
}

/** The evaluation ends here: the budget is used up, or nobody can say how it goes on. */
export class Stopped {
  readonly reason: string;
  readonly at: Span;
  constructor(reason: string, at: Span) {
    this.reason = reason;
    this.at = at;
  }
}

/** Raises a Ruby error from a builtin. */
export function raise(className: string, message: string): never {
  throw new RaisedError(className, message);
}
