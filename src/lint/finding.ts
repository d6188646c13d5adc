import type { Edit } from '../text/edit.ts';
import type { Span } from '../text/source.ts';
import type { Assumption } from '../value/origin.ts';

export type Severity = 'error' | 'warning' | 'info';

/** What a rule says of one subject: data and the four parts of its message, no layout. */
export interface Finding {
  readonly rule: string;
  /** How bad it is, before confidence caps it. */
  readonly severity: Severity;
  /** Everything outside the repository that must be true for this to be one. */
  readonly assumes: readonly Assumption[];
  /** The worst process, and all of them. Null where the finding is not about a process. */
  readonly process: string | null;
  readonly processes: readonly string[];
  readonly database: string | null;
  /** The place of the number that the advice changes. */
  readonly at: Span;
  /** What stands at the primary place, for the code frame: "5, the fallback: nothing sets X for worker". */
  readonly label: string;
  /** The number it is compared with first, then every hop between. */
  readonly related: readonly RelatedPlace[];
  readonly message: string;
  readonly consequence: string | null;
  readonly arithmetic: string | null;
  readonly advice: string;
  /** A snippet to type, in the syntax of the file at hand. */
  readonly snippet: string | null;
  /** When it is fine to ignore: one line, from the rule. */
  readonly fineWhen: string | null;
  readonly fix: Fix | null;
}

export interface RelatedPlace {
  readonly at: Span;
  readonly message: string;
}

export interface Fix {
  readonly safety: 'safe' | 'unsafe';
  readonly description: string;
  readonly edits: readonly Edit[];
}
