import type { PoolSize } from '../database/entry.ts';
import type { Environment } from '../value/environment.ts';
import { termsOf, variablesOf } from '../value/history.ts';
import type { Command, Role } from '../launch/launch.ts';
import type { Origin } from '../value/origin.ts';
import type { Pool, Process } from './process.ts';

/** What one pool does when one variable has any other value, the others as they are. */
export interface Proof {
  readonly process: string;
  /** Which of the processes of that name it is. */
  readonly role: Role;
  readonly database: string;
  readonly variable: string;
  /** Null where the pool holds for every value from 1 to 256; else the smallest value for which it does not. */
  readonly counterexample: Counterexample | null;
}

export interface Counterexample {
  /** Null for a variable that nothing sets. */
  readonly value: string | null;
  readonly threads: number;
  readonly size: PoolSize;
}

/** Nobody runs more threads in one process. */
export const MOST_TRIED = 256;

/** Unset, empty, and every number. */
export const TRIED: readonly (string | null)[] = [
  null,
  '',
  ...Array.from({ length: MOST_TRIED }, (_, index) => String(index + 1)),
];

/** The processes of the launch as they would be with that value; null where it is too much work to tell. */
export type Trial = (variable: string, value: string | null) => readonly Process[] | null;

interface Subject {
  readonly key: string;
  readonly process: string;
  readonly role: Role;
  readonly database: string;
  readonly pool: Pool;
}

/**
 * What holds for every value of a variable, for the pools of one launch that hold. Exhaustive: every value is tried by
 * booting the launch with it, and nothing is concluded from what the trail of a number looks like. What cannot be told
 * for a single number is no proof.
 */
export function proofsOf(processes: readonly Process[], decides: (variable: string) => boolean, trial: Trial): Proof[] {
  const subjects = subjectsOf(processes).filter(({ pool }) => pool.verdict.kind === 'holds');
  const byVariable = new Map<string, Subject[]>();
  for (const subject of subjects)
    for (const variable of variablesBehind(subject.pool).filter(decides))
      byVariable.set(variable, [...(byVariable.get(variable) ?? []), subject]);
  return [...byVariable].flatMap(([variable, concerned]) => provedFor(variable, concerned, trial));
}

/** What one value makes of a pool. */
interface Tried {
  readonly verdict: Pool['verdict']['kind'];
  readonly counterexample: Counterexample | null;
}

function provedFor(variable: string, subjects: readonly Subject[], trial: Trial): readonly Proof[] {
  const tried = new Map<string | null, ReadonlyMap<string, Tried> | null>();
  const triedWith = (value: string | null): ReadonlyMap<string, Tried> | null => {
    if (!tried.has(value)) tried.set(value, outcomesOf(trial(variable, value), value));
    return tried.get(value)!;
  };
  return subjects.flatMap(({ key, process, role, database }): readonly Proof[] => {
    for (const value of TRIED) {
      const outcomes = triedWith(value);
      if (!outcomes) return [];
      const { verdict, counterexample } = outcomes.get(key) ?? NOTHING;
      if (counterexample) return [{ process, role, database, variable, counterexample }];
      // A process that does not start without a number, or nobody can tell: the proof is about numbers.
      const goesOn = verdict === 'holds' || (verdict === 'unknown' && (value === null || value === ''));
      if (!goesOn) return [];
    }
    return [{ process, role, database, variable, counterexample: null }];
  });
}

/** A process that is not there. */
const NOTHING: Tried = { verdict: 'unknown', counterexample: null };

function outcomesOf(processes: readonly Process[] | null, value: string | null): ReadonlyMap<string, Tried> | null {
  if (!processes) return null;
  return new Map(
    subjectsOf(processes).map(({ key, pool: { verdict, needed, size } }) => {
      const fails = verdict.kind === 'violates' && needed.known && size.known;
      const counterexample = fails ? { value, threads: needed.value, size: size.value } : null;
      return [key, { verdict: verdict.kind, counterexample }];
    }),
  );
}

/** Pools by what stays the same when a number changes: the process among those of the launch, and the entry. */
function subjectsOf(processes: readonly Process[]): readonly Subject[] {
  const seen = new Map<string, number>();
  return processes.flatMap((process) => {
    const kind = `${process.system} ${process.role}`;
    const nth = seen.get(kind) ?? 0;
    seen.set(kind, nth + 1);
    return process.pools.map((pool) => {
      const database = pool.database.name;
      const own = [database, pool.owner ?? '', pool.role, pool.shard].join('\0');
      return { key: `${kind} ${nth} ${own}`, process: process.name, role: process.role, database, pool };
    });
  });
}

/** Variables that say which application runs, or where its databases are, are no numbers. */
const NO_NUMBER = /(?:^|_)(?:ENV|URL|URI|DSN|HOST|NAME|USER|USERNAME|PASSWORD|KEY|SECRET|TOKEN)$/;

/** The variables that decide the size of a pool or the threads that count for its verdict. */
function variablesBehind({ size, claims }: Pool): readonly string[] {
  const threads = claims.filter(({ counts }) => counts).map((claim) => claim.threads.origin);
  const all = [size.origin, ...threads].flatMap(termsOf).flatMap(variablesOf);
  return [...new Set(all)].filter((variable) => !NO_NUMBER.test(variable));
}

/**
 * Whether giving a process another value of a variable changes everything that depends on it: not where a command line
 * or another variable was put together from it before the process started, and not where the user said what it is.
 */
export function decidesAlone(variable: string, command: Command | null, environment: Environment): boolean {
  const mentions = (origin: Origin): boolean => variablesOf(origin).includes(variable);
  if (command?.words.some(({ value }) => mentions(value.origin))) return false;
  return environment.names.every((name) => {
    const state = environment.stateOf(name);
    return name === variable || !state || !mentions(state.origin);
  });
}
