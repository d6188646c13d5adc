import type { Fix } from '../../src/lint/finding.ts';
import type { Pool } from '../../src/model/process.ts';
import { span, spanText, type Span } from '../../src/text/source.ts';
import { carried, hops } from '../../src/value/history.ts';
import type { Origin } from '../../src/value/origin.ts';

/**
 * Raises the one number that the size of a pool is, or falls back to. Unsafe: it changes how many connections production
 * opens. Null where no single number in a file decides the size: a variable that is set, a URL, arithmetic.
 * @param wanted a size that fits every process whose pool is written there
 */
export function sizeFix(pool: Pool, wanted: number | null): Fix | null {
  const { size } = pool;
  if (wanted === null || !size.known || typeof size.value !== 'number' || size.value >= wanted) return null;
  if (hops(size.origin).some(({ kind }) => kind === 'url')) return null;
  const at = numberOf(size.origin);
  if (!at) return null;
  const text = spanText(at);
  const digits = /^(["']?)(-?\d+)\1$/.exec(text);
  if (!digits || Number(digits[2]) !== size.value) return null;
  const start = at.start + digits[1]!.length;
  return {
    safety: 'unsafe',
    description: `raise the size from ${size.value} to ${wanted}`,
    edits: [{ at: span(at.file, start, start + digits[2]!.length), text: String(wanted) }],
  };
}

/** The literal that a value is, or the only one that it falls back to; conversions around it change nothing. */
function numberOf(origin: Origin): Span | null {
  const own = carried(origin);
  if (own.kind === 'literal') return own.at;
  if (own.kind !== 'fallback' && own.kind !== 'computed') return null;
  const inputs = own.from.filter((one) => one.kind !== 'unset');
  return inputs.length === 1 ? numberOf(inputs[0]!) : null;
}
