import { paint, type Paint } from './ansi.ts';
import { cells, padEnd, wrap } from './cells.ts';

export interface PageOptions {
  readonly color: boolean;
  /** Cells of the terminal. */
  readonly width: number;
}

/** Text below a heading stands so far in. */
const INDENT = 3;
/** Longer lines than this are hard to read, however wide the terminal is. */
const WIDEST = 100;

/** A stretch of a page. Pages of rules use these, and no others: a test holds that. */
type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph' | 'item'; readonly text: string }
  | { readonly kind: 'code'; readonly path: string | null; readonly lines: readonly string[] }
  | { readonly kind: 'table'; readonly rows: readonly (readonly string[])[] };

/** The page of a rule as a terminal shows it: its Markdown without what only a renderer needs. */
export function page(markdown: string, { color, width }: PageOptions): string {
  const brush = paint(color);
  const room = Math.min(width, WIDEST);
  const lines: string[] = [];
  let before: Block | null = null;
  for (const block of blocksOf(markdown.split('\n'))) {
    const isList = block.kind === 'item' && before?.kind === 'item';
    if (before && !isList && before.kind !== 'heading') lines.push('');
    lines.push(...drawn(block, room, brush));
    before = block;
  }
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function blocksOf(lines: readonly string[]): readonly Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length;) {
    const line = lines[at]!;
    const take = (isPart: (line: string) => boolean): readonly string[] => {
      const start = at;
      do at++;
      while (at < lines.length && isPart(lines[at]!));
      return lines.slice(start, at);
    };
    const heading = /^(#+) (.*)$/.exec(line);
    const fence = /^(`{3,})(?:\S+(?: (.*))?)?$/.exec(line);
    if (line.trim() === '') at++;
    else if (heading) {
      blocks.push({ kind: 'heading', level: heading[1]!.length, text: heading[2]! });
      at++;
    } else if (fence) {
      const [, ...code] = take((one) => one !== fence[1]);
      blocks.push({ kind: 'code', path: fence[2] ?? null, lines: code });
      at++;
    } else if (line.startsWith('    ')) {
      const code = take((one) => one.startsWith('    ') || one === '');
      blocks.push({ kind: 'code', path: null, lines: withoutEnd(code.map((one) => one.slice(4))) });
    } else if (line.startsWith('|')) {
      const rows = take((one) => one.startsWith('|')).map((one) => one.slice(1, -1).split(/(?<!\\)\|/));
      blocks.push({ kind: 'table', rows: rows.map((row) => row.map((cell) => cell.trim().replaceAll('\\|', '|'))) });
    } else {
      const kind = line.startsWith('- ') ? 'item' : 'paragraph';
      const text = take((one) => one.trim() !== '' && !/^(?:- |#|\||`{3})/.test(one)).map((one) => one.trim());
      blocks.push({ kind, text: text.join(' ').replace(/^- /, '') });
    }
  }
  return blocks;
}

function withoutEnd(lines: readonly string[]): readonly string[] {
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
}

function drawn(block: Block, width: number, brush: Paint): readonly string[] {
  const indent = ' '.repeat(INDENT);
  switch (block.kind) {
    case 'heading': {
      if (block.level > 1) return [brush(block.text, 'bold')];
      return [brush(block.text, 'bold'), '━'.repeat(cells(block.text)), ''];
    }
    case 'paragraph':
      return flowing(block.text, width - INDENT).map((line) => indent + inked(line, brush));
    case 'item':
      return flowing(block.text, width - INDENT - 2).map(
        (line, index) => `${indent}${index === 0 ? '- ' : '  '}${inked(line, brush)}`,
      );
    case 'code': {
      const { path, lines } = block;
      const code = lines.map((line) => `${indent}  ${brush(line, 'green')}`);
      return path === null || path === 'output' ? code : [indent + brush(path, 'cyan'), ...code];
    }
    case 'table':
      return table(block.rows, width - INDENT, brush).map((line) => indent + line);
  }
}

/** Wrapped between words, of which a piece of code is one if it fits into a line. */
function flowing(text: string, width: number): readonly string[] {
  const joined = text.replaceAll(/`[^`]+`/g, (code) => (cells(code) > width ? code : code.replaceAll(' ', '\u00a0')));
  return wrap(joined, width).map((line) => line.replaceAll('\u00a0', ' '));
}

function inked(line: string, brush: Paint): string {
  return line.replaceAll(/`[^`]+`/g, (code) => brush(code, 'cyan'));
}

const GAP = 2;

/**
 * Columns as wide as their content; where there is no room the widest are narrowed first, none below its longest word,
 * and where that is still too wide every row is told by itself. The second row is a rule.
 */
function table([head = [], , ...body]: readonly (readonly string[])[], width: number, brush: Paint): readonly string[] {
  const columns = head.map((name, column) => [name, ...body.map((row) => row[column] ?? '')]);
  const widths = columns.map((column) => Math.max(...column.map(cells)));
  const least = columns.map((column) => Math.max(...column.flatMap((cell) => cell.split(' ')).map(cells)));
  for (let over = sum(widths) + GAP * (widths.length - 1) - width; over > 0; over--) {
    const room = widths.map((wide, column) => (wide > least[column]! ? wide : 0));
    const widest = room.indexOf(Math.max(...room));
    if (room[widest] === 0) return body.flatMap((row) => record(head, row, width, brush));
    widths[widest]! -= 1;
  }
  const rule = widths.map((wide) => '─'.repeat(wide)).join(' '.repeat(GAP));
  return [
    ...columned(head, widths).map((line) => brush(line, 'bold')),
    rule,
    ...body.flatMap((row) => columned(row, widths).map((line) => inked(line, brush))),
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((before, number) => before + number, 0);
}

/** A row of a table, over so many lines as its longest cell takes. */
function columned(row: readonly string[], widths: readonly number[]): readonly string[] {
  const wrapped = widths.map((wide, column) => flowing(row[column] ?? '', wide));
  return Array.from({ length: Math.max(...wrapped.map((cell) => cell.length)) }, (_, nth) =>
    wrapped
      .map((cell, column) => padEnd(cell[nth] ?? '', widths[column]!))
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
}

/** A row by itself: every cell behind the name of its column, all but the first further in. */
function record(head: readonly string[], row: readonly string[], width: number, brush: Paint): readonly string[] {
  return row.flatMap((cell, column) => {
    const indent = column === 0 ? 0 : GAP;
    const lines = cell === '' ? [] : flowing(`${head[column]}: ${cell}`, width - indent);
    return lines.map((line) => ' '.repeat(indent) + inked(line, brush));
  });
}
