import type { BootedLaunch } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule } from '../../src/lint/rule.ts';
import type { Remark } from '../../src/systems/system.ts';
import { allAssumptions, type Assumption } from '../../src/value/origin.ts';

interface Ignored {
  readonly process: string;
  readonly remark: Remark;
}

/** R39: configuration of a job system that the version, the mode or the command at hand does not read. */
export const jobConfigIgnored: Rule = defineRule<Ignored>({
  id: 'job-config-ignored',
  aliases: [],
  group: 'hygiene',
  severity: 'warning',
  fix: null,
  summary: 'Configuration of Sidekiq or Solid Queue that the process at hand does not read.',
  fineWhen: 'the file is kept for another process, or for a version to come',
  check: (project) => project.launches.flatMap(outcomesOf),
  say: ({ process, remark }) => ({
    message: `${process} does not read ${remark.what}`,
    consequence: remark.why,
    arithmetic: null,
    advice: remark.advice,
    snippet: null,
  }),
});

function outcomesOf({ launch, remarks = [] }: BootedLaunch): readonly Outcome<Ignored>[] {
  const undeclared: readonly Assumption[] = launch.declared ? [] : [{ kind: 'undeclared', process: launch.name }];
  return remarks
    .filter(({ kind }) => kind === 'ignored-configuration')
    .map((remark) => ({
      kind: 'violates',
      severity: 'warning',
      assumes: allAssumptions(remark.assumes, undeclared),
      process: launch.name,
      weight: 0,
      database: null,
      at: remark.at,
      label: 'not read',
      related: [],
      found: { process: launch.name, remark },
    }));
}
