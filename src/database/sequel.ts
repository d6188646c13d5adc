import type { Span } from '../text/source.ts';
import { unsetVariables, writtenIn } from '../value/history.ts';
import { allAssumptions, type Assumption, type Origin } from '../value/origin.ts';
import { agree, assuming, known, unknown, via, type Known, type Traced } from '../value/traced.ts';
import { decidedOutside } from './decided_outside.ts';
import type { DatabaseEntry, PoolSize, Setting } from './entry.ts';
import { serverKey } from './server.ts';
import { partsOfSequelUrl } from './sequel_url.ts';

/** What makes one `Sequel::Database`: a URL, options, or both. */
export interface SequelConnection {
  readonly name: string;
  /** Where the connection is made; null where a gem makes it by itself. */
  readonly at: Span | null;
  /** The variable that gives the URL, where no file reads it: `DATABASE_URL`. */
  readonly variable: string | null;
  readonly url: Traced<Setting> | null;
  readonly options: ReadonlyMap<string, Traced<Setting>>;
  /** Where the value of each option stands. */
  readonly places: ReadonlyMap<string, Span>;
  /** What `Sequel.postgres` and `Sequel.mysql2` say by their name, or what the bundle leaves no choice of. */
  readonly adapter: Traced<string | null> | null;
  /** Options nobody can see, or null. */
  readonly open: { readonly reason: string; readonly origin: Origin } | null;
  /** What `servers:` adds to the default one: each has the options of the connection, and its own over them. */
  readonly shards?: readonly SequelShard[];
}

/** One entry of `servers:`. */
export interface SequelShard {
  readonly name: string;
  readonly options: ReadonlyMap<string, Traced<Setting>>;
}

const DEFAULT_SIZE = 4;
const SOURCE = 'lib/sequel/connection_pool/timed_queue.rb@5.106.0';
const DEFAULT: Origin = {
  kind: 'default',
  text: "Sequel's default",
  row: { gem: 'sequel', versions: 'every Sequel', source: SOURCE },
};

/** Every connection to a database in memory would be another database. Source: lib/sequel/adapters/sqlite.rb@5.106.0 */
const IN_MEMORY: Origin = {
  kind: 'default',
  text: "Sequel's default for a database in memory",
  row: { gem: 'sequel', versions: 'every Sequel', source: 'lib/sequel/adapters/sqlite.rb@5.106.0' },
};

/** Keys that production certainly sets where a repository leaves them out. */
const DECIDED_OUTSIDE = new Set(['host', 'port', 'socket', 'user', 'password', 'database']);

/**
 * The pools of a connection: the size is that of each shard, whatever a shard says of it.
 * Source: lib/sequel/connection_pool/sharded_timed_queue.rb@5.106.0 (max_size), lib/sequel/database/connecting.rb@5.106.0
 * (server_opts)
 */
export function sequelEntries(connection: SequelConnection): readonly DatabaseEntry[] {
  const { name, options, shards = [] } = connection;
  const own = shards.map((shard): SequelConnection => {
    const other = [...shard.options].filter(([key]) => !OF_THE_POOL.has(key));
    return { ...connection, name: `${name}.${shard.name}`, options: new Map([...options, ...other]) };
  });
  return [connection, ...own].map(sequelEntry);
}

/** What the pool of all shards asks the connection for. */
const OF_THE_POOL = new Set(['max_connections', 'pool_timeout', 'pool_class', 'single_threaded']);

/**
 * A connection as an entry. Options win over the query of the URL, the opposite of Active Record.
 * Source: lib/sequel/database/connecting.rb@5.106.0 (connect: `options_from_uri(uri).merge!(opts)`)
 */
