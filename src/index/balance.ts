/** What a merge left behind, at the start of a line. */
const MARKER = '>>>>>>> ';
const CONFLICT = /^>{7} /m;

/**
 * Comments and strings of one line, and lists and expressions in `%` brackets: what stands there closes nothing. None of
 * them is looked for to the end of an endless line.
 */
const TEXT =
  /#(?!\{).*$|"(?:\\.|[^"\\\n]){0,200}"|'(?:\\.|[^'\\\n]){0,200}'|%[a-zA-Z]?(?:\{(?:[^{}\n]|\{[^{}\n]{0,80}\}){0,80}\}|\([^()\n]{0,200}\)|\[[^[\]\n]{0,200}\])/gm;

/** And regular expressions. Between two divisions stands code that looks like one. */
const TEXT_AND_PATTERNS = new RegExp(`${TEXT.source}|\\/(?:\\\\.|[^/\\\\\\n]){1,200}\\/`, 'gm');

/**
 * Whether a file may well be Ruby that Ruby cannot read: as many brackets close as open in nearly all files that it can.
 * Nothing is decided by that but which files are worth a look.
 * @param text the bytes as latin1
 */
export function looksBroken(bytes: Uint8Array, text: string): boolean {
  const isOpen = !isBalanced(bytes) && !isBalancedWithout(TEXT, text) && !isBalancedWithout(TEXT_AND_PATTERNS, text);
  return isOpen || (text.includes(MARKER) && CONFLICT.test(text));
}

function isBalancedWithout(stripped: RegExp, text: string): boolean {
  return isBalanced(Buffer.from(text.replace(stripped, ''), 'latin1'));
}

/** Every byte of an application passes here: one sum for the three kinds of brackets, and no branches. */
function isBalanced(bytes: Uint8Array): boolean {
  let sum = 0;
  for (let at = 0; at < bytes.length; at++) sum = (sum + WEIGHTS[bytes[at]!]!) | 0;
  return sum === 0;
}

const WEIGHTS = new Int32Array(256);
for (const [index, brackets] of ['()', '[]', '{}'].entries()) {
  WEIGHTS[brackets.charCodeAt(0)] = 1024 ** index;
  WEIGHTS[brackets.charCodeAt(1)] = -(1024 ** index);
}
