import type { Fix, RelatedPlace, Severity } from '../../src/lint/finding.ts';
import { amount, labelled, list } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Process } from '../../src/model/process.ts';
import { sameSpan } from '../../src/text/source.ts';
import { hops } from '../../src/value/history.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import { assumptionsOf } from '../../src/value/traced.ts';
import { belowMerge } from '../hygiene/line_fix.ts';
import { utilities } from './inside.ts';
import { comparedPlaces, hopPlaces, largest, misfit, shortage, undeclared, type Misfit } from './misfit.ts';
import { refusal, refusesToStart } from './pool-smaller-than-solid-queue.ts';
import { isSecondary, severityOfSecondary } from './secondary-pool-smaller-than-threads.ts';
import { sharedSizes, type Member, type SharedSize } from './shared_size.ts';
import { sizeFix } from './size_fix.ts';
import { starvation } from './starvation.ts';

/** A number that several entries inherit and that cannot be right for all of them. */
interface Shared {
  readonly size: SharedSize;
  /** Every pool that it is too small for, the one with the most connections missing first. */
  readonly misfits: readonly Misfit[];
}

/** R61: one number, inherited through an anchor, is the size of several pools and too small for some of them. */
export const sharedAnchorPoolSize: Rule = defineRule<Shared>({
  id: 'shared-anchor-pool-size',
  aliases: [],
  group: 'pool',
  severity: 'error',
  fix: 'unsafe',
  summary: 'One pool size, inherited through an anchor, is too small for some of the databases that share it.',
  fineWhen: 'only few requests or jobs use the databases it is too small for at the same time',
  check: (project) => {
    const shared = sharedSizes(project);
    return shared.flatMap((size) => outcomesOf(project, shared, size));
  },
  say,
});

function outcomesOf(project: Project, shared: readonly SharedSize[], size: SharedSize): readonly Outcome<Shared>[] {
  if (!size.misfits) {
    if (size.untold.length === 0) return [{ kind: 'holds' }];
    const what = `the size that ${list([...size.tooSmall, ...size.fitting, ...size.untold])} share`;
    return [{ kind: 'unknown', what, reason: reasonOf(size), at: size.at }];
  }
  const misfits = size.members
    .flatMap(({ process, pool }) =>
      pool.verdict.kind === 'violates' ? [misfit(project, shared, { process, pool, claim: pool.verdict.claim })] : [],
    )
    .toSorted((a, b) => shortage(b.pool) - shortage(a.pool));
  const fix = fixOf(size);
  const guessed = size.undeclaredOnly ? size.members.flatMap(({ process }) => undeclared(process)) : [];
  return distinct(misfits.map(({ process }) => process)).map((process): Outcome<Shared> => {
    const own = misfits.filter((one) => one.process === process);
    const assumes = own.map(({ pool }) => allAssumptions(assumptionsOf(pool.size), assumptionsOf(pool.needed)));
    return {
      kind: 'violates',
      severity: severityOf(project, own),
      assumes: allAssumptions(...assumes, undeclared(process), guessed),
      process: process.name,
      weight: shortage(own[0]!.pool),
      database: null,
      at: size.at,
      label: labelled(own[0]!.pool.size, process.name),
      related: relatedOf(size),
      ...(fix ? { fix } : {}),
      found: { size, misfits },
    };
  });
}

function reasonOf({ members }: SharedSize): string {
  const verdict = members.find(({ pool }) => pool.verdict.kind === 'unknown')?.pool.verdict;
  return verdict?.kind === 'unknown' ? verdict.reason : '';
}

/** The worst of what it replaces; what other rules say beside it stays theirs. */
function severityOf(project: Project, misfits: readonly Misfit[]): Severity {
  const replaced = misfits.filter(({ process, pool, claim }) => isSecondary(project, process, pool, claim));
  const severities = new Set(replaced.map(severityOfSecondary));
  return (['error', 'warning', 'info'] as const).find((severity) => severities.has(severity)) ?? 'warning';
}

/** Every number of threads that the size is compared with, each place once, then every hop. */
function relatedOf({ members }: SharedSize): readonly RelatedPlace[] {
  return [...once(members.flatMap(countsOf)), ...hopPlaces(...members.map(({ pool }) => pool))];
}

