import { span, type Span } from '../text/source.ts';

/** What stands before a value in Ruby: `config['pool'] = `, `config[:pool] = `, `pool: `, `"pool" => `. */
const ASSIGNED = /(?:[\w.@]+\[)?(?::|["'])?\b(KEY)\b["']?(?:\]\s*=|:|\s*=>|\s*=)\s*$/;

/** Longer keys and receivers nobody writes; a long line is not searched for them. */
const MOST_BEFORE = 200;

/**
 * A value together with the key that it is set under: `config['pool'] = 16`.
 * @param value as Ruby writes it
 * @returns null where the key does not stand before it on its line
 */
export function saidWith(key: string, value: Span): Span | null {
  const { file, start, end } = value;
  const line = Math.max(file.text.lastIndexOf('\n', start - 1) + 1, start - MOST_BEFORE);
  const found = new RegExp(ASSIGNED.source.replace('KEY', key)).exec(file.text.slice(line, start));
  return found && span(file, line + found.index, end);
}
