import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FRAME = /^ +at .*?(file:\/\/[^\s()]+?):(\d+):\d+\)?$/;
/** What the build writes above the text of each source file. */
const SOURCE = /^\/\/ ((?:src|rules)\/\S+\.ts)$/;

/**
 * Where an error came from, a line for each call, with the source file behind each place in a built file. The message
 * that a stack begins with is left out: it may quote the repository, secrets included.
 */
export function callsOf(stack: string): string {
  const calls = stack.split('\n').filter((line) => /^ +at /.test(line));
  return calls.map((call) => `${call}${sourceBehind(call)}\n`).join('');
}

function sourceBehind(call: string): string {
  const [, file, line] = FRAME.exec(call) ?? [];
  if (file === undefined) return '';
  try {
    const above = readFileSync(fileURLToPath(file), 'utf8').split('\n').slice(0, Number(line));
    const source = above.findLast((text) => SOURCE.test(text));
    return source === undefined ? '' : `, from ${source.replace(SOURCE, '$1')}`;
  } catch {
    return '';
  }
}
