import type { Span } from '../text/source.ts';
import { allAssumptions, NOTHING_ASSUMED, type Assumption, type Origin } from './origin.ts';

/** A value that carries its history, or the reason why it cannot be known. */
export type Traced<T> = Known<T> | Unknown<T>;

export interface Known<T> {
  readonly known: true;
  readonly value: T;
  readonly origin: Origin;
  readonly assumes: readonly Assumption[];
}

export interface Unknown<T> {
  readonly known: false;
  readonly reason: string;
  readonly origin: Origin;
  /** Every value it can have, when that much is known. */
  readonly candidates: readonly Known<T>[] | null;
}

export function known<T>(value: T, origin: Origin, assumes: readonly Assumption[] = NOTHING_ASSUMED): Known<T> {
  return { known: true, value, origin, assumes };
}

export function unknown<T>(reason: string, origin: Origin, candidates: readonly Known<T>[] | null = null): Unknown<T> {
  return { known: false, reason, origin, candidates: candidates && candidates.length > 0 ? candidates : null };
}

/** More combinations than this are not candidates any more, just unknown. */
const MOST_CANDIDATES = 16;

/** No setting has more parts, and no text that decides anything is longer. */
const MOST_INPUTS = 10_000;
const LONGEST_TEXT = 1_000_000;

type Inputs = readonly Traced<unknown>[];
type Values<I extends Inputs> = { [K in keyof I]: I[K] extends Traced<infer T> ? T : never };

/**
 * The only way to compute with traced values: the result remembers every input, assumes what any of them assumes, and
 * is unknown when one of them is. `at` is the expression that computes, or null for arithmetic of the model itself.
 * A text that is put together from itself again and again ends as unknown.
 */
export function combine<const I extends Inputs, T>(
  at: Span | null,
  inputs: I,
  compute: (...values: Values<I>) => T,
): Traced<T> {
  const origin = combinedOrigin(at, inputs);
  const missing = inputs.find((input) => !input.known);
  if (inputs.length > MOST_INPUTS) return unknown('it has more parts than can be followed', origin);
  if (!missing || missing.known) {
    if (isTooLong(inputs)) return unknown('the text grows too long to be followed', origin);
    const values = inputs.map((input) => (input as Known<unknown>).value) as Values<I>;
    return known(
      compute(...values),
      origin,
      allAssumptions(...inputs.map((input) => (input as Known<unknown>).assumes)),
    );
  }
  const combinations = combinationsOf(inputs);
  const candidates = combinations?.map((chosen) =>
    known(
      compute(...(chosen.map((one) => one.value) as Values<I>)),
      origin,
      allAssumptions(...chosen.map((one) => one.assumes)),
    ),
  );
  return unknown(missing.reason, origin, candidates ? distinct(candidates, Object.is) : null);
}

function isTooLong(inputs: Inputs): boolean {
  let length = 0;
  for (const input of inputs) if (input.known && typeof input.value === 'string') length += input.value.length;
  return length > LONGEST_TEXT;
}

function combinedOrigin(at: Span | null, inputs: Inputs): Origin {
  const from = inputs.map((input) => input.origin);
  if (at) return { kind: 'computed', at, from };
  if (from.length === 1) return from[0]!;
  return { kind: 'sum', from };
}

function combinationsOf(inputs: Inputs): Known<unknown>[][] | null {
  let combinations: Known<unknown>[][] = [[]];
  for (const input of inputs) {
    const choices = input.known ? [input] : input.candidates;
    if (!choices || combinations.length * choices.length > MOST_CANDIDATES) return null;
    combinations = combinations.flatMap((chosen) => choices.map((choice) => [...chosen, choice]));
  }
  return combinations.some(isTooLong) ? null : combinations;
}

/** Why possible worlds say different things. */
export const UNDECIDED = 'it depends on a condition that nothing in this repository decides';

/**
 * The only join: what several possible worlds say of one thing. Equal everywhere is known, and assumes what any world
 * assumes; otherwise it is unknown, with the values it can have.
 */
export function agree<T>(
  reason: string,
  worlds: readonly Traced<T>[],
  same: (a: T, b: T) => boolean = Object.is,
): Traced<T> {
  const first = worlds[0];
  if (!first) throw new RangeError('agree needs at least one world');
  if (worlds.length === 1) return first;
  const candidates: Known<T>[] = [];
  let open: Unknown<T> | null = null;
  for (const world of worlds) {
    if (world.known) candidates.push(world);
    else if (world.candidates) candidates.push(...world.candidates);
    else open = world;
  }
  if (open) return unknown(open.reason, open.origin);
  const values = distinct(candidates, same);
  const every = worlds.every((world) => world.known);
  if (values.length === 1 && every) {
    const only = values[0]!;
    return known(only.value, only.origin, allAssumptions(...candidates.map((one) => one.assumes)));
  }
  const unknownWorld = worlds.find((world): world is Unknown<T> => !world.known);
  return unknown(unknownWorld?.reason ?? reason, (unknownWorld ?? first).origin, values);
}

function distinct<T>(values: readonly Known<T>[], same: (a: T, b: T) => boolean): Known<T>[] {
  const result: Known<T>[] = [];
  for (const value of values) {
    const index = result.findIndex((other) => same(other.value, value.value));
    const equal = result[index];
    if (!equal) result.push(value);
    else result[index] = known(equal.value, equal.origin, allAssumptions(equal.assumes, value.assumes));
  }
  return result;
}

/** The same value, assuming more. */
export function assuming<T>(traced: Traced<T>, assumes: readonly Assumption[]): Traced<T> {
  if (assumes.length === 0) return traced;
  if (traced.known) return known(traced.value, traced.origin, allAssumptions(traced.assumes, assumes));
  if (!traced.candidates) return traced;
  const candidates = traced.candidates.map((one) => known(one.value, one.origin, allAssumptions(one.assumes, assumes)));
  return unknown(traced.reason, traced.origin, candidates);
}

/** The same value, with another history: how a step (a merge, an alias, a URL) puts itself on top of what it carries. */
export function via<T>(traced: Traced<T>, step: (from: Origin) => Origin): Traced<T> {
  if (traced.known) return known(traced.value, step(traced.origin), traced.assumes);
  const candidates = traced.candidates?.map((one) => known(one.value, step(one.origin), one.assumes)) ?? null;
  return unknown(traced.reason, step(traced.origin), candidates);
}

/** A value that a file of a deployment sets; what it is written as is no step of its own. */
export function saidBy<T>(at: Span, traced: Traced<T>): Traced<T> {
  return via(traced, (from) => ({ kind: 'platform', at, from: from.kind === 'literal' ? [] : [from] }));
}

/** What is assumed by a value or by any of its candidates. */
export function assumptionsOf(traced: Traced<unknown>): readonly Assumption[] {
  if (traced.known) return traced.assumes;
  return allAssumptions(...(traced.candidates ?? []).map((one) => one.assumes));
}
