import type { Span } from '../text/source.ts';
import type { Assumption } from '../value/origin.ts';
import type { Finding, Fix, RelatedPlace, Severity } from './finding.ts';
import type { Project } from './result.ts';
import { NOTHING_LEFT, type Leftover } from './leftover.ts';

export type RuleGroup = 'pool' | 'budget' | 'hygiene' | 'fork' | 'threads' | 'leaks' | 'deployment';

/** What a rule is before its arguments' type is forgotten: one file, one page of the same name beside it. */
export interface RuleDefinition<Arguments> {
  readonly id: string;
  /** Older or better-known names that `--only`, `--disable`, `explain` and ignores accept. */
  readonly aliases: readonly string[];
  readonly group: RuleGroup;
  /** The most severe it can be. */
  readonly severity: Severity;
  readonly fix: 'safe' | 'unsafe' | null;
  /** One line for `rules`. */
  readonly summary: string;
  /** When it is fine to ignore, in one line. Null where it never is. */
  readonly fineWhen: string | null;
  /** Judged when the other rules have been, because it speaks of what they found: ignores, baselines. */
  readonly afterwards?: true;
  /** Says of every subject it looks at: violates, holds, or cannot tell. A pure function of the project. */
  check(project: Project, leftover: Leftover): readonly Outcome<Arguments>[];
  /** The words for what `check` found. */
  say(found: Arguments): Sentences;
}

export type Outcome<Arguments> =
  | { readonly kind: 'holds' }
  | ({ readonly kind: 'violates' } & Violation<Arguments>)
  | {
      readonly kind: 'unknown';
      readonly what: string;
      readonly reason: string;
      readonly at: Span | null;
      readonly leftTo?: string;
    };

/** A fault as data. */
export interface Violation<Arguments> {
  readonly severity: Severity;
  readonly assumes: readonly Assumption[];
  /** The process it was found in, and how bad it is there: of several, the one with the highest is named. */
  readonly process: string | null;
  readonly weight: number;
  readonly database: string | null;
  readonly at: Span;
  readonly label: string;
  readonly related: readonly RelatedPlace[];
  readonly fix?: Fix;
  /** The rule that says the same and more: where it runs, this is not said a second time. */
  readonly leftTo?: string;
  readonly found: Arguments;
}

/** The four parts of a message. */
export interface Sentences {
  readonly message: string;
  readonly consequence: string | null;
  readonly arithmetic: string | null;
  readonly advice: string;
  readonly snippet: string | null;
  /** Where this finding, unlike others of its rule, is never fine (null), or fine for another reason. */
  readonly fineWhen?: string | null;
}

/** A rule as everybody but itself sees it. */
export interface Rule extends Omit<RuleDefinition<unknown>, 'check' | 'say'> {
  judge(project: Project, leftover?: Leftover): readonly Judgement[];
}

export type Judgement =
  | Exclude<Outcome<never>, { kind: 'violates' }>
  | { readonly kind: 'violates'; readonly weight: number; readonly leftTo?: string; readonly finding: Finding };

/** Closes a definition over the type of its arguments. */
export function defineRule<Arguments>(definition: RuleDefinition<Arguments>): Rule {
  const { check, say, ...description } = definition;
  return {
    ...description,
    judge: (project, leftover = NOTHING_LEFT) =>
      check(project, leftover).map((outcome): Judgement => {
        if (outcome.kind !== 'violates') return outcome;
        const { found, weight, fix, kind, leftTo, ...facts } = outcome;
        const said = say(found);
        const finding: Finding = {
          ...facts,
          ...said,
          rule: definition.id,
          processes: facts.process === null ? [] : [facts.process],
          fineWhen: said.fineWhen === undefined ? definition.fineWhen : said.fineWhen,
          fix: fix ?? null,
        };
        return { kind, weight, ...(leftTo === undefined ? {} : { leftTo }), finding };
      }),
  };
}
