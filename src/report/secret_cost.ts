import type { Stretch } from './secret_shapes.ts';

/** Nobody writes configuration in lines as long as this: nothing of them is shown. */
export const LONGEST_LINE = 4000;
/** What looking for secrets in one file may cost, in steps of a pattern. Ten megabytes of ordinary lines cost less. */
const MOST_OF_A_FILE = 60_000_000;
/** What it may cost in one sentence. */
const MOST_OF_A_SENTENCE = 5_000_000;
/** No address is looked at further than this. */
const LONGEST_ADDRESS = 1024;

/** About how many steps the patterns may take on a line: each of what opens something may look for its end. */
function costOf(text: string, start: number, end: number): number {
  let openers = 1;
  let addresses = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    // " ' ` $ %
    if (code === 34 || code === 39 || code === 96 || code === 36 || code === 37) openers++;
    else if (code === 35) openers += text.charCodeAt(at + 1) === 123 ? 1 : 0;
    else if (code === 58 && text.startsWith('://', at)) addresses++;
  }
  const length = end - start;
  return length * openers + addresses * Math.min(length, LONGEST_ADDRESS) * (1 + openers);
}

/** Whether to look for secrets in a sentence would take too long. */
export function isTooCostly(sentence: string): boolean {
  return costOf(sentence, 0, sentence.length) > MOST_OF_A_SENTENCE;
}

/** The lines of a text that are masked whole, because telling what is secret in them would take too long. */
export function costlyLines(text: string, longest: number): readonly Stretch[] {
  const found: Stretch[] = [];
  let spent = 0;
  for (let start = 0; start < text.length;) {
    const next = text.indexOf('\n', start);
    const end = next === -1 ? text.length : next;
    const cost = end - start > longest ? Infinity : costOf(text, start, end);
    if (spent + cost > MOST_OF_A_FILE) found.push({ start, end });
    else spent += cost;
    start = end + 1;
  }
  return found;
}

/** Whether an offset lies in one of several stretches. Ask in the order of the offsets. */
export function within(stretches: readonly Stretch[]): (offset: number) => boolean {
  let index = 0;
  return (offset) => {
    while (index < stretches.length && stretches[index]!.end < offset) index++;
    const one = stretches[index];
    return one !== undefined && one.start <= offset;
  };
}

/** `push(...more)` without its limit on how many there may be. */
export function append<T>(list: T[], more: readonly T[]): void {
  for (const one of more) list.push(one);
}
