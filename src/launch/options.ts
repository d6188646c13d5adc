import { spanText, type Span } from '../text/source.ts';
import { allAssumptions, NOTHING_ASSUMED, type Assumption, type Origin } from '../value/origin.ts';
import { combine, known, unknown, type Traced } from '../value/traced.ts';
import { emptyBecauseUnset } from './expansion.ts';
import type { Command, Word } from './launch.ts';

/** An option of a program: `-t`, `--threads MIN:MAX`. */
export interface OptionShape {
  readonly key: string;
  readonly short?: string;
  readonly long?: string;
  /** `maybe`: only as `--long=value` or `-svalue`. */
  readonly takes: 'nothing' | 'value' | 'maybe';
}

export interface ReadOption {
  readonly key: string;
  /** Null for an option without a value. */
  readonly value: Traced<string> | null;
  readonly at: Span;
}

/** The arguments of a program as Ruby's OptionParser takes them apart. */
export interface ReadOptions {
  readonly options: readonly ReadOption[];
  /** Words that are neither options nor their values. */
  readonly rest: readonly Word[];
  /** A word nobody knows, which may be any option; null when all are known. */
  readonly open: { readonly reason: string; readonly origin: Origin } | null;
  /** What it assumes that an option is not there. */
  readonly assumes: readonly Assumption[];
}

/** Options that take a value by their names, long and short: `procfile:f formation:m timeout:`. */
export function taking(names: string): readonly OptionShape[] {
  return names.split(' ').map((name): OptionShape => {
    const [long = '', short = ''] = name.split(':');
    return { key: long, long, short, takes: 'value' };
  });
}

export const NO_OPTIONS: ReadOptions = { options: [], rest: [], open: null, assumes: NOTHING_ASSUMED };

/** Reads the words of a command from `from` on. */
export function readOptions(command: Command | null, from: number, shapes: readonly OptionShape[]): ReadOptions {
  if (!command) return NO_OPTIONS;
  const options: ReadOption[] = [];
  const rest: Word[] = [];
  let open: ReadOptions['open'] = null;
  const words = command.words;
  let index = from;
  const nextValue = (shape: OptionShape): Traced<string> | null => {
    const next = shape.takes === 'value' ? words[index + 1] : undefined;
    if (!next) return null;
    index += 1;
    const variable = emptyBecauseUnset(next);
    if (variable === null) return next.value;
    return unknown(`${variable} must be set; nothing in the repository sets it`, next.value.origin);
  };
  let assumes = NOTHING_ASSUMED;
  for (; index < words.length; index += 1) {
    const word = words[index]!;
    if (emptyBecauseUnset(word) !== null && word.value.known) {
      assumes = allAssumptions(assumes, word.value.assumes);
      continue;
    }
    const text = writtenHead(word);
    if (text === '--') {
      rest.push(...words.slice(index + 1));
      break;
    }
    if (!word.value.known && !text.startsWith('-')) open ??= { reason: word.value.reason, origin: word.value.origin };
    if (text.startsWith('--')) {
      const name = /^--[^=]*/.exec(text)![0];
      const shape = longShape(name.slice(2), shapes);
      if (!shape) continue;
      const value = text.length > name.length ? tail(word, name.length + 1) : nextValue(shape);
      options.push({ key: shape.key, value, at: word.at });
    } else if (text.startsWith('-') && text.length > 1) readShort(word, text, shapes, options, nextValue);
    else if (word.value.known) rest.push(word);
  }
  return { options, rest, open, assumes };
}

/** `-Mq`, `-t5:5`: options in one word, the last of which may take a value. */
function readShort(
  word: Word,
  text: string,
  shapes: readonly OptionShape[],
  options: ReadOption[],
  nextValue: (shape: OptionShape) => Traced<string> | null,
): void {
  for (let index = 1; index < text.length; index += 1) {
    const shape = shapes.find((one) => one.short === text[index]);
    if (!shape) return;
    const takesTail = shape.takes !== 'nothing' && index + 1 < text.length;
    // `-t=5`: OptionParser drops the sign for a short option too.
    const equals = text[index + 1] === '=' ? 1 : 0;
    const value = takesTail ? tail(word, index + 1 + equals) : nextValue(shape);
    options.push({ key: shape.key, value, at: word.at });
    if (takesTail) return;
  }
}

/** The text up to where it is known: of `--threads=$(nproc)` at least what is written. */
function writtenHead(word: Word): string {
  return word.value.known ? word.value.value : spanText(word.at);
}

function tail(word: Word, length: number): Traced<string> {
  const { value, at } = word;
  const exact = value.known && value.origin.kind === 'literal' && spanText(at) === value.value;
  if (exact)
    return known(
      value.value.slice(length),
      { kind: 'literal', at: { ...at, start: at.start + length } },
      value.assumes,
    );
  return combine(null, [value], (text) => text.slice(length));
}

/** OptionParser takes any unambiguous beginning of a long name. */
function longShape(name: string, shapes: readonly OptionShape[]): OptionShape | undefined {
  const exact = shapes.find((shape) => shape.long === name);
  if (exact) return exact;
  const begun = shapes.filter((shape) => shape.long?.startsWith(name));
  return begun.length === 1 ? begun[0] : undefined;
}

/** The value of the last option of that key; null where it is certainly not given. */
export function lastOption(read: ReadOptions, key: string): Traced<string | null> | null {
  const last = read.options.findLast((option) => option.key === key);
  if (read.open) return unknown(read.open.reason, read.open.origin);
  if (!last) return null;
  return last.value ?? known(null, { kind: 'literal', at: last.at });
}
