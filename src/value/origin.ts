import type { Span } from '../text/source.ts';

/** A row of a version table: which gem versions it speaks of, and the upstream file it was read in. */
export interface VersionRow {
  readonly gem: string;
  /** For people: "Rails 5.2 to 8.0", "Puma ≥ 5". */
  readonly versions: string;
  /** `path@tag` of the upstream source. */
  readonly source: string;
}

/**
 * Where a value comes from. Origins are immutable and shared: leaves are inputs, inner nodes are the steps that
 * brought an input to where it is used.
 */
export type Origin =
  | { readonly kind: 'literal'; readonly at: Span }
  /** A variable that is set. `at` is where it is read; `setBy` says what sets it. */
  | { readonly kind: 'env'; readonly variable: string; readonly at: Span | null; readonly setBy: Origin }
  /** A variable that nothing sets: nil in Ruby. */
  | { readonly kind: 'unset'; readonly variable: string; readonly at: Span | null }
  /** A fallback taken because `variable` is unset. `from` is the fallback's own history. */
  | { readonly kind: 'fallback'; readonly variable: string; readonly at: Span; readonly from: readonly Origin[] }
  | { readonly kind: 'default'; readonly text: string; readonly row: VersionRow }
  /** Said by the user: a flag of the command line or a line of the configuration file. */
  | { readonly kind: 'flag'; readonly text: string; readonly at?: Span }
  /** Taken for granted because nothing says otherwise. */
  | { readonly kind: 'assumed'; readonly text: string }
  /** The model's own arithmetic, which stands in no file. */
  | { readonly kind: 'sum'; readonly from: readonly Origin[] }
  | Step;

/** What brought a value along: an alias, a merge, a URL, a deployment file, Ruby that set it, or an expression. */
export interface Step {
  readonly kind: 'anchor' | 'merge' | 'url' | 'platform' | 'code' | 'computed';
  readonly at: Span;
  readonly from: readonly Origin[];
  /** Whether it makes a number of a text and does nothing else: `x.to_i`, `Integer(x)`. */
  readonly conversion?: true;
}

/** What must be true outside the repository for a value to hold. */
export type Assumption =
  | {
      readonly kind: 'unset';
      readonly variable: string;
      /** What may set it and is not read: "helm/web/Chart.yaml, a Helm chart". */
      readonly unread?: string;
    }
  /** An argument that something is reached or used, not a number: "requests use every pool". */
  | { readonly kind: 'reachable'; readonly text: string }
  /** A process that its deployment does not declare. */
  | { readonly kind: 'undeclared'; readonly process: string }
  /** A gem whose version is not known. */
  | { readonly kind: 'version'; readonly gem: string };

export type Confidence = 'high' | 'medium' | 'low';

/** Confidence is computed from what is assumed, never stored. */
export function confidenceOf(assumes: readonly Assumption[]): Confidence {
  let confidence: Confidence = 'high';
  for (const assumption of assumes) {
    if (assumption.kind === 'undeclared' || assumption.kind === 'version') return 'low';
    confidence = 'medium';
  }
  return confidence;
}

function assumptionKey(assumption: Assumption): string {
  switch (assumption.kind) {
    case 'unset':
      return `unset:${assumption.variable}`;
    case 'reachable':
      return `reachable:${assumption.text}`;
    case 'undeclared':
      return `undeclared:${assumption.process}`;
    case 'version':
      return `version:${assumption.gem}`;
  }
}

/** The union of several lists, each assumption once, in order of first appearance. */
export function allAssumptions(...lists: readonly (readonly Assumption[])[]): readonly Assumption[] {
  const filled = lists.filter((list) => list.length > 0);
  if (filled.length === 0) return NOTHING_ASSUMED;
  if (filled.length === 1) return filled[0]!;
  const byKey = new Map<string, Assumption>();
  for (const list of filled)
    for (const assumption of list) {
      const key = assumptionKey(assumption);
      if (!byKey.has(key)) byKey.set(key, assumption);
    }
  return [...byKey.values()];
}

export const NOTHING_ASSUMED: readonly Assumption[] = [];
