import type { Assumption } from '../value/origin.ts';
import type { Traced } from '../value/traced.ts';
import type { PsychEntry, PsychMapping, PsychScalar, PsychSymbol } from './node.ts';
import { keyIdentity } from './scalar.ts';

/** What a mapping says of a key: it has it, it has not (assuming that what was skipped would not), or nobody knows. */
export type Lookup =
  | { readonly kind: 'present'; readonly entry: PsychEntry }
  | { readonly kind: 'absent'; readonly assumes: readonly Assumption[] }
  | { readonly kind: 'maybe'; readonly reason: string };

/** The entry of a key. A string means the string key; `symbolKey('x')` the key `:x`. */
export function entry(mapping: PsychMapping, key: PsychScalar): PsychEntry | null {
  const identity = keyIdentity(key);
  return mapping.entries.find((one) => keyIdentity(one.key) === identity) ?? null;
}

export function lookup(mapping: PsychMapping, key: PsychScalar): Lookup {
  const found = entry(mapping, key);
  if (found) return { kind: 'present', entry: found };
  if (mapping.open !== null) return { kind: 'maybe', reason: mapping.open };
  return { kind: 'absent', assumes: mapping.absent };
}

export function symbolKey(name: string): PsychSymbol {
  return { type: 'symbol', name };
}

/** The value of a key, or null where the key is not written or has no scalar. */
export function scalarAt(mapping: PsychMapping, key: PsychScalar): Traced<PsychScalar> | null {
  const node = entry(mapping, key)?.value;
  return node?.kind === 'scalar' ? node.value : null;
}

/** A key as Ruby symbolises it: `pool:` and `:pool:` are the same. */
export function keyText(key: PsychScalar): string {
  if (typeof key === 'object' && key !== null) return key.type === 'symbol' ? key.name : key.text;
  return String(key);
}
