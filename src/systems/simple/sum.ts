import { combine, type Traced } from '../../value/traced.ts';

/** A sum that remembers its terms. */
export function sum(terms: readonly Traced<number>[]): Traced<number> {
  return combine(null, terms, (...values) => (values as readonly number[]).reduce((total, value) => total + value, 0));
}
