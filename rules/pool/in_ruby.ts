import type { Span } from '../../src/text/source.ts';

/** What stands before the value in Ruby: `config['pool'] = `, `config[:pool] = `, `pool: `, `"pool" => `. */
const ASSIGNED = /(?:[\w.@]+\[)?(?::|["'])?\b(KEY)\b["']?(?:\]\s*=|:|\s*=>|\s*=)\s*$/;

/** Longer keys and receivers nobody writes; a long line is not searched for them. */
const MOST_BEFORE = 200;

/**
 * The size of a pool as the line of Ruby says it that sets it now: `config['pool'] = 20`.
 * @param at the value as it is written, or null
 * @returns null where the key does not stand before it on its line
 */
export function sizeInRuby(at: Span | null, sizeKey: string, size: string): string | null {
  if (!at) return null;
  const before = at.file.text.slice(at.file.text.lastIndexOf('\n', at.start - 1) + 1, at.start);
  const written = new RegExp(ASSIGNED.source.replace('KEY', sizeKey)).exec(before.slice(-MOST_BEFORE))?.[0];
  return written === undefined ? null : `${written.trim().replaceAll(/\s+/g, ' ')} ${size}`;
}
