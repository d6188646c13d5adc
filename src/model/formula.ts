import type { Origin } from '../value/origin.ts';
import type { Traced } from '../value/traced.ts';
import type { Pool, Process } from './process.ts';
import type { Member } from './peak.ts';

/** A product of which not every factor is a number. */
export interface Term {
  readonly coefficient: number;
  /** The other factors: names of variables where one says the number itself, else what they count. */
  readonly symbols: readonly string[];
  /** Whether it is so many times one symbol, and nothing that is computed from one. */
  readonly linear: boolean;
}

export interface Formula {
  readonly terms: readonly Term[];
  /** The sum of what is known. */
  readonly constant: number;
}

/** What stays a symbol besides what is not known: hosts of which nothing states the number, or nothing. */
export type Open = 'unknown' | 'unstated hosts';

/** Demand as far as it is known: what is not stays a symbol. */
export function formulaOf(members: readonly Member[], open: Open = 'unknown'): Formula {
  const terms = new Map<string, Term>();
  let constant = 0;
  for (const { process, pool } of members) {
    const factors = [
      hostsOf(process, open),
      numberOr(process.processesPerHost, `processes of ${process.name} on each host`),
      held(pool, process),
    ];
    const symbols = factors.filter((one) => typeof one === 'string');
    const coefficient = factors.reduce<number>(
      (product, one) => (typeof one === 'number' ? product * one : product),
      1,
    );
    if (symbols.length === 0 || coefficient === 0) {
      constant += coefficient;
      continue;
    }
    const key = symbols.join('·');
    const before = terms.get(key);
    const linear = symbols.length === 1 && typeof factors[2] === 'number' && (before?.linear ?? true);
    terms.set(key, { coefficient: (before?.coefficient ?? 0) + coefficient, symbols, linear });
  }
  return { terms: [...terms.values()], constant };
}

function hostsOf({ hosts, name }: Process, open: Open): number | string {
  const symbol = `hosts of ${name}`;
  return open === 'unstated hosts' && hosts.origin.kind === 'assumed' ? symbol : numberOr(hosts, symbol);
}

function numberOr(count: Traced<number>, otherwise: string): number | string {
  return count.known ? count.value : symbolOf(count.origin, otherwise);
}

/** min(pool, threads), and what stands beside the pool. */
function held({ size, claims, threads, outside, database }: Pool, process: Process): number | string {
  const most = size.known ? size.value : symbolOf(size.origin, `pool of ${database.name}`);
  if (typeof most === 'number' && threads.known) return Math.min(Math.max(most, 0), threads.value) + outside;
  if (most === 'unlimited' && threads.known) return threads.value + outside;
  const wanted = threads.known ? String(threads.value) : wantedBy(claims, process);
  const least =
    most === 'unlimited' || most === wanted
      ? wanted.includes(' + ')
        ? `(${wanted})`
        : wanted
      : `min(${most}, ${wanted})`;
  return outside === 0 ? least : `(${least} + ${outside})`;
}

/** The sum of claims of which not all are known. The threads of a process are one number, whatever they are made of. */
function wantedBy(claims: Pool['claims'], { name, system }: Process): string {
  const own = `threads of ${name}`;
  const parts = claims.map((claim) => {
    const { system: whose, threads, threadsOf, held: long, part } = claim;
    const isOwn = whose === system && part === undefined && (long === 'request' || long === 'job');
    return { isOwn, count: numberOr(threads, isOwn ? own : `${threadsOf} of ${name}`) };
  });
  const isOpen = parts.some(({ count }) => count === own);
  const terms = parts.filter(({ isOwn }) => !(isOpen && isOwn)).map(({ count }) => count);
  const symbols = [...(isOpen ? [own] : []), ...terms.filter((count) => typeof count === 'string')];
  const constant = terms.reduce<number>((sum, count) => (typeof count === 'number' ? sum + count : sum), 0);
  return [...symbols, ...(constant > 0 ? [constant] : [])].join(' + ');
}

/** The variable that says a number itself; what it counts where anything was computed from one. */
function symbolOf(origin: Origin, otherwise: string): string {
  let one: Origin | undefined = origin;
  for (;;) {
    if (one?.kind === 'env') return one.variable;
    const carries =
      one?.kind === 'sum' ||
      one?.kind === 'merge' ||
      one?.kind === 'anchor' ||
      (one?.kind === 'computed' && one.conversion === true);
    if (!one || !carries || !('from' in one) || one.from.length !== 1) return otherwise;
    [one] = one.from;
  }
}

/** "10·WEB_CONCURRENCY + 12". */
export function formulaText({ terms, constant }: Formula): string {
  const products = terms.map(({ coefficient, symbols }) =>
    [...(coefficient === 1 ? [] : [String(coefficient)]), ...symbols].join('·'),
  );
  return [...products, ...(constant === 0 && products.length > 0 ? [] : [String(constant)])].join(' + ');
}

/** The largest number of its only symbol for which a formula comes to no more than that; null where there is none. */
export function mostOf(
  { terms, constant }: Formula,
  room: number,
): { readonly symbol: string; readonly most: number } | null {
  const [term, ...others] = terms;
  if (!term?.linear || others.length > 0 || constant > room) return null;
  return { symbol: term.symbols[0]!, most: Math.floor((room - constant) / term.coefficient) };
}
