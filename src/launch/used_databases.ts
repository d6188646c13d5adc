import type { DatabaseEntry } from '../database/entry.ts';
import { RubyArray, RubyHash, RubySymbol, scalarOf, type RubyValue } from '../ruby/values.ts';
import { namedFor } from '../index/connections.ts';
import { mentioned } from '../index/mention.ts';
import type { SwitchedRoles } from '../index/switched_roles.ts';
import type { UsedDatabase, UsedDatabases } from '../model/pools.ts';
import type { Purpose } from '../model/process.ts';
import { configured } from '../systems/configured.ts';
import { isInstalled } from '../systems/rules.ts';
import type { Span } from '../text/source.ts';
import { writtenIn } from '../value/history.ts';
import { unknown, type Traced } from '../value/traced.ts';
import type { PsychNode, PsychScalar } from '../yaml/node.ts';
import { keyText } from '../yaml/read.ts';
import type { Application, Boot } from './boot.ts';
import { OwnPools, WRITING } from './own_pools.ts';
import { otherSections } from './other_sections.ts';
import { lastAssigned } from './said.ts';

/** The name of an entry, where it stands. */
interface Named {
  readonly name: string;
  readonly at: Span | null;
  /** The keys above it: `database`, `writing`. */
  readonly path: readonly string[];
}

type NamedBy = Pick<Named, 'name' | 'at'> & { readonly by: string };

/** Something decides for what a database is used, and nobody here can see it. */
type Names = readonly Named[] | { readonly unknown: string };

/** What an application's Ruby asks for: the pool of one class, role and shard. */
export interface AskedPool {
  /** Null for ActiveRecord::Base. */
  readonly owner: string | null;
  readonly role: string;
  readonly shard: string;
  readonly database: string;
  readonly call: string;
  readonly at: Span;
  readonly conditional: boolean;
  readonly required: boolean;
}

/** An entry that something connects to and that the environment does not have. */
export interface MissingEntry {
  readonly name: string;
  readonly at: Span;
  /** Who asks for it: `AnimalsRecord`, `config/cable.yml`. */
  readonly by: string;
}

/** What the application's own Ruby says: names of entries, and the pools it asks for one by one. */
export interface AskedFor {
  readonly connected: readonly string[];
  readonly connectedPools: readonly AskedPool[];
  readonly switchedRoles: SwitchedRoles;
}

/**
 * The databases a process of this application has pools for: the first entry, the ones its models connect to, the ones
 * of the queue, the cache and the cable. An entry that nothing names has none.
 */
export function usedDatabases(
  boot: Boot,
  application: Application,
  own: readonly DatabaseEntry[],
  asked: AskedFor,
): UsedDatabases & { readonly missing: readonly MissingEntry[]; readonly others: readonly DatabaseEntry[] } {
  const { switchedRoles } = asked;
  // The name of the environment is that of its first entry.
  const nameOf = (written: string): string => {
    const name = namedFor(boot.railsEnv, written);
    const isEnvironment = name === boot.railsEnv && !own.some((entry) => entry.name === name);
    return isEnvironment ? (own[0]?.name ?? name) : name;
  };
  const connected = asked.connected.map(nameOf);
  const connectedPools = asked.connectedPools.map((pool) => ({ ...pool, database: nameOf(pool.database) }));
  const others = namedOtherSections(boot, own, connectedPools);
  const entries = [...own, ...others];
  const [first] = own;
  const purposes = new Map<string, Purpose>();
  const pools = new OwnPools();
  const named: NamedBy[] = [];
  let open: string | null = null;
  const note = (names: Names, purpose: Purpose, by?: string): void => {
    if ('unknown' in names) open = names.unknown;
    else
      for (const one of names) {
        if (!purposes.has(one.name)) purposes.set(one.name, purpose);
        if (by === undefined) continue;
        pools.add(one.name, { owner: by, ...placeOf(one), purpose });
        named.push({ name: one.name, at: one.at, by });
      }
  };
  if (first) note(unplaced([first.name]), 'application');
  if (first && first.orm === undefined) pools.add(first.name, BASE);
  for (const { database, owner, role, shard, conditional, required, at } of connectedPools) {
    if (conditional) continue;
    pools.add(database, { owner, role, shard, purpose: 'application' });
    if (required) named.push({ name: database, at, by: owner ?? 'ActiveRecord::Base' });
  }
  // Sequel connects to all that it has as soon as it is told to.
  note(unplaced(entries.flatMap(({ name, orm }) => (orm === 'sequel' ? [name] : []))), 'application');
  note(unplaced(connected), 'application');
  const said =
    lastAssigned(application, 'config.solid_queue.connects_to') ?? lastAssigned(application, 'SolidQueue.connects_to');
  const queue = namesOf(said);
  note(queue, 'queue', isInstalled(boot.versions, 'solid_queue') ? 'Solid Queue' : undefined);
  note(cacheDatabases(boot, application), 'cache', 'Solid Cache');
  note(cableDatabases(boot), 'cable', 'Solid Cable');
  const all = entries.flatMap((entry): readonly UsedDatabase[] => {
    const purpose = purposes.get(entry.name);
    if (purpose) return pools.askedOf(entry, { ...BASE, purpose }, switchedRoles);
    // Where nobody can tell which entries are used, any of them may be.
    return open === null ? [] : [{ ...BASE, entry: undecided(entry, open), askedBy: 'all', idle: 0 }];
  });
  const broadcasts = all.some(({ purpose }) => purpose === 'cable') && mentioned(boot.files, RUN_BY_JOBS, BROADCASTS);
  const enqueues = !all.some(({ purpose }) => purpose === 'queue') || isSolidQueueAsked(boot, application);
  const missing = missingIn(boot, entries, named);
  return { all, queue: queueEntry(queue, entries), broadcasts, enqueues, missing, others };
}

