import type { Span } from '../../text/source.ts';
import { allAssumptions, type Assumption, NOTHING_ASSUMED, type Origin } from '../../value/origin.ts';
import { assumptionsOf, known, unknown, type Unknown } from '../../value/traced.ts';
import type { Frame } from '../frames.ts';
import { hashKey } from '../equality.ts';
import {
  computedOrigin,
  literal,
  LONGEST_STRING,
  type Machine,
  stillUnknown,
  TOO_MUCH_WORK,
  unknownAt,
} from '../machine.ts';
import type { Node, Pair, RangeNode } from '../syntax.ts';
import {
  RubyArray,
  RubyHash,
  RubyRange,
  RubyRegexp,
  RubyString,
  RubySymbol,
  type RubyValue,
  scalarOf,
  type Value,
} from '../values.ts';
import { splat } from './arguments.ts';
import { evaluateNode } from './node.ts';
import { stringOf } from './to-s.ts';

/** Interpolated strings and symbols. A part nobody knows makes the text unknown, but it still is a string. */
export function joined(m: Machine, node: Node & { type: 'dstr' | 'dsym' | 'xstr' }, frame: Frame): Value {
  const { text, origin, assumes, missing } = joinParts(m, node.parts, node.at, frame);
  if (node.type === 'xstr') return unknownAt(node.at, `\`${excerpt(node.at)}\` runs a program`);
  if (missing) {
    if (node.type === 'dsym') return stillUnknown(node.at, missing);
    return known(new RubyString(unknown(missing.reason, origin)), origin);
  }
  if (node.type === 'dsym') return known(RubySymbol.of(text), origin, assumes);
  return known(new RubyString(known(text, origin, assumes)), origin, assumes);
}

export function excerpt(at: Span): string {
  const text = at.file.text.slice(at.start, at.end).replaceAll('`', '').replaceAll(/\s+/g, ' ').trim();
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

interface Joined {
  readonly text: string;
  readonly origin: Origin;
  readonly assumes: readonly Assumption[];
  readonly missing: Unknown<unknown> | null;
}

function joinParts(m: Machine, parts: readonly Node[], at: Span, frame: Frame): Joined {
  let text = '';
  let assumes = NOTHING_ASSUMED;
  let missing: Unknown<unknown> | null = null;
  const from: Value[] = [];
  for (const part of parts) {
    if (part.type === 'str') {
      text += part.value;
      continue;
    }
    const value = evaluateNode(m, part, frame);
    from.push(value);
    const shown = scalarOf(value.known ? stringOf(m, value, part.at) : value);
    if (!shown.known) missing ??= shown;
    else {
      text += String(shown.value);
      assumes = allAssumptions(assumes, shown.assumes);
    }
    if (text.length > LONGEST_STRING) missing ??= unknownAt(at, TOO_MUCH_WORK);
    if (missing) text = '';
  }
  m.allocate(text.length, at);
  return { text, origin: from.length === 0 ? literal(at) : computedOrigin(at, from), assumes, missing };
}

export function regexpLiteral(m: Machine, node: Node & { type: 'regex' }, frame: Frame): Value {
  const pieces: string[] = [];
  const from: Value[] = [];
  let assumes = NOTHING_ASSUMED;
  for (const part of node.parts) {
    if (part.type === 'str') {
      pieces.push(part.value);
      continue;
    }
    const value = evaluateNode(m, part, frame);
    from.push(value);
    if (value.known && value.value instanceof RubyRegexp) {
      pieces.push(`(?:${value.value.source})`);
      if (value.value.flags) return unknownAt(node.at, 'a regular expression inside another');
      continue;
    }
    const shown = scalarOf(value.known ? stringOf(m, value, part.at) : value);
    if (!shown.known) return stillUnknown(node.at, shown);
    assumes = allAssumptions(assumes, shown.assumes);
    pieces.push(String(shown.value));
  }
  const origin = from.length === 0 ? literal(node.at) : computedOrigin(node.at, from);
  return known(new RubyRegexp(pieces.join(''), node.flags.replaceAll(/[^imx]/g, '')), origin, assumes);
}

export function arrayLiteral(m: Machine, node: Node & { type: 'array' }, frame: Frame): Value {
  const items: Value[] = [];
  const array = new RubyArray(items);
  for (const item of node.items) {
    if (item.type !== 'splat') {
      items.push(evaluateNode(m, item, frame));
      continue;
    }
    const value = evaluateNode(m, item.value, frame);
    const list = splat(m, value, item.at);
    if ('unknown' in list) array.blur ??= { reason: list.unknown.reason, at: item.at };
    else {
      for (const one of list.items) items.push(one);
      array.assumes = allAssumptions(array.assumes, list.assumes);
    }
  }
  m.allocate(items.length * 8 + 16, node.at);
  return known(array, literalOrComputed(node.at, items), allAssumptions(array.assumes));
}

function literalOrComputed(at: Span, values: readonly Value[]): Origin {
  return values.every((one) => one.origin.kind === 'literal') ? literal(at) : computedOrigin(at, values);
}

export function hashLiteral(m: Machine, pairs: readonly Pair[], at: Span, frame: Frame): Value {
  const hash = new RubyHash();
  const values: Value[] = [];
  for (const pair of pairs) {
    if (!pair.key) {
      spread(m, hash, evaluateNode(m, pair.value, frame), at);
      continue;
    }
    const key = evaluateNode(m, pair.key, frame);
    const value = evaluateNode(m, pair.value, frame);
    values.push(value);
    storeIn(m, hash, key, value, at);
  }
  m.allocate(hash.entries.size * 16 + 16, at);
  return known(hash, literalOrComputed(at, values), hash.assumes);
}

function spread(m: Machine, hash: RubyHash, value: Value, at: Span): void {
  if (value.known && value.value instanceof RubyHash && !value.value.blur) {
    for (const [key, entry] of value.value.entries) hash.entries.set(key, { ...entry });
    hash.assumes = allAssumptions(hash.assumes, value.value.assumes, value.assumes);
  } else if (!value.known || value.value !== null) {
    const reason = value.known ? 'what `**` spreads is not known' : value.reason;
    hash.blur ??= { reason, at };
  }
  m.allocate(16, at);
}

/** `hash[key] = value`, keeping the place of a key that is there already. */
export function storeIn(m: Machine, hash: RubyHash, key: Value, value: Value, at: Span): void {
  const id = key.known ? hashKey({ m, at }, key.value) : null;
  if (id === null) {
    hash.blur ??= { reason: key.known ? 'a key that is not known' : key.reason, at };
    return;
  }
  const existing = hash.entries.get(id);
  if (existing) existing.value = value;
  else {
    hash.entries.set(id, { key: frozenKey(key), value });
    m.allocate(16, at);
  }
}

/** Ruby copies and freezes strings that become keys. */
function frozenKey(key: Value): Value {
  if (!key.known || !(key.value instanceof RubyString) || key.value.frozen) return key;
  const copy = new RubyString(key.value.content);
  copy.frozen = true;
  copy.mutated = key.value.mutated;
  return known(copy as RubyValue, key.origin, key.assumes);
}

export function rangeLiteral(m: Machine, node: RangeNode, frame: Frame): Value {
  const begin = node.begin ? evaluateNode(m, node.begin, frame) : known(null, literal(node.at));
  const end = node.end ? evaluateNode(m, node.end, frame) : known(null, literal(node.at));
  const assumes = allAssumptions(assumptionsOf(begin), assumptionsOf(end));
  return known(new RubyRange(begin, end, node.exclusive), literalOrComputed(node.at, [begin, end]), assumes);
}