export function sequelEntry(connection: SequelConnection): DatabaseEntry {
  const { name, at, options, places, open } = connection;
  const url = connection.url && decidedOutside(connection.url);
  const fromUrl = url?.known ? partsOf(url) : new Map<string, Traced<Setting>>();
  const settings = new Map([...fromUrl, ...[...options].map(([key, value]) => [key, settled(key, value)] as const)]);
  if (url && !url.known) settings.set('url', url);
  const unseen = url !== null && !url.known;
  // What a URL that nobody sees would say besides, is assumed not to be there.
  const absent: readonly Assumption[] = unseen ? [assumedOf(connection)] : [];
  const adapter = adapterOf(connection, settings, url);
  const inMemory =
    adapter.known && adapter.value === 'sqlite' && !unseen && isInMemory(settings.get('database') ?? null);
  const fallback = known(inMemory ? 1 : DEFAULT_SIZE, inMemory ? IN_MEMORY : DEFAULT, absent);
  const size = settings.get('max_connections');
  const timeout = settings.get('pool_timeout');
  // A blank max_connections takes the place of what a database in memory would get by itself.
  const read = poolOf(settings, size ?? null, size ? known(DEFAULT_SIZE, DEFAULT, absent) : fallback, open);
  const pool =
    isQueryInMemory(url) && !options.has('max_connections')
      ? unknown<PoolSize>('Sequel takes the query of such a URL differently from version to version', read.origin)
      : read;
  return {
    name,
    at,
    settings,
    keys: [],
    adapter,
    pool,
    sizeKey: 'max_connections',
    sizeAt: size ? (places.get('max_connections') ?? writtenIn(size.origin)) : null,
    checkoutTimeout: timeoutOf(timeout ?? null, absent, open),
    replica: false,
    server: serverOf(connection, adapter, settings, url),
    orm: 'sequel',
    ignoredSize: settings.has('pool') && !size ? (places.get('pool') ?? null) : null,
  };
}

/** `sqlite::memory:?max_connections=7`: what becomes of the query differs from one Sequel to the next. */
function isQueryInMemory(url: Traced<Setting> | null): boolean {
  return url?.known === true && /^sqlite:(?:\/?:memory:|\/{0,3})\?/.test(text(url.value));
}

function poolOf(
  settings: ReadonlyMap<string, Traced<Setting>>,
  size: Traced<Setting> | null,
  fallback: Known<number>,
  open: SequelConnection['open'],
): Traced<PoolSize> {
  for (const key of ['pool_class', 'single_threaded']) {
    const said = settings.get(key);
    const usual = said?.known === true && (said.value === null || said.value === false || isThreaded(said.value));
    if (said && !usual) return unknown(`${key} chooses another kind of pool`, said.origin);
  }
  if (size) return converted(size, toSize, fallback);
  return open ? unknown(open.reason, open.origin) : fallback;
}

function timeoutOf(
  timeout: Traced<Setting> | null,
  absent: readonly Assumption[],
  open: SequelConnection['open'],
): Traced<number> {
  if (timeout) return converted(timeout, toFloat, known(5, DEFAULT));
  return open ? unknown(open.reason, open.origin) : known(5, DEFAULT, absent);
}

function isThreaded(value: Setting): boolean {
  const name = typeof value === 'object' && value !== null ? value.text : value;
  return typeof name === 'string' && /^(?:sharded_)?(?:threaded|timed_queue)$/.test(name);
}

/** What Ruby raises for a size or a time; null where it raises nothing. */
export function raisedBy({ pool }: DatabaseEntry): string | null {
  return !pool.known && pool.reason.startsWith(RAISES) ? pool.reason.slice(RAISES.length) : null;
}

const RAISES = 'Sequel raises ';

type Conversion = { readonly value: number } | { readonly raises: string } | 'default';

function converted(
  setting: Traced<Setting>,
  convert: (value: Setting) => Conversion,
  fallback: Known<number>,
): Traced<number> {
  const one = (value: Known<Setting>): Traced<number> => {
    const result = convert(value.value);
    if (result === 'default') {
      return known(fallback.value, fallback.origin, allAssumptions(value.assumes, fallback.assumes));
    }
    if ('raises' in result) return unknown(RAISES + result.raises, value.origin);
    return known(result.value, value.origin, value.assumes);
  };
  if (setting.known) return one(setting);
  if (!setting.candidates) return unknown(setting.reason, setting.origin);
  return agree(setting.reason, setting.candidates.map(one));
}

/** `Integer(opts[:max_connections] || 4)`, which has to be positive. Source: see `SOURCE` */
function toSize(value: Setting): Conversion {
  if (value === null || value === false) return 'default';
  const number = kernelInteger(value);
  if (number === null) return { raises: `ArgumentError: invalid value for Integer(): ${JSON.stringify(text(value))}` };
  return number < 1 ? { raises: 'Sequel::Error: :max_connections must be positive' } : { value: number };
}

