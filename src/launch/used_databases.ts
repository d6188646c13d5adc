import type { DatabaseEntry } from '../database/entry.ts';
import { RubyHash, RubySymbol, scalarOf, type RubyValue } from '../ruby/values.ts';
import type { UsedDatabase, UsedDatabases } from '../model/pools.ts';
import type { Purpose } from '../model/process.ts';
import type { Traced } from '../value/traced.ts';
import type { PsychNode } from '../yaml/node.ts';
import type { Application, Boot } from './boot.ts';
import { lastAssigned } from './said.ts';

/**
 * The databases a process of this application has pools for: the first entry, the ones its models connect to, the ones
 * of the queue, the cache and the cable. An entry that nothing names has none.
 */
export function usedDatabases(
  boot: Boot,
  application: Application,
  entries: readonly DatabaseEntry[],
  connected: readonly string[],
): UsedDatabases {
  const [first] = entries;
  const purposes = new Map<string, Purpose>();
  const note = (names: readonly string[], purpose: Purpose): void => {
    for (const name of names) if (!purposes.has(name)) purposes.set(name, purpose);
  };
  if (first) note([first.name], 'application');
  note(connected, 'application');
  const queue = namesIn(
    lastAssigned(application, 'config.solid_queue.connects_to') ?? lastAssigned(application, 'SolidQueue.connects_to'),
  );
  note(queue, 'queue');
  if (usesSolidCache(application)) note(databasesOfFile(boot, 'config/cache.yml'), 'cache');
  if (cableAdapter(boot) === 'solid_cable') note(databasesOfFile(boot, 'config/cable.yml'), 'cable');
  const all = entries.flatMap((entry): UsedDatabase[] => {
    const purpose = purposes.get(entry.name);
    return purpose ? [{ entry, purpose }] : [];
  });
  return { all, queue: entries.find((entry) => queue.includes(entry.name)) ?? first ?? null };
}

/** `config.cache_store = :solid_cache_store`, with options or without. */
function usesSolidCache(application: Application): boolean {
  const store = lastAssigned(application, 'config.cache_store');
  return store !== null && namesIn(store).includes('solid_cache_store');
}

function cableAdapter(boot: Boot): string | null {
  const section = sectionOf(boot, 'config/cable.yml');
  return section ? textAt(section, 'adapter') : null;
}

/** `database:`, `databases:`, `connects_to:` of the environment's section of cache.yml or cable.yml. */
function databasesOfFile(boot: Boot, path: string): readonly string[] {
  const section = sectionOf(boot, path);
  if (section?.kind !== 'mapping') return [];
  return ['database', 'databases', 'connects_to'].flatMap((key) => {
    const entry = section.entries.find((one) => keyText(one.key) === key);
    return entry ? textsIn(entry.value) : [];
  });
}

function sectionOf(boot: Boot, path: string): PsychNode | null {
  const root = boot.yaml(path, null)?.[0]?.document.root;
  if (root?.kind !== 'mapping') return null;
  return root.entries.find((entry) => keyText(entry.key) === boot.railsEnv)?.value ?? null;
}

function textAt(node: PsychNode, key: string): string | null {
  if (node.kind !== 'mapping') return null;
  const value = node.entries.find((entry) => keyText(entry.key) === key)?.value;
  return value ? (textsIn(value)[0] ?? null) : null;
}

function textsIn(node: PsychNode): readonly string[] {
  switch (node.kind) {
    case 'mapping':
      return node.entries.flatMap((entry) => textsIn(entry.value));
    case 'sequence':
      return node.items.flatMap(textsIn);
    case 'scalar':
      return node.value.known && node.value.value !== null ? [keyText(node.value.value)] : [];
  }
}

function keyText(key: Extract<PsychNode, { kind: 'scalar' }>['value'] extends Traced<infer S> ? S : never): string {
  if (key !== null && typeof key === 'object') return key.type === 'symbol' ? key.name : key.text;
  return String(key);
}

/** Every symbol and string inside a value: the names in `{ database: { writing: :queue } }`. */
function namesIn(value: Traced<RubyValue> | null): readonly string[] {
  if (!value?.known) return [];
  const own = value.value;
  if (own instanceof RubyHash) return [...own.entries.values()].flatMap((entry) => namesIn(entry.value));
  if (own instanceof RubySymbol) return [own.name];
  if (typeof own === 'object' && own !== null && 'items' in own) return own.items.flatMap((item) => namesIn(item));
  const scalar = scalarOf(value);
  return scalar.known && typeof scalar.value === 'string' ? [scalar.value] : [];
}
