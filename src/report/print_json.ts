import type { Json } from './traced.ts';

/** What JSON.stringify leaves as it is and a terminal does not. */
// eslint-disable-next-line no-control-regex
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** The same bytes for the same value, fit for a terminal. */
export function printJson(value: Json | object): string {
  const text = JSON.stringify(value, null, 2);
  const safe = text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `${safe}\n`;
}
