import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import { list } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import type { MissingEntry } from '../../src/launch/used_databases.ts';
import { placeOf } from '../../src/text/source.ts';

interface Found {
  readonly missing: MissingEntry;
  readonly environment: string;
  /** The entries there are. */
  readonly entries: readonly string[];
}

/** R35: something connects to an entry of database.yml that the environment does not have. */
export const missingDatabaseEntry: Rule = defineRule<Found>({
  id: 'missing-database-entry',
  aliases: [],
  group: 'hygiene',
  severity: 'error',
  fix: null,
  summary: 'A class, the queue, the cache or the cable connects to an entry that database.yml does not have.',
  fineWhen: null,
  check,
  say,
});

function check(project: Project): readonly Outcome<Found>[] {
  const seen = new Set<string>();
  return project.launches.flatMap(({ launch, databases, missing }): readonly Outcome<Found>[] => {
    const entries = databases.flatMap(({ name, orm }) => (orm === undefined ? [name] : []));
    const undeclared = launch.declared ? [] : [{ kind: 'undeclared', process: launch.name } as const];
    if (missing.length === 0 && entries.length > 1) return [{ kind: 'holds' }];
    return missing.flatMap((one) => {
      const { file, line, column } = placeOf(one.at);
      const key = `${file} ${line} ${column}`;
      if (seen.has(key)) return [];
      seen.add(key);
      return [
        {
          kind: 'violates',
          severity: 'error',
          assumes: undeclared,
          process: null,
          weight: 1,
          database: one.name,
          at: one.at,
          label: `${project.environment} has no entry of this name`,
          related: databases[0]?.at
            ? [{ at: databases[0].at, message: `${project.environment} has ${list(entries)}` }]
            : [],
          found: { missing: one, environment: project.environment, entries },
        },
      ];
    });
  });
}

function say({ missing, environment, entries }: Found): Sentences {
  return {
    message: `${missing.by} connects to ${missing.name}, an entry that ${environment} does not have`,
    consequence:
      `The process does not boot: it raises ActiveRecord::AdapterNotSpecified when the class is loaded, which is at ` +
      'boot where the application is loaded eagerly.',
    arithmetic: null,
    advice: `add the entry below ${environment}: in database.yml, or name one that is there (${list(entries)}):`,
    snippet: `${environment}:\n  ${missing.name}:\n    <<: *default`,
  };
}
