import type { Answer, Call, Table } from '../call.ts';
import { matchAll, rubyRegexp, setLastMatch, type Found } from '../regexp.ts';
import { stringOf } from '../eval/to-s.ts';
import { mustKnow } from '../equality.ts';
import { raise } from '../signals.ts';
import { RubyHash, RubyRegexp, RubyString, type RubyValue } from '../values.ts';
import { matchData, runMatch } from './regexp.ts';
import { stripLeft } from './string.ts';
import { typeName } from '../classes.ts';

/** Where a pattern, a string or a regular expression, is found. */
function occurrences(c: Call, pattern: RubyValue, most: number): Found[] {
  if (pattern instanceof RubyRegexp) return matchAll(c, pattern, c.text, most);
  const part = c.asStr(pattern);
  const found: Found[] = [];
  let at = c.text.indexOf(part);
  while (at !== -1 && found.length < most) {
    found.push({ index: at, match: Object.assign([part], { index: at, input: c.text }) as unknown as RegExpExecArray });
    if (part === '' && at >= c.text.length) break;
    at = c.text.indexOf(part, at + Math.max(1, part.length));
  }
  return found;
}

function substitute(c: Call, most: number): Answer {
  const { text } = c;
  const pattern = c.arg(0);
  if (!(pattern instanceof RubyRegexp) && !(pattern instanceof RubyString)) {
    return raise('TypeError', `wrong argument type ${typeName(pattern)} (expected Regexp)`);
  }
  const found = occurrences(c, pattern, most);
  let result = '';
  let end = 0;
  for (const one of found) {
    result += text.slice(end, one.index) + replacement(c, one);
    end = one.index + one.match[0].length;
  }
  return c.checked(result + text.slice(end));
}

