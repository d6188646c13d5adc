import { placeOf, type Place, type Span } from '../text/source.ts';
import type { Origin, Step } from './origin.ts';

/** One hop of a value on its way to where it is used, as every output names it. */
export interface TrailStep extends Partial<Place> {
  readonly kind: TrailKind;
  readonly text?: string;
  readonly variable?: string;
  /** For a default: the versions it holds for, and the upstream file it was read in. */
  readonly versions?: string;
  readonly source?: string;
}

export type TrailKind =
  | 'literal'
  | 'env'
  | 'unset'
  | 'fallback'
  | 'default'
  | 'anchor'
  | 'merge'
  | 'url'
  | 'flag'
  | 'platform'
  | 'code'
  | 'computed'
  | 'assumed';

/** How the text of a place may be shown. Secrets are the business of whoever asks. */
export type Quote = (at: Span) => string;

/** A sum over all processes has more inputs than anybody reads. */
const MOST_STEPS = 48;
const MOST_ORIGINS = 4096;

/**
 * The hops of a value in the order in which it travelled: its inputs first, where it is used last. Origins share their
 * past, so every one is visited once; what a step's own text already shows is not repeated before it.
 */
export function trailOf(origin: Origin, quote: Quote): readonly TrailStep[] {
  const steps = new Map<string, TrailStep>();
  const seen = new Set<Origin>();
  const unsetSeen = new Set<string>();
  let left = 0;
  const put = (step: TrailStep): void => {
    const key = [step.kind, step.variable, step.file, step.line, step.column, step.endLine, step.endColumn].join('\n');
    // Steps without a place are told apart by what they say.
    const full = step.file === undefined ? `${key}\n${step.text}` : key;
    if (steps.has(full)) return;
    if (steps.size < MOST_STEPS) steps.set(full, step);
    else left++;
  };
  // An explicit stack: hostile input can be deeper than the call stack.
  const stack: { readonly origin: Origin; readonly entered: boolean }[] = [{ origin, entered: false }];
  let visits = 0;
  while (stack.length > 0) {
    const { origin: node, entered } = stack.pop()!;
    if (entered) {
      for (const step of stepsOf(node, quote)) {
        if (step.kind === 'unset') {
          if (unsetSeen.has(step.variable!)) continue;
          unsetSeen.add(step.variable!);
        }
        put(step);
      }
      continue;
    }
    if (seen.has(node)) continue;
    if (++visits > MOST_ORIGINS) {
      left++;
      continue;
    }
    seen.add(node);
    stack.push({ origin: node, entered: true });
    for (const input of inputsOf(node).toReversed()) stack.push({ origin: input, entered: false });
  }
  const result = [...steps.values()];
  if (left > 0) result.push({ kind: 'computed', text: 'and further inputs that are not listed' });
  else if (origin.kind === 'sum') result.push({ kind: 'computed', text: 'computed from the values above' });
  return result;
}

function inputsOf(origin: Origin): readonly Origin[] {
  switch (origin.kind) {
    case 'env':
      return [origin.setBy];
    case 'fallback':
      return origin.from.filter(
        (from) => !isShownBy(from, origin.at) && !(from.kind === 'unset' && from.variable === origin.variable),
      );
    case 'computed':
    case 'url':
      return origin.from.filter((from) => !isShownBy(from, origin.at));
    case 'anchor':
    case 'merge':
    case 'platform':
    case 'code':
    case 'sum':
      return origin.from;
    default:
      return [];
  }
}

/** A literal inside the text of the step that uses it says nothing new. */
function isShownBy(from: Origin, at: Span): boolean {
  return (
    from.kind === 'literal' && from.at.file.path === at.file.path && from.at.start >= at.start && from.at.end <= at.end
  );
}

/** The tag of a template around an expression, or its brackets and quotes: the expression has said it all. */
function addsNothing({ at, from }: Step): boolean {
  const [input] = from;
  if (from.length !== 1 || !input || !('at' in input) || !input.at || input.at.file.path !== at.file.path) return false;
  if (input.at.start < at.start || input.at.start > at.end) return false;
  const around = at.file.text.slice(at.start, input.at.start) + at.file.text.slice(input.at.end, at.end);
  return /^[\s%<>=()"'-]{0,40}$/.test(around);
}

function stepsOf(origin: Origin, quote: Quote): readonly TrailStep[] {
  switch (origin.kind) {
    case 'literal':
      return [{ kind: 'literal', text: quote(origin.at), ...placeOf(origin.at) }];
    case 'env':
    case 'unset':
      if (!origin.at) return [{ kind: origin.kind, variable: origin.variable }];
      return [{ kind: origin.kind, text: quote(origin.at), variable: origin.variable, ...placeOf(origin.at) }];
    case 'fallback':
      return [
        { kind: 'fallback', text: quote(origin.at), variable: origin.variable, ...placeOf(origin.at) },
        { kind: 'unset', variable: origin.variable },
      ];
    case 'default':
      return [{ kind: 'default', text: origin.text, versions: origin.row.versions, source: origin.row.source }];
    case 'flag':
      return [{ kind: 'flag', text: origin.text, ...(origin.at ? placeOf(origin.at) : {}) }];
    case 'assumed':
      return [{ kind: 'assumed', text: origin.text }];
    case 'sum':
      return [];
    case 'computed':
      if (addsNothing(origin)) return [];
      return [{ kind: 'computed', text: quote(origin.at), ...placeOf(origin.at) }];
    default:
      return [{ kind: origin.kind, text: quote(origin.at), ...placeOf(origin.at) }];
  }
}
