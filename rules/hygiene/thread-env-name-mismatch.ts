import { amount, list, oneLine, placeName } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences, type Violation } from '../../src/lint/rule.ts';
import type { Pool, Process } from '../../src/model/process.ts';
import { sameSpan } from '../../src/text/source.ts';
import { readsIn, writtenIn } from '../../src/value/history.ts';
import { poolLine } from '../pool/advice.ts';
import { hopPlaces, lowest, placeOfPool, undeclared } from '../pool/misfit.ts';
import { bootOf, onlyProcessVariables, soleVariable, threadsOf, type Sole } from '../pool/variables.ts';

interface Mismatch {
  readonly process: Process;
  readonly pool: Pool;
  readonly size: Sole;
  readonly threads: Sole;
  /** Pools of the same process of which the same is to be said. */
  readonly alike: readonly Pool[];
}

/** R25: two variables for numbers that have to move together. */
export const threadEnvNameMismatch: Rule = defineRule<Mismatch>({
  id: 'thread-env-name-mismatch',
  aliases: [],
  group: 'hygiene',
  severity: 'warning',
  fix: null,
  summary: 'The threads and the pool follow two variables of which only one is set, so that one of them does not move.',
  fineWhen: 'the pool is meant to be larger than the threads, for what else runs in the process',
  check: (project) =>
    project.processes.flatMap((process) =>
      saidOnce(process.pools.flatMap((pool) => outcomesOf(project, process, pool))),
    ),
  say,
});

function outcomesOf(project: Project, process: Process, pool: Pool): readonly Outcome<Mismatch>[] {
  const boot = bootOf(project, process);
  const claim = pool.claims.find(({ counts }) => counts);
  const at = placeOfPool(process, pool);
  if (!boot || !claim || !at) return [];
  const size = soleVariable(pool.size, boot);
  const threads = soleVariable(threadsOf(claim, boot), boot);
  if (!size || !threads || size.variable === threads.variable) return [];
  // A number of processes is another mistake: pool-derived-from-process-count.
  if (onlyProcessVariables(project).has(size.variable)) return [];
  const found: Mismatch = { process, pool, size, threads, alike: [] };
  // Both set, or a pool that is given room on purpose: nothing is left behind.
  if (!size.unset && !threads.unset) return [{ kind: 'holds' }];
  if (!isLeftBehind(found) && size.unset !== threads.unset) return [{ kind: 'holds' }];
  const counted = threads.read?.at ?? writtenIn(claim.threads.origin);
  return [
    {
      kind: 'violates',
      severity: isLeftBehind(found) ? 'warning' : 'info',
      assumes: undeclared(process),
      process: process.name,
      weight: 0,
      database: null,
      at: readsIn(pool.size.origin)[0]?.at ?? at,
      label: `follows ${size.variable}`,
      related: [
        ...(counted ? [{ at: counted, message: `the threads follow ${threads.variable}` }] : []),
        ...hopPlaces(pool),
      ],
      found,
    },
  ];
}

/** Where nothing is set nothing was left behind: then the pools that follow one variable are told together. */
function saidOnce(outcomes: readonly Outcome<Mismatch>[]): readonly Outcome<Mismatch>[] {
  const told = new Map<string, Outcome<Mismatch> & { readonly kind: 'violates' }>();
  const others: Outcome<Mismatch>[] = [];
  for (const outcome of outcomes) {
    if (outcome.kind !== 'violates' || outcome.severity !== 'info') {
      others.push(outcome);
      continue;
    }
    const { found } = outcome;
    const key = `${found.size.variable} ${found.threads.variable}`;
    const first = told.get(key);
    told.set(key, first ? together(first, outcome) : outcome);
  }
  return [...others, ...told.values()];
}

function together<T extends Violation<Mismatch>>(first: T, next: Violation<Mismatch>): T {
  const { pool, size } = next.found;
  const place = { at: next.at, message: `that of ${pool.database.name} follows ${size.variable} too` };
  const isSame = sameSpan(next.at, first.at);
  const related = isSame ? first.related : [...first.related, place];
  return { ...first, related, found: { ...first.found, alike: [...first.found.alike, pool] } };
}

/**
 * The threads were raised and the pool was not; or a variable that is named for threads is set and sizes only the pool.
 */
function isLeftBehind({ pool, size, threads }: Mismatch): boolean {
  if (size.unset === threads.unset) return false;
  if (size.unset) return pool.verdict.kind === 'violates';
  return /THREADS|CONCURRENCY/.test(size.variable);
}

function say(found: Mismatch): Sentences {
  const { process, pool, size, threads, alike } = found;
  const { name } = process;
  const pools = [...new Set([pool, ...alike].map(({ database }) => database.name))];
  const follows =
    pools.length === 1 ? `its pool follows ${size.variable}` : `its pools of ${list(pools)} follow ${size.variable}`;
  return {
    message: `the threads of ${name} follow ${threads.variable}, ${follows}`,
    consequence: consequenceOf(found),
    arithmetic:
      `pool ${amount(pool.size)}` +
      (size.read ? ` from ${oneLine(size.read.at)} at ${placeName(size.read.at)}` : '') +
      `, threads ${amount(pool.needed)}` +
      (threads.read ? ` from ${oneLine(threads.read.at)} at ${placeName(threads.read.at)}` : ''),
    ...wayOut(found),
  };
}

/** The number that stayed behind follows the variable that is set; no pool becomes smaller by it. */
function wayOut({ process, pool, size, threads }: Mismatch): Pick<Sentences, 'advice' | 'snippet'> {
  if (size.unset) {
    const fallback = Math.max(lowest(pool.size) ?? 5, threads.read?.fallback ?? 0);
    const chain = `<%= ENV.fetch("${size.variable}") { ENV.fetch("${threads.variable}", ${fallback}) } %>`;
    return {
      advice: `let the pool follow ${threads.variable} where ${size.variable} is not set:`,
      snippet: poolLine(pool, chain),
    };
  }
  if (!threads.read) {
    return {
      advice: `set ${threads.variable} for ${process.name} as well, or in its place:`,
      snippet: `${threads.variable}=${amount(pool.size)}`,
    };
  }
  return {
    advice: `let the threads follow ${size.variable}, at ${placeName(threads.read.at)}:`,
    snippet: oneLine(threads.read.at).replaceAll(threads.variable, size.variable),
  };
}

function consequenceOf({ process: { name }, pool, size, threads }: Mismatch): string {
  if (size.unset && threads.unset) {
    return `Nothing sets either for ${name}. Who sets ${threads.variable} alone gets more threads on the same pool.`;
  }
  if (size.unset) {
    return `${threads.variable} is set for ${name} and ${size.variable} is not: the threads went up, the pool stayed at ${amount(pool.size)}.`;
  }
  return `${size.variable} is set for ${name} and ${threads.variable} is not: the pool went up, and ${name} still runs ${amount(pool.needed)} threads.`;
}
