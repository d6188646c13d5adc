import type { Word } from '../../launch/launch.ts';
import { combine, known, type Traced } from '../../value/traced.ts';
import { goText, type GoNode, type GoScalar } from '../../yaml/go.ts';
import type { Start } from '../docker/image.ts';

/**
 * `command` and `entrypoint`: a list of words, or a string that compose splits itself. No shell reads it: everything
 * from `&&`, `;`, `|`, `<`, `>` on is left out. Null for an empty one, undefined where nothing is written.
 * Source: types/command.go@v2.9.1 (compose-spec/compose-go), shellwords.go@v1.0.12 (mattn/go-shellwords)
 */
export function startAt(node: GoNode | undefined): Start | null | undefined {
  if (!node) return undefined;
  if (node.kind === 'sequence') {
    const words = node.items.flatMap((item) => (item.kind === 'scalar' ? [whole(item)] : []));
    return words.length === 0 ? null : { kind: 'words', words, at: node.at };
  }
  if (node.kind !== 'scalar' || (node.value.known && node.value.value === null)) return undefined;
  if (node.written === null) return { kind: 'words', words: [whole(node)], at: node.at };
  const words = wordsOf(node);
  return words.length === 0 ? null : { kind: 'words', words, at: node.at };
}

function whole(item: GoScalar): Word {
  return { value: combine(null, [goText(item)], (text) => text ?? ''), at: item.at, expanded: true };
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/**
 * The words of a string. Compose puts in its variables before it splits: what they bring may be several words, or hold
 * quotes. Where it does not, every word keeps the place that it is written at.
 */
function wordsOf(node: GoScalar): readonly Word[] {
  const written = split(node.written ?? '', true).map((stretches) => wordAt(node, stretches));
  const text = goText(node);
  const value = text.known ? (text.value ?? '') : null;
  if (value === null) return written;
  const words = split(value, false).map((stretches) =>
    stretches.map(({ start, end }) => value.slice(start, end)).join(''),
  );
  const isSame =
    words.length === written.length &&
    written.every((word, index) => word.value.known && word.value.value === words[index]);
  if (isSame) return written;
  return words.map((word) => ({ value: combine(null, [text], () => word), at: node.at, expanded: true }));
}

/**
 * Where the words of a text stand, each without its quotes.
 * @param isTemplate whether a variable in braces is one thing, whatever is in it
 */
function split(text: string, isTemplate: boolean): readonly (readonly Stretch[])[] {
  const words: Stretch[][] = [];
  let stretches: Stretch[] = [];
  let from = -1;
  let isWord = false;
  let quote: string | null = null;
  const cut = (end: number) => {
    if (from !== -1 && end > from) stretches.push({ start: from, end });
    from = -1;
  };
  const finish = () => {
    if (isWord) words.push(stretches);
    stretches = [];
    isWord = false;
  };
  let index = 0;
  for (; index < text.length; index += 1) {
    const character = text[index]!;
    if (quote === null && /\s/.test(character)) {
      cut(index);
      finish();
    } else if (quote === null && /[;&|<>]/.test(character)) break;
    else if (character === '\\' && quote !== "'" && index + 1 < text.length) {
      cut(index);
      from = index + 1;
      isWord = true;
      index += 1;
    } else if ((character === '"' || character === "'") && (quote === null || quote === character)) {
      cut(index);
      isWord = true;
      quote = quote === null ? character : null;
    } else {
      if (from === -1) from = index;
      isWord = true;
      if (isTemplate && text.startsWith('${', index)) index = closing(text, index);
    }
  }
  cut(Math.min(index, text.length));
  finish();
  return words;
}

/** Where a variable in braces ends; the blanks of its fallback end no word here. */
function closing(text: string, open: number): number {
  const end = text.indexOf('}', open);
  return end === -1 ? open : end;
}

function wordAt(node: GoScalar, stretches: readonly Stretch[]): Word {
  const first = stretches[0];
  const last = stretches.at(-1);
  if (!first || !last) return { value: known('', { kind: 'literal', at: node.at }), at: node.at, expanded: true };
  const parts = stretches.map(({ start, end }): Traced<string> => node.part(start, end));
  const at = node.place(first.start, last.end);
  const literal = parts.every((part) => part.known && part.origin.kind === 'literal');
  if (parts.length === 1) return { value: parts[0]!, at, expanded: true };
  const value = combine(at, parts, (...texts) => texts.join(''));
  const plain = literal && value.known ? known(value.value, { kind: 'literal', at } as const) : value;
  return { value: plain, at, expanded: true };
}
