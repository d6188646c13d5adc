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

export interface RuleNames {
  /** Ids by every name that a rule goes by. */
  readonly ids: ReadonlyMap<string, readonly string[]>;
  /** Ids by the group of their rules: a name that stands for none of them where people say why. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

interface NamedRule {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly group: string;
}

/** What a comment may call a rule: its id, an alias of one rule or of several; an id is never an alias of another. */
export function ruleNames(rules: readonly NamedRule[]): RuleNames {
  const ids = new Map<string, string[]>();
  const groups = new Map<string, string[]>();
  for (const { id, aliases, group } of rules) {
    for (const name of [id, ...aliases]) ids.set(name, [...(ids.get(name) ?? []), id]);
    groups.set(group, [...(groups.get(group) ?? []), id]);
  }
  for (const { id } of rules) ids.set(id, [id]);
  return { ids, groups };
}

/** What is wrong with a name that no rule goes by, and the rules it was meant to name where it is that of a group. */
export function unknownName(name: string, { groups }: RuleNames): { problem: string; members: readonly string[] } {
  const members = groups.get(name);
  if (!members) return { problem: `no rule is called \`${name}\``, members: [] };
  return { problem: `\`${name}\` is a group and no rule`, members };
}

export const NO_IGNORES: Ignores = { ignores: [], malformed: [] };

/** Whether a file may hold an ignore: most do not, and their comments are not looked for. */
export function mentionsIgnores({ text }: SourceFile): boolean {
  return text.includes('rails-pool-lint');
}
