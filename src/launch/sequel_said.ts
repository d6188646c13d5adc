import type { SequelConnection, SequelShard } from '../database/sequel.ts';
import type { Setting } from '../database/entry.ts';
import { settingOf } from '../database/setting.ts';
import { RubyArray, RubyHash, RubyString, RubySymbol, type Value } from '../ruby/values.ts';
import { plainValue } from '../systems/coercion.ts';
import { spanText, type Span } from '../text/source.ts';
import { writtenIn } from '../value/history.ts';
import { assuming, combine, known, unknown, type Traced } from '../value/traced.ts';
import type { RecordedCall } from './recorder.ts';
import { saidInWorld } from './said.ts';

/** What a file says makes a connection, without a name yet. */
export interface Said extends Omit<SequelConnection, 'name' | 'variable'> {
  /** The gateway of ROM, where one is named. */
  readonly gateway: string | null;
}

const ADAPTERS = /^Sequel\.(postgres|mysql2?|trilogy|sqlite|tinytds)$/;

/**
 * The databases that one course of a file connects to: `Sequel.connect(url, options)`, `Sequel.postgres(…)`,
 * `ROM.container(:sql, url, options)`, `ROM::Configuration.new(default: [:sql, url])`. With a block, a connection is
 * closed behind it. Source: lib/sequel/core.rb@5.106.0 (connect), lib/rom/configuration.rb@v5.4.3 (rom-core)
 */
export function connectionsIn(calls: readonly RecordedCall[]): readonly Said[] {
  return saidInWorld(calls).flatMap(({ path, call }): readonly Said[] => {
    if (path === 'Sequel.connect') return call.hasBlock ? [] : [connection(call.args, call, null)];
    const named = ADAPTERS.exec(path)?.[1];
    if (named !== undefined) return call.hasBlock ? [] : [byAdapter(named, call)];
    if (path === 'ROM.container' || path === 'ROM::Configuration.new') return gatewaysOf(call);
    return [];
  });
}

/** Whether a course connects at all, if only for the time of a block. */
export function connects(calls: readonly RecordedCall[]): boolean {
  const makes = /^(?:Sequel\.connect|ROM\.container|ROM::Configuration\.new)$/;
  return saidInWorld(calls).some(({ path }) => makes.test(path) || ADAPTERS.test(path));
}

/** `Sequel.postgres("shop", max_connections: 5)`: the name of the database comes first. */
function byAdapter(adapter: string, call: RecordedCall): Said {
  const [first, ...rest] = call.args;
  const isDatabase = first?.known === true && first.value instanceof RubyString;
  const said = connection(isDatabase ? rest : call.args, call, null);
  const options = new Map(said.options);
  if (isDatabase) options.set('database', settingFrom(first, call));
  return { ...said, url: null, options, adapter: known<string | null>(adapter, { kind: 'literal', at: call.at }) };
}

/** Each gateway of ROM is a database of its own; adapters other than SQL have none. */
function gatewaysOf(call: RecordedCall): readonly Said[] {
  const [first, ...rest] = call.args;
  if (symbolIn(first) === 'sql') return [connection(rest, call, 'default')];
  const gateways = [...call.named, ...(first ? pairsOf(first) : [])];
  return gateways.flatMap(([name, value]) => {
    if (!value.known || !(value.value instanceof RubyArray)) return [];
    const [adapter, ...args] = value.value.items;
    return symbolIn(adapter) === 'sql' ? [connection(args, { ...call, named: new Map() }, name)] : [];
  });
}

function connection(args: readonly Value[], call: RecordedCall, gateway: string | null): Said {
  const options = new Map<string, Traced<Setting>>();
  const places = new Map<string, Span>();
  let url: Traced<Setting> | null = null;
  let open: Said['open'] = null;
  let shards: readonly SequelShard[] = [];
  const put = (name: string, value: Value): void => {
    if (name === 'servers' && value.known && value.value instanceof RubyHash) {
      shards = shardsIn(value, call);
      if (value.value.blur) open = { reason: value.value.blur.reason, origin: value.origin };
      return;
    }
    const key = name === 'username' ? 'user' : name;
    const setting = settingFrom(value, call);
    options.set(key, setting);
    const at = writtenIn(setting.origin);
    if (at) places.set(key, at);
  };
  args.forEach((arg, index) => {
    if (arg.known && arg.value instanceof RubyHash) {
      for (const [key, value] of pairsOf(arg)) put(key, value);
      if (arg.value.blur) open = { reason: arg.value.blur.reason, origin: arg.origin };
    } else if (index === 0 && isUrl(arg)) url = settingFrom(arg, call);
    else if (index === 0) open = { reason: arg.known ? NO_URL : arg.reason, origin: arg.origin };
    else if (!arg.known) open = { reason: arg.reason, origin: arg.origin };
  });
  for (const [key, value] of call.named) put(key, value);
  return { gateway, at: call.at, url, options, places, adapter: null, open, shards };
}

/** `servers: { read_only: { host: "replica.shop.example" } }`; the options of a default one are those of all. */
function shardsIn(servers: Value, call: RecordedCall): readonly SequelShard[] {
  return pairsOf(servers)
    .filter(([name]) => name !== 'default')
    .map(([name, own]) => {
      const said = pairsOf(own).map(
        ([key, value]) => [key === 'username' ? 'user' : key, settingFrom(value, call)] as const,
      );
      const decided = own.known && own.value instanceof RubyHash;
      const host = unknown<Setting>('a block decides the options of this shard', own.origin);
      return { name, options: new Map(decided ? said : [['host', host] as const]) };
    });
}

const NO_URL = 'what Sequel connects with is neither a URL nor options that this tool can read';

/** Names that only a URL has: `ENV[…]`, `settings.database_url`, `config[:url]`. */
const NAMES_URL = /^ENV\b|(?:ur[il]|dsn)[!?]?["'\])]*$/i;

/**
 * Whether the first argument is a URL: it may as well be a Hash of options, with a size of its own, unless it is a
 * text, comes from a variable, or is called one. Source: lib/sequel/database/connecting.rb@5.106.0 (connect)
 */
function isUrl(arg: Value): boolean {
  if (arg.known) return arg.value === null || arg.value instanceof RubyString;
  const { kind } = arg.origin;
  if (kind === 'env' || kind === 'unset' || kind === 'fallback') return true;
  const at = writtenIn(arg.origin);
  return at !== null && NAMES_URL.test(spanText(at).trim());
}

/** A value as a setting, assuming what the conditions around the call assume. */
export function settingFrom(value: Value, call: RecordedCall): Traced<Setting> {
  return assuming(combine(null, [plainValue(value)], settingOf), call.assumes);
}

function pairsOf(value: Value): readonly (readonly [string, Value])[] {
  if (!value.known || !(value.value instanceof RubyHash)) return [];
  return [...value.value.entries.values()].flatMap((entry) => {
    const name = nameIn(entry.key);
    return name === null ? [] : [[name, entry.value] as const];
  });
}

function nameIn(key: Value): string | null {
  const symbol = symbolIn(key);
  if (symbol !== null) return symbol;
  return key.known && key.value instanceof RubyString && key.value.content.known ? key.value.content.value : null;
}

export function symbolIn(value: Value | undefined): string | null {
  return value?.known === true && value.value instanceof RubySymbol ? value.value.name : null;
}
