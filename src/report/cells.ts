import stringWidth from 'fast-string-width';

/** How many cells of a terminal a text takes. */
export function cells(text: string): number {
  // Nearly every line is of these, and finding graphemes is slow.
  return /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u203a\u2190-\u2193\u2260-\u2265\u2500-\u259f]*$/.test(
    text,
  )
    ? text.length
    : stringWidth(text);
}

/** The text with spaces behind it, to a width in cells. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - cells(text)));
}

/** The text with spaces before it, to a width in cells. */
export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - cells(text))) + text;
}

/** Breaks a text at spaces into lines of at most `width` cells. A word longer than that stands alone. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    let taken = 0;
    for (const word of paragraph.split(' ')) {
      const wide = cells(word);
      if (line !== '' && taken + 1 + wide > width) {
        lines.push(line);
        line = word;
        taken = wide;
      } else {
        taken += (line === '' ? 0 : 1) + wide;
        line = line === '' ? word : `${line} ${word}`;
      }
    }
    lines.push(line);
  }
  return lines;
}
