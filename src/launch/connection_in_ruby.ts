import type { DatabaseEntry, PoolSize, Setting } from '../database/entry.ts';
import { checkoutTimeout, poolSize, type Lookup } from '../database/pool.ts';
import { settingsOfUrl, InvalidDatabaseUrl, isParsedUrl } from '../database/url.ts';
import {
  RubyArray,
  RubyHash,
  RubyString,
  RubySymbol,
  scalarOf,
  textOf,
  type RubyValue,
  type Value,
} from '../ruby/values.ts';
import { span, type Span } from '../text/source.ts';
import { writtenIn } from '../value/history.ts';
import { allAssumptions, type Assumption } from '../value/origin.ts';
import { agree, assuming, combine, known, unknown, via, type Traced, UNDECIDED } from '../value/traced.ts';
import type { GemVersion } from '../versions/compare.ts';
import type { ApplicationFile } from './boot.ts';
import { DatabaseConfig } from './connections_host.ts';
import type { RecordedCall } from './recorder.ts';
import { saidInWorld } from './said.ts';
import { saidWith } from './said_with_key.ts';

const METHOD = 'establish_connection';
const CALL = /(?:^|\.)(?:ActiveRecord::)?Base\.establish_connection$|^ActiveSupport\.on_load\.establish_connection$/;

/** A call with an argument that is no name, in the text of a file that cannot be followed to its end. */
const WRITTEN =
  /^(?![ \t]*#)(?<before>.*)\bestablish_connection\b(?!(?:[ \t]*\(\s*|\s*):\w)(?:[ \t]*\(\s*|\s*)[^\s)#]/m;

const DOUBT = 'Ruby may establish another connection, with a size of its own';

/** What Ruby may do to connections: the files of an application, or the hooks of a server. */
export type Saying = Pick<ApplicationFile, 'worlds' | 'skipped' | 'possible' | 'cutShort'>;

/**
 * The first entry after what Ruby established, file by file in boot order. Without an argument, or with the name of an
 * entry, a connection keeps its size; a Hash or a URL replaces everything, on every version.
 * Source: activerecord/lib/active_record/connection_handling.rb@v8.1.3.1
 * @param eras the versions of Rails that are possible
 */
export function establishedBy(
  files: readonly Saying[],
  before: DatabaseEntry,
  eras: readonly GemVersion[],
): DatabaseEntry {
  let entry = before;
  for (const file of files) entry = after(file, entry, eras);
  return entry;
}

function after(file: Saying, entry: DatabaseEntry, eras: readonly GemVersion[]): DatabaseEntry {
  const doubt = doubtIn(file);
  if (doubt) return { ...entry, pool: unknown(DOUBT, { kind: 'code', at: doubt, from: [entry.pool.origin] }) };
  const skipped = allAssumptions(
    ...file.skipped.filter(({ method }) => method === METHOD).map(({ assumes }) => assumes),
  );
  const worlds = file.worlds.map((calls) => {
    const call = saidInWorld(calls).findLast(({ path }) => CALL.test(path))?.call;
    return call ? established(call, entry, eras) : entry;
  });
  const [first] = worlds;
  if (!first || worlds.every((world) => world === entry)) return assumingMore(entry, skipped);
  if (worlds.length === 1) return assumingMore(first, skipped);
  const sized = worlds.find(({ sizeAt }) => sizeAt !== entry.sizeAt) ?? entry;
  const joined = {
    ...entry,
    sizeAt: sized.sizeAt,
    sizeSaidAt: sized.sizeSaidAt ?? null,
    pool: agree(
      UNDECIDED,
      worlds.map(({ pool }) => pool),
    ),
    checkoutTimeout: agree(
      UNDECIDED,
      worlds.map((world) => world.checkoutTimeout),
    ),
  };
  return assumingMore(joined, skipped);
}

function assumingMore(entry: DatabaseEntry, assumes: readonly Assumption[]): DatabaseEntry {
  return assumes.length === 0 ? entry : { ...entry, pool: assuming(entry.pool, assumes) };
}

/** A call of which nobody can say whether it happens, or one that stands behind the end of what can be followed. */
function doubtIn(file: Saying): Span | null {
  const possible = file.possible.findLast(({ method }) => method === METHOD);
  if (possible) return possible.at;
  const found = file.cutShort ? WRITTEN.exec(file.cutShort.text) : null;
  if (!found) return null;
  const start = found.index + (found.groups?.['before'] ?? '').length;
  return span(file.cutShort!, start, start + METHOD.length);
}

/** The entry with the size that one call gives it; the entry itself where the call keeps it. */
function established(call: RecordedCall, entry: DatabaseEntry, eras: readonly GemVersion[]): DatabaseEntry {
  const { at } = call;
  const config = call.args[0] ?? (call.named.size > 0 ? namedHash(call) : null);
  if (config === null) return entry;
  const unclear = (reason: string): DatabaseEntry => ({
    ...entry,
    pool: unknown(reason, { kind: 'code', at, from: [config.origin] }),
  });
  if (!config.known) return unclear(DOUBT);
  const { value } = config;
  if (value === null || value instanceof RubySymbol || value instanceof DatabaseConfig) return entry;
  if (value instanceof RubyHash) return fromSettings(call, entry, eras, settingsIn(value, config.assumes));
  if (!(value instanceof RubyString)) return unclear(DOUBT);
  const url = textOf(value, config.origin, config.assumes);
  if (!url.known) return unclear(url.reason);
  // Without a scheme it is the name of an entry.
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:/.test(url.value)) return entry;
  return fromSettings(call, entry, eras, (rails) => settingsOf(url.value, rails, url));
}

