import type { Call } from './call.ts';
import { raise } from './signals.ts';
import { translateRegexp, type Translated } from './regexp-translate.ts';
import { RubyRegexp, type RubyObject } from './values.ts';

export interface Found {
  readonly index: number;
  readonly match: RegExpExecArray;
}

/** A pattern of the inspected repository may not take longer than this many tries. */
const MOST_TRIES = 20_000_000;
const TRIES_OF_A_STEP = 1000;

const translated = new WeakMap<RubyRegexp, Translated>();

/** A regular expression from text, as `Regexp.new` reads it. */
export function rubyRegexp(source: string, flags: string): RubyRegexp {
  return new RubyRegexp(source, flags);
}

/**
 * All matches, at most `most`. The pattern never runs as it stands: what could take long on this text, and what
 * JavaScript would read otherwise than Ruby, ends the builtin.
 */
export function matchAll(c: Call, pattern: RubyRegexp, text: string, most: number): Found[] {
  let ready = translated.get(pattern);
  if (!ready) translated.set(pattern, (ready = translateRegexp(pattern.source, pattern.flags)));
  if (ready.kind === 'invalid') return raise('RegexpError', ready.message);
  if (ready.kind === 'unknown') return c.unknown(`a regular expression with ${ready.reason}`);
  const starts = ready.anchored ? 0 : 1;
  const tries = (text.length + 1) ** (ready.loops + starts) * ready.weight * ready.choices;
  if (tries > MOST_TRIES) return c.unknown('a regular expression that could take long');
  c.m.work(1 + (text.length >> 4) + Math.floor(tries / TRIES_OF_A_STEP), c.at);
  const found: Found[] = [];
  const { regexp } = ready;
  regexp.lastIndex = 0;
  while (found.length < most && regexp.lastIndex <= text.length) {
    const match = regexp.exec(text);
    if (!match) break;
    found.push({ index: match.index, match });
    if (match[0] === '') regexp.lastIndex = match.index + (text.codePointAt(match.index)! > 0xffff ? 2 : 1);
    if (found.length % 64 === 0) c.m.work(8, c.at);
  }
  c.m.allocate(found.length * 16, c.at);
  return found;
}

/** What `$~` is from now on. */
export function setLastMatch(c: Call, match: RubyObject | null): void {
  c.m.lastMatch = match;
}
