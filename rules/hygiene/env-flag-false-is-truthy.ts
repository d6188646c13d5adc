import type { Fix } from '../../src/lint/finding.ts';
import { list } from '../../src/lint/phrases.ts';
import type { BootedLaunch } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import { spanText } from '../../src/text/source.ts';
import { writtenIn } from '../../src/value/history.ts';
import type { FlagTest } from '../../src/value/noticed.ts';

interface Flag {
  readonly fact: FlagTest;
  readonly process: string;
}

/** Directives of puma.rb that add or take away threads, processes, or what a process has loaded. */
const DECIDING: ReadonlySet<string> = new Set([
  'plugin',
  'workers',
  'threads',
  'max_io_threads',
  'preload_app!',
  'prune_bundler',
  'fork_worker',
  'solid_queue_mode',
]);

/** R36: every string is true in Ruby, "false" as well. */
export const envFlagFalseIsTruthy: Rule = defineRule<Flag>({
  id: 'env-flag-false-is-truthy',
  aliases: [],
  group: 'hygiene',
  severity: 'warning',
  fix: 'unsafe',
  summary: 'A variable is set to "false" or the like where only its presence is asked for, which counts as true.',
  fineWhen: null,
  check: (project) => project.launches.flatMap(outcomesOf),
  say,
});

function outcomesOf({ launch, environment, noticed }: BootedLaunch): readonly Outcome<Flag>[] {
  return noticed.flatMap((fact): readonly Outcome<Flag>[] => {
    if (fact.kind !== 'flag-test' || !decides(fact)) return [];
    const origin = environment.stateOf(fact.variable)?.origin;
    const setAt = origin ? writtenIn(origin) : null;
    return [
      {
        kind: 'violates',
        severity: 'warning',
        assumes: launch.declared ? [] : [{ kind: 'undeclared', process: launch.name }],
        process: launch.name,
        weight: 0,
        database: null,
        at: fact.at,
        label: `${JSON.stringify(fact.text)}, which is true in Ruby`,
        related: setAt ? [{ at: setAt, message: `${fact.variable} is set here` }] : [],
        fix: fixOf(fact),
        found: { fact, process: launch.name },
      },
    ];
  });
}

/** An empty text says rather that there is nothing than no: only a directive that would not run without it counts. */
function decides({ runs, skips, prints, text }: FlagTest): boolean {
  return [...runs, ...skips].some((name) => DECIDING.has(name)) || (prints && text.trim() !== '');
}

function fixOf({ at, variable }: FlagTest): Fix {
  const text = `!["", "0", "false"].include?(${spanText(at)}.to_s)`;
  return { safety: 'unsafe', description: `let ${variable} say no`, edits: [{ at, text }] };
}

function say({ fact, process }: Flag): Sentences {
  const { variable, text, runs, skips, at } = fact;
  const said = JSON.stringify(text);
  const on = runs.filter((name) => DECIDING.has(name));
  const off = skips.filter((name) => DECIDING.has(name));
  const does = [
    ...(on.length > 0 ? [`\`${list(on)}\` runs in ${process}`] : []),
    ...(off.length > 0 ? [`\`${list(off)}\` does not run in ${process}`] : []),
    ...(on.length + off.length === 0 ? [`${process} reads what is meant for it to be set`] : []),
  ];
  return {
    message: `${variable} is ${said} and counts as true: ${list(does)}`,
    consequence: on.includes('plugin')
      ? `Who set it to ${said} meant to switch it off. It runs all the same, with its threads and connections, beside ` +
        `whatever is deployed in its place.`
      : `Who set it to ${said} meant to switch it off; ${process} runs as if it were on.`,
    arithmetic: `\`if ${said}\` is true: only nil and false are not`,
    advice: 'ask for what it says, or do not set it at all:',
    snippet: `!["", "0", "false"].include?(${spanText(at)}.to_s)`,
  };
}