type Settings = (rails: GemVersion) => (key: string) => Lookup;

function fromSettings(
  call: RecordedCall,
  entry: DatabaseEntry,
  eras: readonly GemVersion[],
  settings: Settings,
): DatabaseEntry {
  const { at } = call;
  const lookup = eras[0] ? settings(eras[0])(entry.sizeKey) : null;
  const written = lookup && 'setting' in lookup ? lookup.setting : null;
  // What only passes through keeps its history, and its place.
  const kept = written !== null && written.origin === entry.settings.get(entry.sizeKey)?.origin;
  const pool = agree<PoolSize>(
    UNDECIDED,
    eras.map((rails) => poolSize(rails, settings(rails))),
  );
  const timeout = agree(
    UNDECIDED,
    eras.map((rails) => checkoutTimeout(settings(rails))),
  );
  const own = via(assuming(pool, call.assumes), (from) => ({ kind: 'code', at, from: [from] }));
  return {
    ...entry,
    settings: written && !kept ? new Map([...entry.settings, [entry.sizeKey, written]]) : entry.settings,
    pool: kept ? entry.pool : own,
    ...(kept ? {} : placesOf(call, entry, written)),
    checkoutTimeout: assuming(timeout, call.assumes),
  };
}

/** Where the size is written that a call sets, and what stands before it; the call where it is written nowhere. */
function placesOf(
  { at }: RecordedCall,
  { sizeKey }: DatabaseEntry,
  written: Traced<Setting> | null,
): Pick<DatabaseEntry, 'sizeAt' | 'sizeSaidAt'> {
  const value = written && writtenIn(written.origin);
  return value ? { sizeAt: value, sizeSaidAt: saidWith(sizeKey, value) } : { sizeAt: at, sizeSaidAt: null };
}

function settingsIn(hash: RubyHash, assumes: readonly Assumption[]): Settings {
  const entries = [...hash.entries.values()];
  return () => (key) => {
    // Rails symbolises the keys, so of `"pool"` and `:pool` the later one wins.
    const found = entries.findLast((entry) => entry.key.known && nameOf(entry.key.value) === key);
    if (found) return { setting: assuming(settingOf(found.value), assumes) };
    const unclear = entries.find((entry) => !entry.key.known);
    if (hash.blur) return { maybe: hash.blur.reason, origin: { kind: 'code', at: hash.blur.at, from: [] } };
    if (unclear && !unclear.key.known) return { maybe: unclear.key.reason, origin: unclear.key.origin };
    return { absent: allAssumptions(hash.assumes, assumes) };
  };
}

function nameOf(key: RubyValue): string | null {
  if (key instanceof RubySymbol) return key.name;
  return key instanceof RubyString && key.content.known ? key.content.value : null;
}

function settingOf(value: Value): Traced<Setting> {
  return combine(null, [scalarOf(value)], (scalar): Setting => {
    if (scalar === null || typeof scalar !== 'object') return scalar;
    if (scalar instanceof RubySymbol) return { className: 'Symbol', text: scalar.name };
    const className = scalar instanceof RubyArray ? 'Array' : 'Object';
    return { className, text: className };
  });
}

function settingsOf(url: string, rails: GemVersion, traced: Traced<string>): (key: string) => Lookup {
  if (!isParsedUrl(url, rails)) return () => ({ maybe: 'Rails does not take this URL apart', origin: traced.origin });
  try {
    const parts = settingsOfUrl(url, rails);
    return (key) => {
      const value = parts.get(key);
      return value === undefined ? { absent: [] } : { setting: combine(null, [traced], () => value) };
    };
  } catch (error) {
    if (!(error instanceof InvalidDatabaseUrl)) throw error;
    return () => ({ maybe: error.message, origin: traced.origin });
  }
}

function namedHash(call: RecordedCall): Value {
  const hash = new RubyHash();
  for (const [name, value] of call.named) {
    hash.entries.set(`y${name}`, { key: known<RubyValue>(RubySymbol.of(name), value.origin), value });
  }
  return known<RubyValue>(hash, { kind: 'code', at: call.at, from: [] });
}
