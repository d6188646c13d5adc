import { escapeControls } from '../report/characters.ts';
import { BadCall } from './bad_call.ts';
import type { RuleDescription } from './engine.ts';
import { didYouMean } from './suggest.ts';

/** The rules that --only and --disable leave, by id, in the order of the list. Throws BadCall. */
export async function selectRules(
  rules: readonly RuleDescription[],
  only: readonly string[],
  disable: readonly string[],
): Promise<{ readonly only: readonly string[]; readonly disable: readonly string[] }> {
  const wanted = await named(rules, '--only', only);
  const unwanted = await named(rules, '--disable', disable);
  const left = rules.filter(({ id }) => (only.length === 0 || wanted.has(id)) && !unwanted.has(id));
  if (rules.length > 0 && left.length === 0) throw new BadCall('--only and --disable leave no rule to run');
  return { only: left.map(({ id }) => id), disable: [...unwanted] };
}

async function named(
  rules: readonly RuleDescription[],
  flag: string,
  given: readonly string[],
): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const list of given)
    for (const name of list.split(',').map((one) => one.trim())) {
      if (name === '') throw new BadCall(`${flag} has an empty name; type ${flag} RULE or ${flag} RULE,RULE`);
      const found = rulesNamed(rules, name);
      const grouped = found.length > 0 ? found : rules.filter(({ group }) => group === name);
      if (grouped.length === 0 && !GROUPS.some((group) => group === name))
        throw new BadCall(await unknownRule(rules, name, true));
      for (const { id } of grouped) ids.add(id);
    }
  return ids;
}

/** Groups exist whether or not they have a rule in this version. */
const GROUPS = ['pool', 'budget', 'hygiene', 'fork', 'threads', 'leaks', 'deployment'] as const;

/** A rule by its id, or all rules that go by an older name. */
export function rulesNamed(rules: readonly RuleDescription[], name: string): readonly RuleDescription[] {
  const exact = rules.find(({ id }) => id === name);
  return exact ? [exact] : rules.filter(({ aliases }) => aliases.includes(name));
}

export async function unknownRule(rules: readonly RuleDescription[], name: string, groups: boolean): Promise<string> {
  const members = groups ? [] : rules.filter(({ group }) => group === name);
  if (members.length > 0)
    return `\`${name}\` is a group and no rule; type one of ${members.map(({ id }) => id).join(', ')}`;
  const names = rules.flatMap(({ id, aliases }) => [id, ...aliases]);
  const hint = await didYouMean(name, groups ? [...names, ...GROUPS] : names);
  return `unknown rule \`${escapeControls(name)}\`${hint || '; `rails-pool-lint rules` lists them'}`;
}
