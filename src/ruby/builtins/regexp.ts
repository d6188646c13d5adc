import type { Call, Table } from '../call.ts';
import { matchAll, setLastMatch, type Found } from '../regexp.ts';
import {
  RubyHash,
  type RubyArray,
  RubyObject,
  RubyRegexp,
  RubyString,
  RubySymbol,
  type RubyValue,
  type Value,
} from '../values.ts';
import { storeIn } from '../eval/literals.ts';

/** Matches once and remembers it for `$1` and its kin. */
export function runMatch(c: Call, pattern: RubyRegexp, text: string, atStart = false): Found | null {
  const found = matchAll(c, pattern, text, 1)[0] ?? null;
  if (atStart && found && found.index !== 0) {
    const anchored = matchAll(c, new RubyRegexp(`\\A(?:${pattern.source})`, pattern.flags), text, 1)[0] ?? null;
    return anchored;
  }
  setLastMatch(c, found ? matchData(c, found) : null);
  return found;
}

export function matchData(c: Call, found: Found): RubyObject {
  const object = new RubyObject(c.m.classes.get('MatchData')!);
  const { match } = found;
  const groups = c.newArray([...match].map((group) => c.make(group ?? null)));
  const names = new RubyHash();
  for (const [name, group] of Object.entries(match.groups ?? {})) {
    storeIn(c.m, names, c.make(name), c.make(group ?? null), c.at);
  }
  object.variables.set('@groups', c.make(groups));
  object.variables.set('@names', c.make(names));
  object.variables.set('@pre', c.make(match.input.slice(0, found.index)));
  object.variables.set('@post', c.make(match.input.slice(found.index + match[0].length)));
  return object;
}

function part(c: Call, name: string): RubyValue {
  return c.see((c.self.value as RubyObject).variables.get(name)!);
}

function groupOf(c: Call, key: RubyValue): Value {
  if (typeof key === 'bigint') return (part(c, '@groups') as RubyArray).items.at(Number(key)) ?? c.make(null);
  const name = key instanceof RubySymbol ? key.name : (c.textOf(key) ?? '');
  const found = (part(c, '@names') as RubyHash).entries.get(`s${name}`);
  return found?.value ?? c.unknown('a group that does not exist');
}

export const MATCH_DATA: Table = {
  '[]': (c) => groupOf(c, c.arg(0)),
  to_a: (c) => c.newArray([...(part(c, '@groups') as RubyArray).items]),
  captures: (c) => c.newArray((part(c, '@groups') as RubyArray).items.slice(1)),
  named_captures: (c) => part(c, '@names'),
  pre_match: (c) => part(c, '@pre'),
  post_match: (c) => part(c, '@post'),
  to_s: (c) => (part(c, '@groups') as RubyArray).items[0]!,
  values_at: (c) => c.newArray(c.args.map((_, i) => groupOf(c, c.arg(i)))),
};

function textOf(c: Call): string | null {
  const value = c.arg(0);
  if (value instanceof RubySymbol) return value.name;
  if (value === null) return null;
  return c.asStr(value);
}

function matches(c: Call): boolean {
  const value = c.arg(0);
  const text = value instanceof RubyString ? c.textOf(value) : value instanceof RubySymbol ? value.name : null;
  return text !== null && runMatch(c, c.self.value as RubyRegexp, text) !== null;
}

export const REGEXP: Table = {
  '===': matches,
  '=~': (c) => {
    const text = textOf(c);
    if (text === null) return null;
    const found = runMatch(c, c.self.value as RubyRegexp, text);
    return found ? BigInt(Array.from(text.slice(0, found.index)).length) : null;
  },
  match: (c) => {
    const text = textOf(c);
    if (text === null) return null;
    const found = runMatch(c, c.self.value as RubyRegexp, text);
    return found ? matchData(c, found) : null;
  },
  'match?': (c) => {
    const text = textOf(c);
    return text !== null && matchAll(c, c.self.value as RubyRegexp, text, 1).length > 0;
  },
  source: (c) => (c.self.value as RubyRegexp).source,
  to_s: (c) => c.unknown('a regular expression as text'),
  inspect: (c) => {
    const { source, flags } = c.self.value as RubyRegexp;
    return `/${source.replaceAll('/', '\\/')}/${flags}`;
  },
};
