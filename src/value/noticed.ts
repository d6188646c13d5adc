import type { Span } from '../text/source.ts';

/**
 * What an evaluation notices besides the values it computes: faults that do not show while a variable is unset, and
 * how configuration reads variables. Every one stands at a place.
 */
export type Noticed = StringArithmetic | FlagTest | FallbackRead | AppLoad | TypographicName;

/** A variable is a string as soon as it is set; this expression computes with it, or compares it, as if it were a number. */
export interface StringArithmetic {
  readonly kind: 'string-arithmetic';
  /** The whole expression. */
  readonly at: Span;
  readonly method: string;
  /** The operands that are texts of variables, each at the expression that reads it. */
  readonly texts: readonly VariableText[];
  /** What becomes of it once all of these variables are set. */
  readonly effect: ArithmeticEffect;
}

export interface VariableText {
  readonly variable: string;
  readonly at: Span;
  /** Whether the deployment sets it, to something known or not. */
  readonly set: boolean;
}

export type ArithmeticEffect =
  | { readonly kind: 'raises'; readonly error: 'TypeError' | 'ArgumentError' | 'NoMethodError' }
  /** `"5" * 2` is `"55"`. */
  | { readonly kind: 'repeats' }
  /** `"5" + "5"` is `"55"`. */
  | { readonly kind: 'joins' }
  /** `["5", "10"].max` is `"5"`. */
  | { readonly kind: 'compares' };

/** A condition that asks only whether a variable is set, while it is set to a word that says no. */
export interface FlagTest {
  readonly kind: 'flag-test';
  /** The expression that reads the variable. */
  readonly at: Span;
  readonly variable: string;
  /** What it is set to: "false", "0", "". */
  readonly text: string;
  /** The functions that run because the text counts as true, and those that therefore do not. */
  readonly runs: readonly string[];
  readonly skips: readonly string[];
  /** Whether a template prints something else because of it. */
  readonly prints: boolean;
}

/** A read with a fallback that is written as a number. */
export interface FallbackRead {
  readonly kind: 'fallback-read';
  /** The whole expression: `ENV.fetch("X", 5)`. */
  readonly at: Span;
  readonly variable: string;
  readonly fallback: number;
}

/** Configuration that loads the whole app by itself. */
export interface AppLoad {
  readonly kind: 'app-load';
  readonly at: Span;
}

/** A name that nothing defines, and that has a curly quote, a no-break space or a dash for a letter. */
export interface TypographicName {
  readonly kind: 'typographic-name';
  readonly at: Span;
}

/** Each fact once, in the order in which they were noticed. */
export function distinctNoticed(all: readonly Noticed[]): readonly Noticed[] {
  const seen = new Map<string, Noticed>();
  for (const one of all) {
    const key = `${one.kind} ${one.at.file.path} ${one.at.start} ${one.at.end}`;
    if (!seen.has(key)) seen.set(key, one);
  }
  return [...seen.values()];
}
