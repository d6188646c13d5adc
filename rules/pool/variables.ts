import type { BootedLaunch, Project } from '../../src/lint/result.ts';
import type { Claim, Process } from '../../src/model/process.ts';
import type { Settings } from '../../src/systems/system.ts';
import { carried, readsIn, termsOf, unsetVariables, variablesOf } from '../../src/value/history.ts';
import type { FallbackRead } from '../../src/value/noticed.ts';
import type { Origin } from '../../src/value/origin.ts';
import type { Traced } from '../../src/value/traced.ts';

/** The boot in which a process came up. */
export function bootOf(project: Project, process: Process): BootedLaunch | null {
  return project.launches.find(({ launch }) => launch === process.launch) ?? null;
}

/** The variables that decide how many processes a launch has, as far as its settings say. */
function processVariables({ settings }: BootedLaunch): readonly string[] {
  return tracedUnder(settings['workers'], 'processes').flatMap(({ origin }) => variablesOf(origin));
}

/** Every variable that decides a number of processes anywhere, and none that sizes threads as well. */
export function onlyProcessVariables(project: Project): ReadonlySet<string> {
  const counting = new Set([...project.launches.flatMap(processVariables), 'WEB_CONCURRENCY']);
  // A variable that sizes the threads as well is a number of threads, whatever it is called.
  for (const { threads } of project.processes) for (const name of variablesOf(threads.origin)) counting.delete(name);
  return counting;
}

/** Puma's `workers` is a number; Solid Queue's is a list of entries with `processes` each. */
function tracedUnder(setting: Settings[string] | undefined, key: string): readonly Traced<unknown>[] {
  if (setting === undefined || typeof setting === 'string') return [];
  if ('known' in setting) return [setting as Traced<unknown>];
  return (setting as readonly unknown[]).flatMap((one) => {
    const inner = typeof one === 'object' && one !== null && key in one ? (one as Settings)[key] : undefined;
    return typeof inner === 'object' && 'known' in inner ? [inner as Traced<unknown>] : [];
  });
}

/** The fewest threads that a Puma keeps; null for anything else. */
export function leastThreadsOf({ system }: Process, boot: BootedLaunch | null): Traced<unknown> | null {
  return (system === 'puma' ? tracedUnder(boot?.settings['threads_min'], '')[0] : null) ?? null;
}

/** The number of threads that share a pool; of a minimum and a maximum, the maximum. */
export function threadsOf({ system, threads }: Claim, { settings }: BootedLaunch): Traced<unknown> {
  const [most] = system === 'puma' ? tracedUnder(settings['threads_max'], '') : [];
  return most ?? threads;
}

/** The variable that alone says a number, with its fallback where one is written; null for any other number. */
export interface Sole {
  readonly variable: string;
  readonly read: FallbackRead | null;
  readonly unset: boolean;
}

export function soleVariable(count: Traced<unknown>, boot: BootedLaunch): Sole | null {
  const variables = [...new Set(variablesOf(count.origin))];
  const [variable] = variables;
  if (variable === undefined || variables.length > 1 || !isPlain(count.origin)) return null;
  const places = readsIn(count.origin);
  const read = boot.noticed.find(
    (fact): fact is FallbackRead =>
      fact.kind === 'fallback-read' &&
      fact.variable === variable &&
      places.some(({ at }) => at.file.path === fact.at.file.path && at.start >= fact.at.start && at.end <= fact.at.end),
  );
  const unset = unsetVariables(count.origin).length > 0;
  const state = boot.environment.stateOf(variable);
  const said = unset ? read?.fallback : state?.known ? Number(state.value) : undefined;
  // Twice the variable is not the variable.
  if (said !== undefined && count.known && Number(count.value) !== said) return null;
  return { variable, read: read ?? null, unset };
}

/** Converted perhaps, and nothing added to it; the larger of two is a sum of histories too. */
function isPlain(start: Origin): boolean {
  return termsOf(start).every((term) => {
    let origin = carried(term);
    while (origin.kind === 'computed' && origin.from.length === 1) origin = carried(origin.from[0]!);
    return origin.kind === 'env' || origin.kind === 'fallback';
  });
}
