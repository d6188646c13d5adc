import { assuming, agree, unknown, type Traced, UNDECIDED } from '../value/traced.ts';
import type { Assumption } from '../value/origin.ts';
import { sameSpan } from '../text/source.ts';
import type { DatabaseEntry, Setting, WrittenKey } from './entry.ts';

/**
 * What several possible worlds say of the databases. An entry that some worlds lack keeps its place, and what differs
 * is unknown with its candidates.
 */
export function joinEntries(worlds: readonly (readonly DatabaseEntry[])[]): readonly DatabaseEntry[] {
  if (worlds.length === 1) return worlds[0]!;
  const names = [...new Set(worlds.flatMap((world) => world.map((entry) => entry.name)))];
  return names.map((name) => {
    const found = worlds.flatMap((world) => world.filter((entry) => entry.name === name));
    const joined = joinEntry(found);
    // An entry that may not be there has a pool that may not be there.
    return found.length === worlds.length ? joined : { ...joined, pool: unknown(UNDECIDED, joined.pool.origin) };
  });
}

function joinEntry(entries: readonly DatabaseEntry[]): DatabaseEntry {
  const first = entries[0]!;
  const keys = [...new Set(entries.flatMap((entry) => [...entry.settings.keys()]))];
  const settings = new Map<string, Traced<Setting>>();
  for (const key of keys) {
    const values = entries.map((entry) => entry.settings.get(key));
    const written = values.filter((value) => value !== undefined);
    const joined = agree(UNDECIDED, written, sameSetting);
    settings.set(key, written.length === values.length ? joined : unknown(UNDECIDED, joined.origin));
  }
  const servers = new Set(entries.map((entry) => entry.server?.key));
  // Where none of them states a host, all of them mean the same machine.
  const open = entries.some(({ server }) => server !== null && (server.open || server.name !== null));
  const sized = entries.find((entry) => entry.sizeAt);
  return {
    name: first.name,
    at: entries.find((entry) => entry.at)?.at ?? null,
    settings,
    keys: joinKeys(entries),
    adapter: agree(
      UNDECIDED,
      entries.map((entry) => entry.adapter),
    ),
    pool: agree(
      UNDECIDED,
      entries.map((entry) => entry.pool),
    ),
    sizeKey: first.sizeKey,
    sizeAt: sized?.sizeAt ?? null,
    sizeSaidAt: sized?.sizeSaidAt ?? null,
    checkoutTimeout: agree(
      UNDECIDED,
      entries.map((entry) => entry.checkoutTimeout),
    ),
    replica: entries.every((entry) => entry.replica),
    server: servers.size === 1 ? first.server : { key: [...servers].join(' or '), name: null, open },
    ...(first.orm ? { orm: first.orm, ignoredSize: first.ignoredSize ?? null } : {}),
  };
}

/** The keys that stand at the same place in every world. */
function joinKeys(entries: readonly DatabaseEntry[]): readonly WrittenKey[] {
  const [first, ...others] = entries.map((entry) => entry.keys);
  return (first ?? []).flatMap((key): readonly WrittenKey[] => {
    const same = others.map((keys) => keys.find(({ valueAt }) => sameSpan(valueAt, key.valueAt)));
    if (same.includes(undefined)) return [];
    const values = [key, ...same].flatMap((one) => one?.value ?? []);
    return [{ ...key, value: values.length > 0 ? agree(UNDECIDED, values, sameSetting) : null }];
  });
}

function sameSetting(a: Setting, b: Setting): boolean {
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return Object.is(a, b);
  return a.className === b.className && a.text === b.text;
}

/** The same entries, assuming more: a copied sample file, one of several versions. */
export function entriesAssuming(entries: readonly DatabaseEntry[], assumes: readonly Assumption[]): DatabaseEntry[] {
  return entries.map((entry) => mapEntry(entry, (value) => assuming(value, assumes)));
}

/** The same entry with every value in it changed. */
export function mapEntry(entry: DatabaseEntry, change: <T>(value: Traced<T>) => Traced<T>): DatabaseEntry {
  return {
    ...entry,
    settings: new Map([...entry.settings].map(([key, value]) => [key, change(value)])),
    keys: entry.keys.map((key) => mapKey(key, change)),
    adapter: change(entry.adapter),
    pool: change(entry.pool),
    checkoutTimeout: change(entry.checkoutTimeout),
  };
}

function mapKey(key: WrittenKey, change: <T>(value: Traced<T>) => Traced<T>): WrittenKey {
  return {
    ...key,
    value: key.value && change(key.value),
    replaced: key.replaced.map((one) => mapKey(one, change)),
  };
}
