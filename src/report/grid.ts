import { cells, padEnd, padStart } from './cells.ts';

/** Columns of one width each, the first ones to the left, the rest to the right; no column without content. */
export function grid(rows: readonly (readonly string[])[], left: number, gap = '  '): readonly string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...rows.map((row) => cells(row[column] ?? ''))),
  );
  return rows.map((row) =>
    widths
      .flatMap((width, column) => {
        if (width === 0) return [];
        const text = row[column] ?? '';
        return [column < left ? padEnd(text, width) : padStart(text, width)];
      })
      .join(gap)
      .trimEnd(),
  );
}

/** A table of Markdown; the first columns to the left, the rest to the right. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  left: number,
): readonly string[] {
  const rule = `| ${head.map((_, column) => (column < left ? '---' : '---:')).join(' | ')} |`;
  return [markdownRow(head), rule, ...rows.map(markdownRow)];
}

function markdownRow(row: readonly string[]): string {
  return `| ${row.map(markdownText).join(' | ')} |`;
}

/** Text that means nothing else in Markdown, in a table or out of it. */
export function markdownText(text: string): string {
  const plain = text
    .replace(/[\\`*_[\]<>|#~]/g, (character) => `\\${character}`)
    .replace(/\s+/g, (blank) => (blank.includes('\n') ? ' ' : blank));
  return withoutMentions(plain);
}

/** Nobody is called by a comment whose words a repository chooses: GitHub looks for names in what is rendered. */
export function withoutMentions(markdown: string): string {
  return markdown.replace(/(?<!\w)@(?=[a-z\d])/gi, '@&#8203;');
}
