import { allAssumptions, type Assumption, type Origin } from '../value/origin.ts';
import { known, unknown, type Known } from '../value/traced.ts';
import { isBlank, isBreak } from './characters.ts';
import type { ScalarEvent } from './events.ts';
import type { PsychScalar, PsychScalarNode } from './node.ts';
import { Parser } from './parser.ts';
import type { HolePiece, RenderedMap } from './rendered-map.ts';
import { keyIdentity } from './scalar.ts';
import { Scanner } from './scanner.ts';
import { resolveTagged } from './tags.ts';

/**
 * A scalar with what it comes from. `assumes` is what its being there assumes; `gapHoles` are the unknown outputs on
 * lines of their own where a value was expected and none is written. Throws ConversionError.
 */
export function readScalar(
  map: RenderedMap,
  event: ScalarEvent,
  assumes: readonly Assumption[],
  inFlow: boolean,
  gapHoles: readonly HolePiece[],
): PsychScalarNode {
  if (event.until !== null) return readNothing(map, event, event.until, assumes, gapHoles);
  const { start } = event;
  const end = contentEnd(map.text, event);
  const at = map.span(start, end);
  const holes = map.holes(start, end);
  const all = allAssumptions(assumes, map.assumes(start, end));
  if (holes.length > 0) {
    const whole = holes.length === 1 && end - start === 1;
    const origin: Origin = whole ? holes[0]!.origin : { kind: 'computed', at, from: originsIn(map, start, end) };
    const candidates = holes.length === 1 ? candidatesOf(map, event, end, holes[0]!, inFlow, all) : null;
    return { kind: 'scalar', at, value: unknown<PsychScalar>(holes[0]!.reason, origin, candidates) };
  }
  const value = resolveTagged(event.value, event.tag, event.style !== 'plain');
  const outputs = map.outputs(start, end);
  const [first] = outputs;
  let origin: Origin;
  if (!first) origin = { kind: 'literal', at };
  else if (outputs.length === 1 && first.start <= start && end <= first.end && isAllOf(map, first, start, end))
    origin = first.piece.origin;
  else origin = { kind: 'computed', at, from: originsIn(map, start, end) };
  return { kind: 'scalar', at, value: known(value, origin, all) };
}

/** Whether an output printed nothing but this scalar. */
function isAllOf(map: RenderedMap, output: { start: number; end: number }, start: number, end: number): boolean {
  return map.text.slice(output.start, output.end).trim() === map.text.slice(start, end).trim();
}

function originsIn(map: RenderedMap, start: number, end: number): Origin[] {
  return [
    ...map.outputs(start, end).map((output) => output.piece.origin),
    ...map.holes(start, end).map((hole) => hole.origin),
  ];
}

/** Psych's nil where nothing is written; it may be nothing because a tag printed nothing. */
function readNothing(
  map: RenderedMap,
  event: ScalarEvent,
  until: number,
  assumes: readonly Assumption[],
  gapHoles: readonly HolePiece[],
): PsychScalarNode {
  const { after } = event;
  const all = allAssumptions(assumes, map.assumes(after, until));
  if (gapHoles[0]) {
    const candidates = gapHoles.length === 1 ? candidatesIn(map, event, '', '', gapHoles[0], false, all) : null;
    const value = unknown<PsychScalar>(gapHoles[0].reason, gapHoles[0].origin, candidates);
    return { kind: 'scalar', at: map.tagSpan(gapHoles[0]), value };
  }
  const value = resolveTagged('', event.tag, false);
  const outputs = map.outputs(after, Math.min(until, map.lineEnd(after)));
  const [first] = outputs;
  if (!first) {
    const at = map.span(event.start, event.start);
    return { kind: 'scalar', at, value: known(value, { kind: 'literal', at }, all) };
  }
  const at = map.tagSpan(first.piece);
  const origin: Origin =
    outputs.length === 1 ? first.piece.origin : { kind: 'computed', at, from: outputs.map((one) => one.piece.origin) };
  return { kind: 'scalar', at, value: known(value, origin, all) };
}

/** A whole node nobody knows. */
export function unknownScalar(map: RenderedMap, hole: HolePiece, start: number, end: number): PsychScalarNode {
  return { kind: 'scalar', at: map.span(start, end), value: unknown<PsychScalar>(hole.reason, hole.origin) };
}

/** A block scalar's text ends with line breaks that belong to nobody. */
function contentEnd(text: string, event: ScalarEvent): number {
  let { end } = event;
  if (event.style === 'literal' || event.style === 'folded')
    while (end > event.start + 1 && isBlankOrBreak(text.charCodeAt(end - 1))) end--;
  return end;
}

function isBlankOrBreak(code: number): boolean {
  return isBlank(code) || isBreak(code);
}

function candidatesOf(
  map: RenderedMap,
  event: ScalarEvent,
  end: number,
  hole: HolePiece,
  inFlow: boolean,
  assumes: readonly Assumption[],
): Known<PsychScalar>[] | null {
  let place = event.start;
  while (!map.isHole(place)) place++;
  return candidatesIn(
    map,
    event,
    map.text.slice(event.start, place),
    map.text.slice(place + 1, end),
    hole,
    inFlow,
    assumes,
  );
}

/** What the scalar is for each text the hole can print; null where one of them makes it something else. */
function candidatesIn(
  map: RenderedMap,
  event: ScalarEvent,
  before: string,
  after: string,
  hole: HolePiece,
  inFlow: boolean,
  assumes: readonly Assumption[],
): Known<PsychScalar>[] | null {
  if (!hole.candidates) return null;
  const found = new Map<string, Known<PsychScalar>>();
  for (const candidate of hole.candidates) {
    const read = readAlone(`${before}${candidate.text}${after}`, event.tag, inFlow);
    if (!read) return null;
    const whole = before === '' && after === '';
    const origin: Origin = whole
      ? candidate.origin
      : { kind: 'computed', at: map.span(event.start, event.end), from: [candidate.origin] };
    const identity = keyIdentity(read.value);
    if (!found.has(identity))
      found.set(identity, known(read.value, origin, allAssumptions(candidate.assumes, assumes)));
  }
  return [...found.values()];
}

/** A text read as the only scalar of a document; null when it is not one scalar. */
function readAlone(text: string, tag: string | null, inFlow: boolean): { value: PsychScalar } | null {
  try {
    const parser = new Parser(new Scanner(inFlow ? `--- [${text}]` : `--- ${text}`));
    if (parser.next().type !== 'document-start') return null;
    if (inFlow && parser.next().type !== 'sequence-start') return null;
    const event = parser.next();
    if (event.type !== 'scalar') return inFlow && event.type === 'sequence-end' ? { value: null } : null;
    if (inFlow && parser.next().type !== 'sequence-end') return null;
    const end = parser.next();
    if (end.type !== 'document-end' || end.start < text.length) return null;
    return { value: resolveTagged(event.value, event.tag ?? tag, event.style !== 'plain') };
  } catch {
    return null;
  }
}
