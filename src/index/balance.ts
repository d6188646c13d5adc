/** What a merge left behind. */
const CONFLICT = /^(?:<{7}|>{7}) /m;

/** Comments, strings and regular expressions of one line, whose brackets close nothing. */
const NO_CODE = /#.*$|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/(?:\\.|[^/\\\n])+\//gm;

/**
 * Whether a text may well be Ruby that Ruby cannot read: as many brackets close as open in nearly all files that it can.
 * Nothing is decided by that but which files are worth a look.
 */
export function looksBroken(text: string): boolean {
  return (!isBalanced(text) && !isBalanced(text.replace(NO_CODE, ''))) || CONFLICT.test(text);
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
