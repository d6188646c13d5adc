export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'blue' | 'cyan' | 'green';

const CODES: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  cyan: [36, 39],
};

/** Puts a style on a text. */
export type Paint = (text: string, ...styles: readonly Style[]) => string;

const plain: Paint = (text) => text;

const coloured: Paint = (text, ...styles) => {
  if (text === '') return text;
  const before = styles.map((style) => `\x1b[${CODES[style][0]}m`).join('');
  const after = styles
    .toReversed()
    .map((style) => `\x1b[${CODES[style][1]}m`)
    .join('');
  return before + text + after;
};

/** Without colour a report has the same characters, minus the escape sequences. */
export function paint(color: boolean): Paint {
  return color ? coloured : plain;
}