function toFloat(value: Setting): Conversion {
  if (value === null || value === false) return 'default';
  const number = Number(text(value));
  return Number.isFinite(number) ? { value: number } : { raises: 'ArgumentError: invalid value for Float()' };
}

function kernelInteger(value: Setting): number | null {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return Math.trunc(value);
  if (typeof value !== 'string') return null;
  const digits = value.trim().replace(/(?<=\d)_(?=\d)/g, '');
  if (/^[+-]?(?:0|[1-9]\d*)$/.test(digits)) return Number(digits);
  if (/^0[0-7]+$/.test(digits)) return Number.parseInt(digits, 8);
  return /^0(?:x[\da-f]+|b[01]+|o[0-7]+)$/i.test(digits) ? Number(digits) : null;
}

function text(value: Setting): string {
  if (value === null) return '';
  return typeof value === 'object' ? value.text : String(value);
}

/** The parts of a URL under Sequel's names. A blank parameter is as good as none. */
function partsOf(url: Known<Setting>): Map<string, Traced<Setting>> {
  const parts = new Map<string, Traced<Setting>>();
  if (typeof url.value !== 'string') return parts;
  const at = writtenIn(url.origin);
  const step = (from: Origin): Origin => (at ? { kind: 'url', at, from: [from] } : from);
  for (const [key, value] of partsOfSequelUrl(url.value)) {
    parts.set(key, via(known<Setting>(value, url.origin, url.assumes), step));
  }
  const scheme = /^([a-z]\w*):/.exec(url.value)?.[1];
  // Source: lib/sequel/adapters/sqlite.rb@5.106.0 (uri_to_options): host and path are one name of a file.
  const file = /^sqlite:\/\/([^?#]*)/.exec(url.value)?.[1];
  if (file !== undefined) {
    parts.delete('host');
    parts.set('database', known<Setting>(file === '/' ? '' : file, url.origin, url.assumes));
  }
  if (scheme !== undefined) parts.set('adapter', known<Setting>(scheme, url.origin, url.assumes));
  return parts;
}

function settled(key: string, value: Traced<Setting>): Traced<Setting> {
  return DECIDED_OUTSIDE.has(key) ? decidedOutside(value) : value;
}

function assumedOf({ url, variable }: SequelConnection): Assumption {
  const [unset] = url ? unsetVariables(url.origin) : [];
  const named = unset ?? variable;
  if (named !== undefined && named !== null) return { kind: 'unset', variable: named };
  return { kind: 'reachable', text: 'the URL names no max_connections' };
}

function adapterOf(
  { adapter, open }: SequelConnection,
  settings: ReadonlyMap<string, Traced<Setting>>,
  url: Traced<Setting> | null,
): Traced<string | null> {
  const said = settings.get('adapter');
  if (said?.known) return known(said.value === null ? null : text(said.value), said.origin, said.assumes);
  if (said) return unknown(said.reason, said.origin);
  if (adapter) return adapter;
  if (url && !url.known) return unknown(`the URL names the adapter: ${url.reason}`, url.origin);
  if (open) return unknown(open.reason, open.origin);
  return known<string | null>(null, { kind: 'assumed', text: 'no adapter is named' });
}

function isInMemory(database: Traced<Setting> | null): boolean {
  return database === null || (database.known && /^(?:\/?:memory:|\/?)$/.test(text(database.value)));
}

/** The names that Active Record has for the same databases, for their ports. */
const SAME: Readonly<Record<string, string>> = { postgres: 'postgresql', mysql: 'mysql2', sqlite: 'sqlite3' };

function serverOf(
  { variable, open }: SequelConnection,
  adapter: Traced<string | null>,
  settings: ReadonlyMap<string, Traced<Setting>>,
  url: Traced<Setting> | null,
): DatabaseEntry['server'] {
  const alike = adapter.known && adapter.value !== null ? SAME[adapter.value] : undefined;
  const named = alike === undefined ? adapter : assuming(known<string | null>(alike, adapter.origin), []);
  const from = url ?? (open ? unknown<Setting>(open.reason, open.origin) : null);
  const server = serverKey(named, settings, from);
  // Two variables that nothing sets are two servers until somebody says otherwise.
  if (server && server.name === null && variable !== null && url && !url.known) {
    return { key: `url ${variable}`, name: null, open: true };
  }
  return server;
}
