import type { Word } from '../../launch/launch.ts';
import { spanText, type Span } from '../../text/source.ts';
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
  const words = splitWords(node);
  return words.length === 0 ? null : { kind: 'words', words, at: node.at };
}

function whole(item: GoScalar): Word {
  return { value: combine(null, [goText(item)], (text) => text ?? ''), at: item.at, expanded: true };
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

function splitWords(node: GoScalar): readonly Word[] {
  const text = node.written ?? '';
  const words: Word[] = [];
  let stretches: Stretch[] = [];
  let from = -1;
  let isWord = false;
  let quote: string | null = null;
  const cut = (end: number) => {
    if (from !== -1 && end > from) stretches.push({ start: from, end });
    from = -1;
  };
  const finish = () => {
    if (isWord) words.push(wordOf(node, stretches));
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
      if (text.startsWith('${', index)) index = closing(text, index);
    }
  }
  cut(Math.min(index, text.length));
  finish();
  return words;
}

/** `${X:-a b}` is one word: its variables are put in before it is split, and its blanks are inside braces. */
function closing(text: string, open: number): number {
  const end = text.indexOf('}', open);
  return end === -1 ? open : end;
}

function wordOf(node: GoScalar, stretches: readonly Stretch[]): Word {
  const first = stretches[0];
  const last = stretches.at(-1);
  if (!first || !last) return { value: known('', { kind: 'literal', at: node.at }), at: node.at, expanded: true };
  const parts = stretches.map(({ start, end }): Traced<string> => node.part(start, end));
  const at = placeOf(node, first.start, last.end);
  const literal = parts.every((part) => part.known && part.origin.kind === 'literal');
  if (parts.length === 1) return { value: parts[0]!, at, expanded: true };
  const value = combine(at, parts, (...texts) => texts.join(''));
  const plain = literal && value.known ? known(value.value, { kind: 'literal', at } as const) : value;
  return { value: plain, at, expanded: true };
}

function placeOf(node: GoScalar, start: number, end: number): Span {
  const offset = spanText(node.at).indexOf(node.written ?? '');
  if (offset === -1) return node.at;
  return { file: node.at.file, start: node.at.start + offset + start, end: node.at.start + offset + end };
}
