import { variablesOf } from '../value/history.ts';
import type { Traced } from '../value/traced.ts';
import type { Pool } from './process.ts';
import type { Member } from './servers.ts';

/** A product of which not every factor is known. */
export interface Term {
  readonly coefficient: number;
  /** The unknown factors: names of variables where one decides, else what they count. */
  readonly symbols: readonly string[];
}

export interface Formula {
  readonly terms: readonly Term[];
  /** The sum of what is known. */
  readonly constant: number;
}

/** Demand as far as it is known: what is not stays a symbol. */
export function formulaOf(members: readonly Member[]): Formula {
  const terms = new Map<string, Term>();
  let constant = 0;
  for (const { process, pool } of members) {
    const { hosts, processesPerHost } = process;
    const factors = [
      factor(hosts, `hosts of ${process.name}`),
      factor(processesPerHost, `processes of ${process.name} on each host`),
      held(pool, `threads of ${process.name}`),
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
    terms.set(key, { coefficient: (terms.get(key)?.coefficient ?? 0) + coefficient, symbols });
  }
  return { terms: [...terms.values()], constant };
}

function factor(count: Traced<number>, otherwise: string): number | string {
  return count.known ? count.value : symbolOf(count, otherwise);
}

/** min(pool, threads), and what stands beside the pool. */
function held({ size, threads, outside, pools, database }: Pool, busy: string): number | string {
  const most = size.known ? size.value : symbolOf(size, `pool of ${database.name}`);
  const wanted = threads.known ? threads.value : symbolOf(threads, busy);
  const every = pools === 1 ? '' : `${pools}·`;
  if (most === 'unlimited')
    return typeof wanted === 'number' ? pools * wanted + outside : beside(`${every}${wanted}`, outside);
  if (typeof most === 'number' && typeof wanted === 'number') {
    return pools * Math.min(Math.max(most, 0), wanted) + outside;
  }
  return beside(every + (most === wanted ? String(most) : `min(${most}, ${wanted})`), outside);
}

function beside(symbol: string, outside: number): string {
  return outside === 0 ? symbol : `(${symbol} + ${outside})`;
}

function symbolOf(value: Traced<unknown>, otherwise: string): string {
  const [variable, ...others] = variablesOf(value.origin);
  return variable !== undefined && others.length === 0 ? variable : otherwise;
}

/** "10·WEB_CONCURRENCY + 12". */
export function formulaText({ terms, constant }: Formula): string {
  const products = terms.map(({ coefficient, symbols }) =>
    [...(coefficient === 1 ? [] : [String(coefficient)]), ...symbols].join('·'),
  );
  return [...products, ...(constant === 0 && products.length > 0 ? [] : [String(constant)])].join(' + ');
}