/** The first of the places that are the same. */
function once(places: readonly RelatedPlace[]): readonly RelatedPlace[] {
  return places.filter(({ at }, index) => places.findIndex((other) => sameSpan(other.at, at)) === index);
}

function countsOf({ process, pool }: Member): readonly RelatedPlace[] {
  const { verdict } = pool;
  const claim = verdict.kind === 'violates' ? verdict.claim : pool.claims.find((one) => one.counts);
  return claim ? comparedPlaces({ process, pool, claim }) : [];
}

function distinct(processes: readonly Process[]): readonly Process[] {
  return [...new Set(processes)];
}

function say({ size, misfits }: Shared): Sentences {
  const [worst] = misfits;
  const number = amount(worst!.pool.size);
  const refusing = misfits.find(refusesToStart);
  const { fitting, tooSmall, untold } = size;
  const fits = fitting.length > 0 ? `; it fits ${list(fitting)}` : '';
  const unknown = untold.length > 0 ? `; of ${list(untold)} nobody can tell` : '';
  return {
    message: `one pool size of ${number} is shared through an anchor and too small for ${list(tooSmall)}`,
    consequence: refusing ? refusal({ ...refusing, alsoSizes: [] }) : starvation({ ...worst!, alsoSizes: [] }),
    arithmetic: `${arithmeticOf(misfits, number)}${fits}${unknown}`,
    ...wayOut(size),
    ...(refusing ? { fineWhen: null } : {}),
  };
}

/** "pool 5 < 12 threads of web on queue and cache, < 7 of worker on queue". */
function arithmeticOf(misfits: readonly Misfit[], number: string): string {
  const terms = new Map<string, string[]>();
  for (const { process, pool } of misfits) {
    const needs = `${number} < ${amount(pool.needed)} in ${process.name}`;
    const on = terms.get(needs) ?? [];
    if (!on.includes(pool.database.name)) terms.set(needs, [...on, pool.database.name]);
  }
  return [...terms].map(([needs, on]) => `${needs} for ${list(on)}`).join('; ');
}

/** The sizes that fit, of the entries that it is too small for; `one` where all can share another number. */
function sizesFor({ members, tooSmall, fitting, untold }: SharedSize) {
  const needed = (name: string): number =>
    Math.max(
      ...members.map(({ pool }) => (pool.database.name === name ? (largest(pool.needed) ?? 0) + utilities(pool) : 0)),
    );
  const wanted = tooSmall.map(needed);
  return { wanted, one: fitting.length + untold.length === 0 && new Set(wanted).size === 1 };
}

/** What the advice says as edits: the number itself, or a line below the outermost `<<` of every entry. */
function fixOf(size: SharedSize): Fix | null {
  const { wanted, one } = sizesFor(size);
  const pools = size.tooSmall.map((name) => size.members.find(({ pool }) => pool.database.name === name)!.pool);
  if (one) return sizeFix(pools[0]!, wanted[0]!);
  const edits = pools.map(({ database, size: { origin } }, index) => {
    const last = hops(origin).at(-1);
    const isPlain =
      last?.kind === 'merge' &&
      database.keys.every(({ name, replaced }) => name !== database.sizeKey || replaced.length === 0);
    return isPlain ? belowMerge(last.at, `${database.sizeKey}: ${wanted[index]!}`) : null;
  });
  if (edits.includes(null)) return null;
  const description = `give ${list(size.tooSmall)} ${size.tooSmall.length === 1 ? 'a size of its own' : 'sizes of their own'}`;
  return { safety: 'unsafe', description, edits: edits.filter((edit) => edit !== null) };
}

/** A size of its own for every entry that needs another one, below the `<<` that would replace it. */
function wayOut(size: SharedSize): Pick<Sentences, 'advice' | 'snippet'> {
  const { members, tooSmall } = size;
  const { sizeKey } = members[0]!.pool.database;
  const { wanted, one } = sizesFor(size);
  if (one) return { advice: 'raise the one number:', snippet: `${sizeKey}: ${wanted[0]!}` };
  const own = tooSmall.length === 1 ? 'a size of its own' : 'sizes of their own';
  return {
    advice: `give ${list(tooSmall)} ${own}, below the \`<<\`:`,
    snippet: tooSmall.map((name, index) => `${name}:\n  ${sizeKey}: ${wanted[index]!}`).join('\n'),
  };
}
