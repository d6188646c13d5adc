import type { Fix } from '../../src/lint/finding.ts';
import { spanText } from '../../src/text/source.ts';
import { readsIn } from '../../src/value/history.ts';
import type { Origin } from '../../src/value/origin.ts';

/**
 * Gives a variable that nothing sets the fallback that its one reading lacks. Unsafe: it decides a size that nothing
 * decided. Null where it is not read as `ENV["X"]`, or more than once.
 */
export function fallbackFix(origin: Origin, variable: string, fallback: number | string): Fix | null {
  const [read, ...others] = readsIn(origin).filter((one) => one.variable === variable);
  if (!read || others.length > 0) return null;
  const quoted = /^ENV\[\s*(["'])([^"'\\]+)\1\s*\]$/.exec(spanText(read.at));
  if (quoted?.[2] !== variable) return null;
  const quote = quoted[1]!;
  return {
    safety: 'unsafe',
    description: `give ${variable} the fallback ${fallback}`,
    edits: [{ at: read.at, text: `ENV.fetch(${quote}${variable}${quote}, ${fallback})` }],
  };
}
