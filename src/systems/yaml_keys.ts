import type { Assumption, Origin } from '../value/origin.ts';
import { known, unknown, type Traced } from '../value/traced.ts';
import type { PsychMapping, PsychNode, PsychScalar } from '../yaml/node.ts';

/**
 * Which spellings of a key a program looks up: `concurrency`, `:concurrency`, or either after symbolising; of two, the
 * later one wins, or the string one where the keys are symbolised in place.
 */
export type KeyKind = 'string' | 'symbol' | 'either' | 'string, else symbol';

/** What a mapping says under a key: a node, or nothing, which may rest on a condition or on an output nobody knows. */
export type Entry =
  | { readonly kind: 'node'; readonly node: PsychNode }
  | { readonly kind: 'absent'; readonly assumes: readonly Assumption[] }
  | { readonly kind: 'open'; readonly reason: string; readonly origin: Origin };

export function entryOf(mapping: PsychMapping, name: string, kind: KeyKind): Entry {
  const found =
    (kind === 'string, else symbol' ? mapping.entries.findLast((entry) => entry.key === name) : undefined) ??
    mapping.entries.findLast((entry) => isKey(entry.key, name, kind));
  if (found) return { kind: 'node', node: found.value };
  if (mapping.open !== null)
    return { kind: 'open', reason: mapping.open, origin: { kind: 'computed', at: mapping.at, from: [] } };
  return { kind: 'absent', assumes: mapping.absent };
}

export function isKey(key: PsychScalar, name: string, kind: KeyKind): boolean {
  if (typeof key === 'string') return kind !== 'symbol' && key === name;
  return typeof key === 'object' && key?.type === 'symbol' && kind !== 'string' && key.name === name;
}

/** A node as one value; a list or a mapping where a value is expected keeps only its class. */
export function scalarOf(node: PsychNode): Traced<PsychScalar> {
  if (node.kind === 'scalar') return node.value;
  const className = node.kind === 'sequence' ? 'Array' : 'Hash';
  return known<PsychScalar>({ type: 'other', className, text: '' }, { kind: 'literal', at: node.at });
}

/** `Array(value)` as text, joined with commas: the names of queues. */
export function namesOf(node: PsychNode): Traced<string> {
  if (node.kind === 'mapping') return known('', { kind: 'literal', at: node.at });
  if (node.kind === 'scalar') {
    const { value } = node;
    return value.known
      ? known(plainText(value.value), value.origin, value.assumes)
      : unknown(value.reason, value.origin);
  }
  if (node.open !== null) return unknown(node.open, { kind: 'computed', at: node.at, from: [] });
  const names: string[] = [];
  for (const item of node.items) {
    // `[critical, 2]`: a queue and its weight.
    const name = item.kind === 'sequence' ? item.items[0] : item;
    if (name?.kind !== 'scalar') continue;
    if (!name.value.known) return unknown(name.value.reason, name.value.origin);
    names.push(plainText(name.value.value));
  }
  return known(names.join(','), { kind: 'literal', at: node.at });
}

function plainText(value: PsychScalar): string {
  if (value === null) return '';
  if (typeof value === 'object') return value.type === 'symbol' ? value.name : value.text;
  return String(value);
}
