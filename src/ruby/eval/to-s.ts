import type { Span } from '../../text/source.ts';
import { known, type Known } from '../../value/traced.ts';
import { NOTHING_HANDED, send } from '../dispatch.ts';
import { type Machine, unknownAt } from '../machine.ts';
import { isHostObject, RubyString, type RubyValue, scalarOf, type Value } from '../values.ts';

/** `to_s`, as interpolation and output tags call it. */
export function stringOf(m: Machine, value: Known<RubyValue>, at: Span): Value {
  if (value.value instanceof RubyString) return value;
  if (value.value === null)
    return known(new RubyString(known('', value.origin, value.assumes)), value.origin, value.assumes);
  const text = send(m, value, 'to_s', NOTHING_HANDED, at);
  if (!text.known) return text;
  if (!(text.value instanceof RubyString)) {
    return isHostObject(text.value)
      ? unknownAt(at, 'text this tool does not know', [value])
      : unknownAt(at, 'text this tool does not know');
  }
  // Turning a value into text is no step of its own in its history.
  const content = text.value.content;
  if (!content.known) return text;
  return known(new RubyString(known(content.value, value.origin, text.assumes)), value.origin, text.assumes);
}

/** `inspect`, for messages; null where it is not known. */
export function inspectText(m: Machine, value: Value, at: Span): string | null {
  const text = scalarOf(send(m, value, 'inspect', NOTHING_HANDED, at));
  return text.known && typeof text.value === 'string' ? text.value : null;
}
