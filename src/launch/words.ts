import type { Word } from './launch.ts';

/** The words as plain text, the first without its folder; '' for a word that is not known. */
export function wordNames(words: readonly Word[]): readonly string[] {
  return words.map(({ value }, index) => {
    const text = value.known ? value.value : '';
    return index === 0 ? text.slice(text.lastIndexOf('/') + 1) : text;
  });
}
