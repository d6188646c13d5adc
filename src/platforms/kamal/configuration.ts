import { spanText, type Span } from '../../text/source.ts';
import { allAssumptions } from '../../value/origin.ts';
import { known, unknown, type Traced } from '../../value/traced.ts';
import type { PsychEntry, PsychNode, PsychScalar } from '../../yaml/node.ts';
import { keyText } from '../../yaml/read.ts';

/**
 * One configuration over another: mappings are merged key by key, everything else is replaced, by null too.
 * Source: lib/kamal/configuration.rb@v2.12.0 (deep_merge! of Active Support)
 */
export function merged(base: PsychNode, over: PsychNode): PsychNode {
  if (base.kind !== 'mapping' || over.kind !== 'mapping') return over;
  const entries = new Map<string, PsychEntry>(base.entries.map((entry) => [keyText(entry.key), entry]));
  for (const entry of over.entries) {
    const key = keyText(entry.key);
    const below = entries.get(key);
    entries.set(key, below ? { ...entry, value: merged(below.value, entry.value) } : entry);
  }
  return {
    kind: 'mapping',
    at: over.at,
    entries: [...entries.values()],
    open: base.open ?? over.open,
    absent: allAssumptions(base.absent, over.absent),
  };
}

/** The value at a path of keys, or undefined. */
export function valueAt(node: PsychNode | undefined, ...path: readonly string[]): PsychNode | undefined {
  let found = node;
  for (const key of path) found = entriesOf(found).find((entry) => keyText(entry.key) === key)?.value;
  return found;
}

export function entriesOf(node: PsychNode | undefined): readonly PsychEntry[] {
  return node?.kind === 'mapping' ? node.entries : [];
}

/** A scalar as Ruby's to_s prints it; null for nil. */
export function textOf(node: PsychNode | undefined): Traced<string | null> | null {
  if (node?.kind !== 'scalar') return null;
  const { value } = node;
  if (value.known) return known(printed(value.value), value.origin, value.assumes);
  const candidates = value.candidates?.map((one) => known(printed(one.value), one.origin, one.assumes)) ?? null;
  return unknown(value.reason, value.origin, candidates);
}

/** The known text at a path, or null. */
export function knownAt(node: PsychNode | undefined, ...path: readonly string[]): string | null {
  const text = textOf(valueAt(node, ...path));
  return text?.known ? text.value : null;
}

function printed(value: PsychScalar): string | null {
  if (value === null) return null;
  if (typeof value === 'object') return value.type === 'symbol' ? value.name : value.text;
  return typeof value === 'number' && Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** One host of a role: by its name, or by the expression it comes from where nobody can see it. */
export interface KamalHost {
  readonly name: string;
  readonly tags: readonly string[];
  readonly at: Span;
}

/** The hosts of a role, each once, or why they cannot be told. */
export function hostsOf(list: PsychNode | undefined): readonly KamalHost[] | { readonly unknown: string } {
  if (!list || (list.kind === 'scalar' && list.value.known && list.value.value === null)) return [];
  if (list.kind === 'scalar' && !list.value.known) return { unknown: list.value.reason };
  if (list.kind !== 'sequence') return [];
  if (list.open !== null) return { unknown: list.open };
  const written = spanText(list.at);
  if (list.items.length === 0 && written.includes('<%=')) return { unknown: `${written} is known where kamal is run` };
  const hosts = new Map<string, KamalHost>();
  for (const item of list.items) {
    const [tagged] = entriesOf(item);
    const host: KamalHost = tagged
      ? { name: keyText(tagged.key), tags: tagsOf(tagged.value), at: item.at }
      : { name: hostName(item), tags: [], at: item.at };
    hosts.set(host.name, host);
  }
  return [...hosts.values()];
}

/** Several hosts may come from one expression: by the fallback of each they are told apart. */
function hostName(item: PsychNode): string {
  const text = textOf(item);
  if (!text?.known || text.value === null) return spanText(item.at);
  return text.assumes.some(({ kind }) => kind === 'unset') ? `${spanText(item.at)}: ${text.value}` : text.value;
}

function tagsOf(node: PsychNode): readonly string[] {
  const items = node.kind === 'sequence' ? node.items : [node];
  return items.flatMap((item) => {
    const text = textOf(item);
    return text?.known && text.value !== null ? [text.value] : [];
  });
}
