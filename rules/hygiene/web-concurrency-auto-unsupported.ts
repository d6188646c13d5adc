import type { NotedProblem } from '../../src/launch/boot.ts';
import type { BootedLaunch, Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Span } from '../../src/text/source.ts';
import { variablesOf, writtenIn } from '../../src/value/history.ts';
import type { Assumption } from '../../src/value/origin.ts';
import type { Traced } from '../../src/value/traced.ts';

const VARIABLE = 'WEB_CONCURRENCY';

interface Unsupported {
  readonly process: string;
  readonly puma: string | null;
  readonly text: string;
  /** What is raised; null where the text silently becomes 0. */
  readonly raises: string | null;
  /** Whether puma.rb converts it, rather than Puma. */
  readonly inFile: boolean;
}

/** R37: `auto` is a number of workers for Puma 6.5 and later, and only where Puma itself reads it. */
export const webConcurrencyAutoUnsupported: Rule = defineRule<Unsupported>({
  id: 'web-concurrency-auto-unsupported',
  aliases: [],
  group: 'hygiene',
  severity: 'error',
  fix: null,
  summary: 'WEB_CONCURRENCY is `auto` or empty where this version of Puma, or puma.rb, needs a number.',
  fineWhen: null,
  check: (project) => project.launches.flatMap((boot) => outcomesOf(project, boot)),
  say,
});

function outcomesOf(project: Project, boot: BootedLaunch): readonly Outcome<Unsupported>[] {
  const { launch, environment, settings } = boot;
  const workers = settings['workers'] as Traced<unknown> | undefined;
  const text = textIn(boot);
  if (launch.system !== 'puma' || text === null || !workers) return [];
  const setAt = writtenIn(environment.stateOf(VARIABLE)!.origin);
  const assumes: readonly Assumption[] = launch.declared ? [] : [{ kind: 'undeclared', process: launch.name }];
  const puma = project.versions['puma'] ?? null;
  const about = {
    process: launch.name,
    weight: 0,
    database: null,
    label: `${VARIABLE} is ${JSON.stringify(text)}`,
  } as const;
  const problem = project.problems.find((one) => one.process === launch.name && isAbout(one, text));
  if (problem) {
    const inFile = problem.message.startsWith('Ruby') || problem.at.start !== setAt?.start;
    return [
      {
        kind: 'violates',
        ...about,
        severity: 'error',
        assumes: [...assumes, ...problem.assumes],
        at: problem.at,
        related: relatedTo(setAt, problem.at),
        found: { process: launch.name, puma, text, raises: problem.message, inFile },
      },
    ];
  }
  const silently = workers.known && workers.value === 0 && variablesOf(workers.origin).includes(VARIABLE);
  const at = writtenIn(workers.origin) ?? setAt;
  if (text !== 'auto' || !silently || !at) return [{ kind: 'holds' }];
  return [
    {
      kind: 'violates',
      ...about,
      severity: 'warning',
      assumes: [...assumes, ...workers.assumes],
      at,
      related: relatedTo(setAt, at),
      found: { process: launch.name, puma, text, raises: null, inFile: true },
    },
  ];
}

/** `auto` or nothing but blanks; null for what is a number, unset or not known. */
function textIn({ environment }: BootedLaunch): string | null {
  const state = environment.stateOf(VARIABLE);
  if (!state?.known || state.value === null) return null;
  return state.value === 'auto' || state.value.trim() === '' ? state.value : null;
}

/** What Ruby says of a text that is no integer, and what Puma says of it. Source: object.c@v3_4_1, lib/puma/dsl.rb@v7.2.0 */
function isAbout({ kind, message }: NotedProblem, text: string): boolean {
  if (kind !== 'boot-failure') return false;
  return (
    message.includes(`invalid value for Integer(): ${JSON.stringify(text)}`) ||
    message.includes('workers must be an Integer')
  );
}

/** Whether a problem is one that this rule reports. */
export function isOfWebConcurrency({ launches }: Project, problem: NotedProblem): boolean {
  return launches.some((boot) => {
    const text = boot.launch.system === 'puma' && boot.launch.name === problem.process ? textIn(boot) : null;
    return text !== null && isAbout(problem, text);
  });
}

function relatedTo(setAt: Span | null, at: Span): { at: Span; message: string }[] {
  const elsewhere = setAt && (setAt.file.path !== at.file.path || setAt.start !== at.start);
  return elsewhere ? [{ at: setAt, message: `${VARIABLE} is set here` }] : [];
}

function say({ process, puma, text, raises, inFile }: Unsupported): Sentences {
  const said = text === 'auto' ? '`auto`' : 'empty';
  const version = puma === null ? 'Puma' : `Puma ${puma}`;
  return {
    message:
      raises === null
        ? `${VARIABLE} is ${said} for ${process}, of which \`workers\` makes 0`
        : `${VARIABLE} is ${said} for ${process}, which does not start`,
    consequence:
      raises === null
        ? `${version} converts the text with to_i: ${process} runs a single process instead of one per processor.`
        : `${raises}. ${process} does not start.`,
    arithmetic: raises === null ? '"auto".to_i = 0' : null,
    advice:
      text === 'auto'
        ? `set ${VARIABLE} to a number; ` +
          (inFile
            ? 'puma.rb may hand `auto` to `workers` from Puma 7.2 on, and Puma reads the variable itself where puma.rb does not.'
            : 'Puma understands `auto` from 6.5 on.')
        : `unset ${VARIABLE}, or set it to a number.`,
    snippet: null,
  };
}
