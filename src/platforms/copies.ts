import { combine, known, saidBy, unknown, type Traced } from '../value/traced.ts';
import { goText, type GoNode } from '../yaml/go.ts';

/** What is not stated runs once. */
export function once(process: string): Traced<number> {
  return known(1, { kind: 'assumed', text: `one copy of ${process}: nothing in the repository says how many run` });
}

/** A number of copies that a file states: a whole number, or a text that is one after its variables. */
export function stated(node: GoNode): Traced<number> {
  const origin = { kind: 'platform', at: node.at, from: [] } as const;
  if (node.kind !== 'scalar') return unknown('it is no number', origin);
  const count = combine(null, [goText(node)], (text) => (text === null ? Number.NaN : Number(text)));
  if (count.known && !Number.isInteger(count.value)) return unknown('it is no number', origin);
  return saidBy(node.at, count);
}
