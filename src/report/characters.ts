/**
 * Characters that move the cursor, reorder a line or hide text: C0, DEL, C1, the marks that turn the direction of
 * writing, line separators, byte-order marks and halves of surrogate pairs.
 */
const CONTROL =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text with every control character written out, so that a name in a repository cannot write on a terminal. */
export function escapeControls(text: string): string {
  return text.replace(CONTROL, (character) => SHORT[character] ?? escaped(character));
}

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** The text up to a number of characters, with an ellipsis where it goes on. */
export function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text
    .slice(0, longest - 1)
    .replace(/[\ud800-\udbff]$/, '')
    .trimEnd()}…`;
}

/** The text on one line: white space folded, control characters written out, cut with an ellipsis. */
export function oneLine(text: string, longest = 120): string {
  // What is cut off anyway need not be looked at: a span can be as long as its file.
  const start = text.slice(0, longest * 20).trimStart();
  const folded = escapeControls(start.replace(/\s+/g, ' ').trimEnd());
  const characters = [...folded];
  const whole = characters.length <= longest && text.length <= longest * 20;
  return whole
    ? folded
    : `${characters
        .slice(0, longest - 1)
        .join('')
        .trimEnd()}…`;
}
