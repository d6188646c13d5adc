import type { DatabaseEntry } from '../database/entry.ts';
import { RubyArray, RubyHash, RubySymbol, scalarOf, type RubyValue } from '../ruby/values.ts';
import type { UsedDatabase, UsedDatabases } from '../model/pools.ts';
import type { Purpose } from '../model/process.ts';
import { unknown, type Traced } from '../value/traced.ts';
import type { PsychNode } from '../yaml/node.ts';
import { keyText } from '../yaml/read.ts';
import type { Application, Boot } from './boot.ts';
import { lastAssigned } from './said.ts';

/** Something decides for what a database is used, and nobody here can see it. */
type Names = readonly string[] | { readonly unknown: string };

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
  let open: string | null = null;
  const note = (names: Names, purpose: Purpose): void => {
    if ('unknown' in names) open = names.unknown;
    else for (const name of names) if (!purposes.has(name)) purposes.set(name, purpose);
  };
  if (first) note([first.name], 'application');
  // Sequel connects to all that it has as soon as it is told to.
  note(
    entries.flatMap(({ name, orm }) => (orm === 'sequel' ? [name] : [])),
    'application',
  );
  note(connected, 'application');
  const said =
    lastAssigned(application, 'config.solid_queue.connects_to') ?? lastAssigned(application, 'SolidQueue.connects_to');
  const queue = namesOf(said);
  note(queue, 'queue');
  note(cacheDatabases(boot, application), 'cache');
  note(cableDatabases(boot), 'cable');
  const all = entries.flatMap((entry): UsedDatabase[] => {
    const purpose = purposes.get(entry.name);
    // Where nobody can tell which entries are used, any of them may be.
    return (purpose ?? open)
      ? [{ entry: purpose ? entry : undecided(entry, open!), purpose: purpose ?? 'application' }]
      : [];
  });
  return { all, queue: queueEntry(queue, entries) };
}

function undecided(entry: DatabaseEntry, reason: string): DatabaseEntry {
  return { ...entry, pool: unknown(reason, entry.pool.origin) };
}

function queueEntry(queue: Names, entries: readonly DatabaseEntry[]): DatabaseEntry | null {
  if ('unknown' in queue) return null;
  return entries.find((entry) => queue.includes(entry.name)) ?? entries[0] ?? null;
}

/** `config.cache_store = :solid_cache_store`, with options or without, keeps its entries where cache.yml says. */
function cacheDatabases(boot: Boot, application: Application): Names {
  const said = lastAssigned(application, 'config.cache_store');
  // `:redis_cache_store, { url: … }`: the options decide nothing here.
  const store = namesOf(said?.known && said.value instanceof RubyArray ? (said.value.items[0] ?? null) : said);
  if ('unknown' in store) return store;
  return store.includes('solid_cache_store') ? databasesOfFile(boot, 'config/cache.yml') : [];
}

function cableDatabases(boot: Boot): Names {
  const adapters = sectionsOf(boot, 'config/cable.yml').map((section) => textAt(section, 'adapter'));
  if (!adapters.includes('solid_cable')) return [];
  if (adapters.some((adapter) => adapter !== 'solid_cable'))
    return { unknown: 'which adapter the cable has is not known' };
  return databasesOfFile(boot, 'config/cable.yml');
}

/** `database:`, `databases:`, `connects_to:` of the environment's section of cache.yml or cable.yml, in any world. */
function databasesOfFile(boot: Boot, path: string): readonly string[] {
  return sectionsOf(boot, path).flatMap((section) =>
    section.kind === 'mapping'
      ? ['database', 'databases', 'connects_to'].flatMap((key) => {
          const entry = section.entries.find((one) => keyText(one.key) === key);
          return entry ? textsIn(entry.value) : [];
        })
      : [],
  );
}

function sectionsOf(boot: Boot, path: string): readonly PsychNode[] {
  return (boot.yaml(path, null) ?? []).flatMap(({ document: { root } }) => {
    if (root?.kind !== 'mapping') return [];
    return root.entries.find((entry) => keyText(entry.key) === boot.railsEnv)?.value ?? [];
  });
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

/** Every symbol and string inside a value: the names in `{ database: { writing: :queue } }`. */
function namesOf(value: Traced<RubyValue> | null): Names {
  if (value === null) return [];
  if (!value.known) return { unknown: value.reason };
  const own = value.value;
  const parts =
    own instanceof RubyHash
      ? [...own.entries.values()].map((entry) => namesOf(entry.value))
      : own instanceof RubyArray
        ? own.items.map(namesOf)
        : null;
  if (parts) return parts.find((part) => 'unknown' in part) ?? parts.flat().filter((part) => typeof part === 'string');
  if (own instanceof RubySymbol) return [own.name];
  const scalar = scalarOf(value);
  if (!scalar.known) return { unknown: scalar.reason };
  return typeof scalar.value === 'string' ? [scalar.value] : [];
}