function replacement(c: Call, found: Found): string {
  const { match } = found;
  if (c.count > 1) {
    const by = c.arg(1);
    if (by instanceof RubyHash) {
      const entry = by.entries.get(`s${match[0]}`);
      return entry ? textOf(c, c.see(entry.value)) : '';
    }
    return c
      .str(1)
      .replaceAll(/\\(?:k<(\w+)>|([0-9&\\'`]))/g, (whole, name: string | undefined, one: string | undefined) => {
        if (name !== undefined) return match.groups?.[name] ?? '';
        if (one === '&' || one === '0') return match[0];
        if (one === '\\') return '\\';
        if (one === "'" || one === '`') return whole;
        return match[Number(one)] ?? '';
      });
  }
  setLastMatch(c, matchData(c, found));
  const value = c.yield(c.make(match[0]));
  return textOf(c, c.see(value));
}

function textOf(c: Call, value: RubyValue): string {
  const text = c.textOf(value);
  if (text !== null) return text;
  const shown = mustKnow(stringOf(c.m, { known: true, value, origin: c.self.origin, assumes: [] }, c.at));
  return c.textOf(shown) ?? c.unknown('text this tool does not know');
}

function split(c: Call): Answer {
  const { text } = c;
  const pattern = c.count > 0 ? c.arg(0) : null;
  const limit = c.count > 1 ? c.small(1) : 0;
  let parts: string[];
  if (pattern === null || (pattern instanceof RubyString && c.textOf(pattern) === ' '))
    parts = splitBlanks(text, limit);
  else if (pattern instanceof RubyString) parts = splitAt(text, occurrences(c, pattern, Infinity), limit);
  else if (pattern instanceof RubyRegexp) parts = splitAt(text, occurrences(c, pattern, Infinity), limit);
  else if (limit === 1) parts = text === '' ? [] : [text];
  else return raise('TypeError', `wrong argument type ${typeName(pattern)} (expected Regexp)`);
  if (limit === 0) while (parts.length > 0 && parts.at(-1) === '') parts.pop();
  return c.newArray(parts.map((part) => c.make(part)));
}

function splitBlanks(text: string, limit: number): string[] {
  const parts: string[] = [];
  let rest = stripLeft(text);
  while (rest !== '') {
    const end = limit > 0 && parts.length === limit - 1 ? -1 : rest.search(/[ \t\n\v\f\r\0]/);
    if (end === -1) {
      parts.push(rest);
      return parts;
    }
    parts.push(rest.slice(0, end));
    rest = stripLeft(rest.slice(end));
    if (rest === '') parts.push('');
  }
  return parts;
}

function splitAt(text: string, found: readonly Found[], limit: number): string[] {
  if (text === '') return [];
  const parts: string[] = [];
  let end = 0;
  for (const { index, match } of found) {
    if (limit > 0 && parts.length >= limit - 1) break;
    if (match[0] === '') {
      // An empty match separates characters, and never stands at the beginning or the end.
      const next = text.codePointAt(end)! > 0xffff ? end + 2 : end + 1;
      if (index < next || index >= text.length) continue;
    }
    parts.push(text.slice(end, index));
    for (const group of match.slice(1)) if (group !== undefined) parts.push(group);
    end = index + match[0].length;
  }
  parts.push(text.slice(end));
  return parts;
}

function indexOf(c: Call, last: boolean): Answer {
  const pattern = c.arg(0);
  const { text } = c;
  if (c.count > 1 || /[\uD800-\uDFFF]/.test(text)) return c.unknown('a search from a place');
  if (pattern instanceof RubyRegexp) {
    if (last) return c.unknown('a search from the end');
    const found = matchAll(c, pattern, text, 1)[0];
    return found ? BigInt(found.index) : null;
  }
  const part = c.asStr(pattern);
  const at = last ? text.lastIndexOf(part) : text.indexOf(part);
  return at === -1 ? null : BigInt(at);
}

function partition(c: Call, last: boolean): Answer {
  const { text } = c;
  const pattern = c.arg(0);
  if (last && pattern instanceof RubyRegexp) return c.unknown('a search from the end');
  const all = occurrences(c, pattern, last ? Infinity : 1);
  const found = all.at(-1);
  if (last && !(pattern instanceof RubyRegexp)) {
    const part = c.asStr(pattern);
    const at = text.lastIndexOf(part);
    const parts = at === -1 ? ['', '', text] : [text.slice(0, at), part, text.slice(at + part.length)];
    return c.newArray(parts.map((one) => c.make(one)));
  }
  const parts = found
    ? [text.slice(0, found.index), found.match[0], text.slice(found.index + found.match[0].length)]
    : [text, '', ''];
  return c.newArray(parts.map((one) => c.make(one)));
}

function scan(c: Call): Answer {
  const found = occurrences(c, c.arg(0), Infinity);
  const values = found.map(({ match }) =>
    match.length > 1 ? c.make(c.newArray(match.slice(1).map((group) => c.make(group ?? null)))) : c.make(match[0]),
  );
  if (!c.block) return c.newArray(values);
  for (const value of values) c.yield(value);
  return c.self;
}

function patternOf(c: Call): RubyRegexp {
  const pattern = c.arg(0);
  if (pattern instanceof RubyRegexp) return pattern;
  const text = c.textOf(pattern);
  if (text === null) return raise('TypeError', `wrong argument type ${typeName(pattern)} (expected Regexp)`);
  return rubyRegexp(text, '');
}

export const STRING_MATCH: Table = {
  sub: (c) => substitute(c, 1),
  gsub: (c) => (c.count === 1 && !c.block ? c.unknown('an enumerator') : substitute(c, Infinity)),
  split,
  scan,
  index: (c) => indexOf(c, false),
  rindex: (c) => indexOf(c, true),
  partition: (c) => partition(c, false),
  rpartition: (c) => partition(c, true),
  '=~': (c) => {
    const pattern = c.arg(0);
    if (pattern instanceof RubyString) return raise('TypeError', 'wrong argument type String (expected Regexp)');
    if (!(pattern instanceof RubyRegexp)) return null;
    const found = runMatch(c, pattern, c.text);
    return found ? BigInt(Array.from(c.text.slice(0, found.index)).length) : null;
  },
  match: (c) => {
    const found = runMatch(c, patternOf(c), c.text);
    return found ? matchData(c, found) : null;
  },
  'match?': (c) => matchAll(c, patternOf(c), c.text, 1).length > 0,
};
