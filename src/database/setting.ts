import { combine, known, unknown, type Traced } from '../value/traced.ts';
import type { PsychScalar } from '../yaml/node.ts';
import type { Setting } from './entry.ts';

/** A Psych scalar as a setting: symbols and tagged objects keep only what a message needs. */
export function settingOf(value: PsychScalar): Setting {
  if (value === null || typeof value !== 'object') return value;
  if (value.type === 'symbol') return { className: 'Symbol', text: value.name };
  return { className: value.className, text: value.text };
}

/** Ruby's `String#to_i`: leading blanks, a sign, digits with single underscores; anything else is 0. */
function stringToInteger(text: string): number {
  const match = /^[ \t\n\v\f\r]*([+-]?\d+(?:_\d+)*)/.exec(text);
  return match ? Number(match[1]!.replaceAll('_', '')) : 0;
}

/** Ruby's `String#to_f` for the shapes that occur in configuration. */
function stringToFloat(text: string): number {
  const match = /^[ \t\n\v\f\r]*([+-]?\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?(?:[eE][+-]?\d+)?)/.exec(text);
  return match ? Number(match[1]!.replaceAll('_', '')) : 0;
}

/** Raised where Ruby would raise; the reason of the unknown it becomes. */
class Unconvertible extends Error {}

/** `value.to_i` as Rails calls it on a setting; throws where Ruby has no such method. */
export function toInteger(value: Exclude<Setting, null>): number {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Unconvertible('FloatDomainError: no such integer');
    return Math.trunc(value);
  }
  if (typeof value === 'string') return stringToInteger(value);
  throw new Unconvertible(`NoMethodError: undefined method 'to_i' for ${inspect(value)}`);
}

/** `value.to_f` as Rails calls it on a setting; throws where Ruby has no such method. */
export function toFloat(value: Exclude<Setting, null>): number {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return stringToFloat(value);
  throw new Unconvertible(`NoMethodError: undefined method 'to_f' for ${inspect(value)}`);
}

function inspect(value: boolean | { className: string; text: string }): string {
  if (typeof value === 'boolean') return String(value);
  return value.className === 'Symbol' ? `:${value.text}` : `an instance of ${value.className}`;
}

/** Converts a setting; where Ruby would raise, the result is unknown and says what is raised. */
export function converted<T>(setting: Traced<Setting>, convert: (value: Setting) => T): Traced<T> {
  const results = combine(null, [setting], (value): { value: T } | { raises: string } => {
    try {
      return { value: convert(value) };
    } catch (error) {
      if (error instanceof Unconvertible) return { raises: error.message };
      throw error;
    }
  });
  if (!results.known) {
    const candidates = results.candidates?.flatMap((one) =>
      'value' in one.value ? [known(one.value.value, one.origin, one.assumes)] : [],
    );
    const all = candidates?.length === results.candidates?.length;
    return unknown(results.reason, results.origin, all ? (candidates ?? null) : null);
  }
  if ('raises' in results.value) return unknown(`Rails raises ${results.value.raises}`, results.origin);
  return known(results.value.value, results.origin, results.assumes);
}
