import { known, type Traced } from '../value/traced.ts';

/** What is not stated runs once. */
export function once(process: string): Traced<number> {
  return known(1, { kind: 'assumed', text: `one copy of ${process}: nothing in the repository says how many run` });
}
