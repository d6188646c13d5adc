import type { RenderedText } from '../erb/rendered.ts';
import { firstForbidden } from './characters.ts';
import { unknown } from '../value/traced.ts';
import { Composer, TooLarge } from './compose.ts';
import { unknownScalar } from './compose-scalar.ts';
import { YamlSyntaxError } from './cursor.ts';
import type { PsychDocument } from './node.ts';
import { Parser } from './parser.ts';
import { describe, offsetOf } from './problem.ts';
import { RenderedMap, type HolePiece } from './rendered-map.ts';
import { Scanner } from './scanner.ts';

/** Longer than this no configuration is. */
const LONGEST = 8_000_000;

/**
 * YAML as `Psych.unsafe_load` reads it (Psych 5.2.2 on libyaml 0.2.5): YAML 1.1 scalars, aliases followed, merges in
 * Psych's order, duplicates resolved, the first document only. Every span is a place in the template.
 *
 * Never throws: what makes Psych raise is the document's `problem`, unless an output nobody knows may be what makes or
 * mends it; the root is then unknown. Collections below an alias or a merge are made when they are read; `entries` and
 * `items` may therefore be getters.
 */
export function parsePsych(rendered: RenderedText): PsychDocument {
  const map = new RenderedMap(rendered);
  if (map.text.length > LONGEST) return unread(map, new TooLarge());
  const forbidden = firstForbidden(rendered.text);
  if (forbidden !== -1) return problem(map, new YamlSyntaxError('control characters are not allowed', forbidden));
  const scanner = new Scanner(rendered.text, (offset) => map.isHole(offset));
  const composer = new Composer(map, scanner, new Parser(scanner));
  try {
    const root = composer.document();
    return composer.problem ? problem(map, composer.problem) : { root, problem: null };
  } catch (error) {
    if (error instanceof TooLarge) return unread(map, error);
    if (!(error instanceof YamlSyntaxError)) throw error;
    const hole = holeBehind(map, scanner, error);
    if (hole) return { root: unknownScalar(map, hole, 0, map.text.length), problem: null };
    return problem(map, error);
  }
}

function unread(map: RenderedMap, { reason }: TooLarge): PsychDocument {
  const at = map.span(0, Math.min(1, map.text.length));
  return { root: { kind: 'scalar', at, value: unknown(reason, { kind: 'computed', at, from: [] }) }, problem: null };
}

/** An unknown output that may be what breaks the document: alone on a line before, or in the construct that broke. */
function holeBehind(map: RenderedMap, scanner: Scanner, error: YamlSyntaxError): HolePiece | undefined {
  const line = scanner.holeLines[0];
  if (line) return map.holes(line.offset, line.offset + 1)[0];
  const from = Math.min(error.offset, error.context?.offset ?? error.offset);
  return map.holes(map.text.lastIndexOf('\n', from) + 1, map.lineEnd(error.offset))[0];
}

function problem(map: RenderedMap, error: YamlSyntaxError): PsychDocument {
  const offset = Math.min(offsetOf(error), map.text.length);
  const end = Math.max(offset, Math.min(offset + 1, map.lineEnd(offset)));
  return { root: null, problem: { message: describe(error, map.text), at: map.span(offset, end) } };
}
