import type { Assumption, Origin } from '../value/origin.ts';

/** What Ruby raises when a setting is not what it should be. */
export interface Raised {
  readonly error: string;
  readonly message: string;
}

/** What stops a program before it does anything, and why. */
export interface RaisedAt extends Raised {
  readonly origin: Origin;
  readonly assumes: readonly Assumption[];
}
