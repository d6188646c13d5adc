import type { Project } from '../../src/lint/result.ts';
import type { Pool, Process } from '../../src/model/process.ts';
import { sameSpan, type Span } from '../../src/text/source.ts';
import { hops } from '../../src/value/history.ts';
import { isUnusable } from './unusable.ts';

/** One size that an anchor gives to several entries of database.yml, judged in every process that uses them. */
export interface SharedSize {
  /** Where the one number is written. */
  readonly at: Span;
  readonly members: readonly Member[];
  /** Of the entries, each by its name, in the order in which the processes use them. */
  readonly fitting: readonly string[];
  readonly tooSmall: readonly string[];
  readonly untold: readonly string[];
  /** One number cannot be right for all: it is too small for some and not for others, or for two entries or more. */
  readonly misfits: boolean;
  /** Whether that is so because of processes that their deployment does not declare. */
  readonly undeclaredOnly: boolean;
}

export interface Member {
  readonly process: Process;
  readonly pool: Pool;
}

/**
 * The sizes of a project that reach two or more used entries, at least one of them through an alias or a merge. Both
 * the rule that speaks of the anchor and the one that would repeat it for every entry ask here.
 */
export function sharedSizes(project: Project): readonly SharedSize[] {
  const groups: { readonly at: Span; readonly members: Member[] }[] = [];
  for (const process of project.processes) {
    for (const pool of process.pools) {
      const { sizeAt } = pool.database;
      if (!sizeAt || isUnusable(pool)) continue;
      const group = groups.find(({ at }) => sameSpan(at, sizeAt));
      if (group) group.members.push({ process, pool });
      else groups.push({ at: sizeAt, members: [{ process, pool }] });
    }
  }
  return groups
    .filter(({ members }) => members.some(isInherited) && namesOf(members).length > 1)
    .map(({ at, members }) => sharedSize(at, members));
}

/** The other entries that get the size of this pool, where one number cannot be right for all of them. */
export function sharing(shared: readonly SharedSize[], pool: Pool): readonly string[] {
  const { sizeAt, name } = pool.database;
  const found = sizeAt ? shared.find(({ at, misfits }) => misfits && sameSpan(at, sizeAt)) : undefined;
  return found ? namesOf(found.members).filter((other) => other !== name) : [];
}

function sharedSize(at: Span, members: readonly Member[]): SharedSize {
  const declared = judged(members.filter(({ process }) => process.declared));
  const all = judged(members);
  return { at, members, ...all, undeclaredOnly: all.misfits && !declared.misfits };
}

function judged(members: readonly Member[]): Pick<SharedSize, 'fitting' | 'tooSmall' | 'untold' | 'misfits'> {
  const says = (name: string, kind: string): boolean =>
    members.some(({ pool }) => pool.database.name === name && pool.verdict.kind === kind);
  const names = namesOf(members);
  const tooSmall = names.filter((name) => says(name, 'violates'));
  const untold = names.filter((name) => !says(name, 'violates') && says(name, 'unknown'));
  const fitting = names.filter((name) => !says(name, 'violates') && !says(name, 'unknown'));
  const misfits = tooSmall.length > 1 || (tooSmall.length === 1 && fitting.length > 0);
  return { fitting, tooSmall, untold, misfits };
}

function isInherited({ pool }: Member): boolean {
  const travelled = hops(pool.size.origin);
  return travelled.length > 0 && travelled.every(({ kind }) => kind !== 'url');
}

function namesOf(members: readonly Member[]): readonly string[] {
  return [...new Set(members.map(({ pool }) => pool.database.name))];
}
