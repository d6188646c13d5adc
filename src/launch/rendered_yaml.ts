import type { RenderedText } from '../erb/rendered.ts';
import type { Failure } from '../ruby/host.ts';
import { allAssumptions, type Assumption } from '../value/origin.ts';
import type { PsychDocument } from '../yaml/node.ts';

/** What a template that raises leaves: no document. */
export function unreadable(failure: Failure): PsychDocument {
  return { root: null, problem: { message: `Ruby raises ${failure.error}: ${failure.message}`, at: failure.at } };
}

/** What a text rests on as a whole. */
export function assumptionsIn({ pieces, absences }: RenderedText): readonly Assumption[] {
  const printed = pieces.map((piece) => (piece.kind === 'hole' ? [] : piece.assumes));
  return allAssumptions(...printed, ...absences.map((one) => one.assumes));
}
