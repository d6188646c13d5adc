import type { Edit } from '../text/edit.ts';
import type { SourceFile, Span } from '../text/source.ts';

/** `# rails-pool-lint: ignore[rule, rule] -- reason` in a comment of the repository. */
export interface Ignore {
  readonly at: Span;
  readonly rules: readonly IgnoredRule[];
  readonly reason: string;
  /** The lines it speaks of: its own, and the next one where it has a line to itself. */
  readonly lines: ReadonlySet<number>;
  /** What takes the comment out, with the line it has to itself. */
  readonly removal: Edit;
}

export interface IgnoredRule {
  /** As it is written: an id, or an alias of one rule or several. */
  readonly name: string;
  readonly at: Span;
  readonly ids: readonly string[];
  /** What takes it out of its list. */
  readonly removal: Edit;
}

/** A comment that was meant to be one, and ignores nothing. */
export interface MalformedIgnore {
  readonly at: Span;
  readonly problem: string;
  /** What to write instead. */
  readonly instead: string;
}

export interface Ignores {
  readonly ignores: readonly Ignore[];
  readonly malformed: readonly MalformedIgnore[];
}

/** Ids by every name that a rule goes by. */
export type RuleNames = ReadonlyMap<string, readonly string[]>;

export function ruleNames(rules: readonly { readonly id: string; readonly aliases: readonly string[] }[]): RuleNames {
  const names = new Map<string, string[]>();
  for (const { id, aliases } of rules)
    for (const name of [id, ...aliases]) names.set(name, [...(names.get(name) ?? []), id]);
  for (const { id } of rules) names.set(id, [id]);
  return names;
}

export const NO_IGNORES: Ignores = { ignores: [], malformed: [] };

/** Whether a file may hold an ignore: most do not, and their comments are not looked for. */
export function mentionsIgnores({ text }: SourceFile): boolean {
  return text.includes('rails-pool-lint');
}