/** Whether the application's own threads may ask for the jobs of Solid Queue: not where another adapter gets them all. */
function isSolidQueueAsked(boot: Boot, application: Application): boolean {
  const adapter = configured(application, 'config.active_job', 'queue_adapter');
  const name = adapter?.known ? nameIn(adapter.value) : null;
  if (name === null || name === 'solid_queue') return true;
  return mentioned(boot.files, APPLICATION, /\bqueue_adapter\s*=\s*[:"']solid_queue|\bSolidQueue::/);
}

/** `:good_job`, `"good_job"`; null for an adapter that is an object. */
function nameIn(adapter: PsychScalar): string | null {
  if (typeof adapter === 'string') return adapter;
  return typeof adapter === 'object' && adapter?.type === 'symbol' ? adapter.name : null;
}

const APPLICATION = /^(?:app|lib|packs|engines)\/.+\.(?:rb|erb)$/;

/** Code that a job may run: channels and controllers are those of requests. */
const RUN_BY_JOBS = /^(?:app\/(?!(?:channels|controllers|views|helpers|assets|javascript)\/)|lib\/(?!tasks\/)).+\.rb$/;
/**
 * What broadcasts, itself or in a job of Turbo.
 * Source: actioncable/lib/action_cable/channel/broadcasting.rb@v8.1.1, app/models/concerns/turbo/broadcastable.rb@v2.0.20
 */
const BROADCASTS =
  /\bserver\.broadcast\b|\.broadcast_to\b|\bbroadcasts(?:_to|_refreshes|_refreshes_to)?\b(?!\s*[=.])|\bbroadcast_(?:to|action|after|append|before|prepend|refresh|remove|render|replace|update)(?:_later)?(?:_to)?\b/;

/** Entries that a class names and that stand beside the environment, not below it. */
function namedOtherSections(
  boot: Boot,
  own: readonly DatabaseEntry[],
  asked: readonly AskedPool[],
): readonly DatabaseEntry[] {
  const there = new Set(own.map(({ name }) => name));
  const names = asked.flatMap(({ database, conditional }) => (conditional || there.has(database) ? [] : [database]));
  return own.length > 0 ? otherSections(boot, DATABASE_FILE, names) : [];
}

/** The pool of ActiveRecord::Base. */
const BASE = { owner: null, role: WRITING, shard: 'default', purpose: 'application' } as const;

/**
 * The role and shard of a name in `{ database: { reading: :x } }` or `{ shards: { one: { reading: :x } } }`; a name that
 * stands elsewhere is that of a shard of its own: `databases: [a, b]` of config/cache.yml.
 */
function placeOf({ name, path }: Named): { readonly role: string; readonly shard: string } {
  const role = path.at(-1);
  if (path.at(-2) === 'database' && role !== undefined) return { role, shard: 'default' };
  if (path.at(-3) === 'shards' && role !== undefined) return { role, shard: path.at(-2)! };
  return { role: WRITING, shard: name };
}

function unplaced(names: readonly string[]): readonly Named[] {
  return names.map((name) => ({ name, at: null, path: [] }));
}

const DATABASE_FILE = 'config/database.yml';

/**
 * The names that the environment has no entry for. `connects_to` and `establish_connection` also take the name of
 * another environment. Empty where nobody can see every name.
 * Source: activerecord/lib/active_record/database_configurations.rb@v8.1.3.1 (resolve, find_db_config)
 */
function missingIn(boot: Boot, entries: readonly DatabaseEntry[], named: readonly NamedBy[]): readonly MissingEntry[] {
  const there = new Set(entries.map(({ name }) => name));
  const asked = named.flatMap(({ name, at, by }) => (at && !there.has(name) ? [{ name, at, by }] : []));
  if (asked.length === 0 || there.size === 0 || boot.files.kind(DATABASE_FILE) !== 'file') return [];
  for (const { document } of boot.yaml(DATABASE_FILE, null) ?? []) {
    const { root } = document;
    if (document.problem || root?.kind !== 'mapping' || root.open !== null) return [];
    for (const { key, value } of root.entries) {
      there.add(keyText(key));
      const own = keyText(key) === boot.railsEnv || keyText(key) === 'shared';
      if (own && value.kind === 'mapping' && value.open !== null) return [];
    }
  }
  return asked.filter(({ name }) => !there.has(name));
}

function undecided(entry: DatabaseEntry, reason: string): DatabaseEntry {
  return { ...entry, pool: unknown(reason, entry.pool.origin) };
}

function queueEntry(queue: Names, entries: readonly DatabaseEntry[]): DatabaseEntry | null {
  if ('unknown' in queue) return null;
  return entries.find((entry) => queue.some(({ name }) => name === entry.name)) ?? entries[0] ?? null;
}

/** `config.cache_store = :solid_cache_store`, with options or without, keeps its entries where cache.yml says. */
function cacheDatabases(boot: Boot, application: Application): Names {
  const said = lastAssigned(application, 'config.cache_store');
  // `:redis_cache_store, { url: … }`: the options decide nothing here.
  const store = namesOf(said?.known && said.value instanceof RubyArray ? (said.value.items[0] ?? null) : said);
  if ('unknown' in store) return store;
  return store.some(({ name }) => name === 'solid_cache_store') ? databasesOfFile(boot, 'config/cache.yml') : [];
}

function cableDatabases(boot: Boot): Names {
  const adapters = sectionsOf(boot, 'config/cable.yml').map((section) => textAt(section, 'adapter'));
  if (!adapters.includes('solid_cable')) return [];
  if (adapters.some((adapter) => adapter !== 'solid_cable'))
    return { unknown: 'which adapter the cable has is not known' };
  return databasesOfFile(boot, 'config/cable.yml');
}

/** `database:`, `databases:`, `connects_to:` of the environment's section of cache.yml or cable.yml, in any world. */
function databasesOfFile(boot: Boot, path: string): readonly Named[] {
  return sectionsOf(boot, path).flatMap((section) =>
    section.kind === 'mapping'
      ? ['database', 'databases', 'connects_to'].flatMap((key) => {
          const entry = section.entries.find((one) => keyText(one.key) === key);
          return entry ? textsIn(entry.value, [key]) : [];
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
  return value ? (textsIn(value)[0]?.name ?? null) : null;
}

function textsIn(node: PsychNode, path: readonly string[] = []): readonly Named[] {
  switch (node.kind) {
    case 'mapping':
      return node.entries.flatMap((entry) => textsIn(entry.value, [...path, keyText(entry.key)]));
    case 'sequence':
      return node.items.flatMap((item) => textsIn(item, path));
    case 'scalar':
      return node.value.known && node.value.value !== null
        ? [{ name: keyText(node.value.value), at: node.at, path }]
        : [];
  }
}

/** Every symbol and string inside a value: the names in `{ database: { writing: :queue } }`. */
function namesOf(value: Traced<RubyValue> | null, path: readonly string[] = []): Names {
  if (value === null) return [];
  if (!value.known) return { unknown: value.reason };
  const own = value.value;
  const parts =
    own instanceof RubyHash
      ? [...own.entries.values()].map((entry) => namesOf(entry.value, [...path, keyOf(entry.key)]))
      : own instanceof RubyArray
        ? own.items.map((item) => namesOf(item, path))
        : null;
  if (parts) return parts.find((part) => 'unknown' in part) ?? parts.flat().filter((part) => 'name' in part);
  const at = writtenIn(value.origin);
  if (own instanceof RubySymbol) return [{ name: own.name, at, path }];
  const scalar = scalarOf(value);
  if (!scalar.known) return { unknown: scalar.reason };
  return typeof scalar.value === 'string' ? [{ name: scalar.value, at, path }] : [];
}

function keyOf(key: Traced<RubyValue>): string {
  if (key.known && key.value instanceof RubySymbol) return key.value.name;
  const scalar = scalarOf(key);
  return scalar.known ? String(scalar.value) : '';
}
