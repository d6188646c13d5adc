import type { Case, CompoundList, Word } from 'unbash';
import type { Traced } from '../value/traced.ts';

/** What a word of a script is where it stands. */
export type ValueOf = (word: Word) => Traced<string>;

/** Whether `[ "$1" = web ]` holds, where both sides are certain; null for every other condition. */
export function decided(clause: CompoundList, valueOf: ValueOf): boolean | null {
  const only = clause.commands.length === 1 ? clause.commands[0]!.command : null;
  if (only?.type !== 'Command' || !/^(?:\[|test)$/.test(only.name?.value ?? '')) return null;
  const args = only.args.filter((argument) => argument.text !== ']');
  const values = args.flatMap((argument) => {
    const value = argument.type === 'Word' ? valueOf(argument) : null;
    return value?.known && value.assumes.length === 0 ? [value.value] : [];
  });
  if (values.length !== args.length) return null;
  const [first, second, third] = values;
  if (values.length === 2 && first === '-z') return second === '';
  if (values.length === 2 && first === '-n') return second !== '';
  if (values.length !== 3) return null;
  if (second === '=' || second === '==') return first === third;
  return second === '!=' ? first !== third : null;
}

/** The branch of a `case` whose word is certain, its body null where none matches; null where nobody can tell. */
export function chosen(node: Case, valueOf: ValueOf): { readonly body: CompoundList | null } | null {
  const word = valueOf(node.word);
  if (!word.known || word.assumes.length > 0) return null;
  for (const item of node.items) {
    if (item.terminator !== undefined && item.terminator !== ';;') return null;
    for (const pattern of item.pattern) {
      const matches = matchesPattern(word.value, pattern.text);
      if (matches === null) return null;
      if (matches) return { body: item.body };
    }
  }
  return { body: null };
}

/** Whether a word is what a pattern means: letters, quotes and one star at most; null for any other pattern. */
function matchesPattern(word: string, pattern: string): boolean | null {
  const bare = pattern.replace(/^(["'])(.*)\1$/, '$2');
  if (!/^[\w./:=@ -]*\*?[\w./:=@ -]*$/.test(bare)) return null;
  const [head, tail] = bare.split('*') as [string, string?];
  if (tail === undefined) return word === head;
  return word.length >= head.length + tail.length && word.startsWith(head) && word.endsWith(tail);
}
