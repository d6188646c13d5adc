import type { Span } from '../text/source.ts';
import type { Assumption } from '../value/origin.ts';
import type { Traced } from '../value/traced.ts';

/** What Psych makes of a scalar. Integers are bigints and floats numbers, as in src/ruby. */
export type PsychScalar = null | boolean | bigint | number | string | PsychSymbol | PsychOther;

export interface PsychSymbol {
  readonly type: 'symbol';
  readonly name: string;
}

/** A date, a time, a tagged object: something that no setting this tool reads can be. */
export interface PsychOther {
  readonly type: 'other';
  readonly className: string;
  readonly text: string;
}

/**
 * A YAML document as Psych loads it: aliases followed, merges applied, duplicates resolved. Every node knows the span
 * that wrote it, and every value the hops (anchor, merge) that brought it here.
 */
export type PsychNode = PsychScalarNode | PsychMapping | PsychSequence;

export interface PsychScalarNode {
  readonly kind: 'scalar';
  readonly at: Span;
  readonly value: Traced<PsychScalar>;
}

export interface PsychSequence {
  readonly kind: 'sequence';
  readonly at: Span;
  readonly items: readonly PsychNode[];
  /** Why items may be missing (a hole stands alone among them), or null. */
  readonly open: string | null;
}

export interface PsychMapping {
  readonly kind: 'mapping';
  readonly at: Span;
  /** In Ruby's order: a key that is set again keeps its first place. */
  readonly entries: readonly PsychEntry[];
  /** Why a key that is not written here may still be there (a hole stands alone on a line), or null. */
  readonly open: string | null;
  /** What the absence of keys assumes: a skipped `<% if %>` could have written some. */
  readonly absent: readonly Assumption[];
}

export interface PsychEntry {
  readonly key: PsychScalar;
  readonly keyAt: Span;
  readonly value: PsychNode;
  /** Values this key had before: an earlier duplicate, or one that a merge replaced, here or where it was merged from. */
  readonly overridden: readonly PsychEntry[];
  /** The `<<` lines it came through, outermost last; empty for a key written here. */
  readonly merges: readonly Span[];
}

export interface YamlProblem {
  readonly message: string;
  readonly at: Span;
}

export interface PsychDocument {
  /** null: the document is empty (Psych answers false or nil). */
  readonly root: PsychNode | null;
  /** Psych would raise: the first problem, at its place in the template. */
  readonly problem: YamlProblem | null;
}
