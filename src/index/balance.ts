/** What a merge left behind. */
const CONFLICT = /^(?:<{7}|>{7}) /m;

/**
 * Comments and strings of one line, and lists and expressions in `%` brackets: what stands there closes nothing. None of
 * them is looked for to the end of an endless line.
 */
const TEXT =
  /#(?!\{).*$|"(?:\\.|[^"\\\n]){0,200}"|'(?:\\.|[^'\\\n]){0,200}'|%[a-zA-Z]?(?:\{(?:[^{}\n]|\{[^{}\n]{0,80}\}){0,80}\}|\([^()\n]{0,200}\)|\[[^[\]\n]{0,200}\])/gm;

/** And regular expressions. Between two divisions stands code that looks like one. */
const TEXT_AND_PATTERNS = new RegExp(`${TEXT.source}|\\/(?:\\\\.|[^/\\\\\\n]){1,200}\\/`, 'gm');

/**
 * Whether a text may well be Ruby that Ruby cannot read: as many brackets close as open in nearly all files that it can.
 * Nothing is decided by that but which files are worth a look.
 */
export function looksBroken(text: string): boolean {
  const isOpen =
    !isBalanced(text) && !isBalanced(text.replace(TEXT, '')) && !isBalanced(text.replace(TEXT_AND_PATTERNS, ''));
  return isOpen || CONFLICT.test(text);
}

function isBalanced(text: string): boolean {
  let round = 0;
  let square = 0;
  let curly = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // ( ) [ ] { }
    if (code === 40) round++;
    else if (code === 41) round--;
    else if (code === 91) square++;
    else if (code === 93) square--;
    else if (code === 123) curly++;
    else if (code === 125) curly--;
  }
  return round === 0 && square === 0 && curly === 0;
}
