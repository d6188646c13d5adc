import type { Parser, Tree } from 'web-tree-sitter';

/** Characters that the parser is given at once. */
const PIECE = 1024;

/**
 * How often the parser may read the text. Going back over a literal's start to decide what it is makes it 1.4 times
 * over application code, and never twice; `%q(` over and over makes it as many times as there are literals that never
 * end, each to the end of the file.
 */
const MOST_TIMES_READ = 4;
const READ_ANYWAY = 64 * 1024;

/**
 * How many steps of a parse, in hundreds, which is how often it reports. A test of 460,000 characters takes 3500, and
 * no file that a production process runs takes more than 2000; a step out of an error into the next takes up to thirty
 * times as long as one through good code.
 */
const MOST_STEPS = 4000;

/**
 * Parses, or gives up where the work does not stay in proportion to the text: null. What is counted is what the parser
 * reads and the steps it takes, so that the answer does not depend on the machine.
 */
export function parseBounded(parser: Parser, text: string): Tree | null {
  let left = text.length * MOST_TIMES_READ + READ_ANYWAY;
  let steps = 0;
  let parsing = true;
  // A parse that has read too much believes that the text ends here, which it notices within a piece.
  const read = (index: number): string => {
    if (parsing && left < 0) return '';
    const piece = text.slice(index, index + PIECE);
    if (parsing) left -= piece.length;
    return piece;
  };
  const isTooMuch = (): boolean => left < 0 || (steps += 1) > MOST_STEPS;
  const tree = parser.parse(read, null, { progressCallback: isTooMuch });
  parsing = false;
  if (tree && left >= 0) return tree;
  tree?.delete();
  parser.reset();
  return null;
}
