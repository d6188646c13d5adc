import type { Span } from '../text/source.ts';
import type { Environment } from '../value/environment.ts';
import { writtenIn } from '../value/history.ts';
import type { Assumption, Origin } from '../value/origin.ts';
import { assuming, combine, known, unknown, type Traced } from '../value/traced.ts';
import { atLeast, type GemVersion } from '../versions/compare.ts';
import type { PsychNode } from '../yaml/node.ts';
import { decidedOutside } from './decided_outside.ts';
import type { DatabaseEntry, Setting, SizeKey, WrittenKey } from './entry.ts';
import { checkoutTimeout, poolSize, type Lookup } from './pool.ts';
import type { ConfigurationHash } from './sections.ts';
import { sectionOf } from './sections.ts';
import { serverKey } from './server.ts';
import { conflictIn, unusableSection, type Conflict } from './validation.ts';
import { settingIn, writtenKey } from './written.ts';
import { InvalidDatabaseUrl, isParsedUrl, settingsOfUrl } from './url.ts';

/** What database.yml and the URL variables configure, in one possible world, for one version of Rails. */
export interface Resolution {
  readonly entries: readonly DatabaseEntry[];
  /** Rails raises while it reads the configuration: the process does not boot. */
  readonly raises: Conflict | null;
  /** Whether this version finds no database in what is written, so that nobody runs it with this file. */
  readonly lost?: boolean;
}

/** Where production keeps its servers and secrets: nothing in a repository that leaves them out decides them. */
const DECIDED_OUTSIDE = new Set(['url', 'host', 'port', 'socket', 'username', 'password', 'database']);

/**
 * Reads database.yml as Rails does. Sources: activerecord/lib/active_record/database_configurations.rb and
 * …/database_configurations/{hash_config,url_config,connection_url_resolver}.rb @v6.0.6.1 … v8.1.3.1; 5.x:
 * activerecord/lib/active_record/connection_handling.rb.
 */
export function resolveDatabases(
  root: PsychNode | null,
  environmentName: string,
  rails: GemVersion,
  environment: Environment,
): Resolution {
  const conflict = unusableSection(root, rails) ?? conflictIn(root, rails);
  if (conflict) return { entries: [], raises: conflict };
  const section = sectionOf(root, environmentName, rails);
  switch (section.kind) {
    case 'raises':
      return { entries: [], raises: { message: section.message, at: section.entry.keyAt, assumes: [] } };
    case 'unknown': {
      const entry = unknownEntry(section.reason, section.origin);
      return { entries: [entry], raises: null };
    }
    case 'url': {
      const { entry } = section;
      const hash: ConfigurationHash = {
        name: 'primary',
        entries: new Map([['url', { ...entry, value: entry.value }]]),
        node: entry.value,
        key: entry,
        absent: [],
        open: null,
      };
      return resolveAll([hash], environment, rails);
    }
    case 'none': {
      const resolution = resolveAll([], environment, rails);
      // A file without this environment: Rails raises unless DATABASE_URL is set, so production certainly sets it.
      const silent = resolution.entries.length === 0 && resolution.raises === null && root !== null;
      return silent ? { entries: [entryOfUnsetUrl(rails)], raises: null } : resolution;
    }
    case 'entries': {
      const { threeLevel } = section;
      if (!threeLevel || !isLostToFive(environment, rails)) return resolveAll(section.hashes, environment, rails);
      const origin: Origin = { kind: 'literal', at: threeLevel.keyAt };
      const entry = unknownEntry('this Rails takes no entries from below an environment', origin);
      return { entries: [entry], raises: null, lost: true };
    }
  }
}

/**
 * Entries below an environment are none to Rails 5.0, and none to 5.1 and 5.2 where DATABASE_URL puts a `url` beside
 * them; without it their resolver takes them for entries.
 * Source: activerecord/lib/active_record/connection_adapters/connection_specification.rb@v5.0.7.2, @v5.2.8.1 (resolve_all)
 */
function isLostToFive(environment: Environment, rails: GemVersion): boolean {
  if (atLeast(rails, '6.0')) return false;
  const url = environment.get('DATABASE_URL');
  return !atLeast(rails, '5.1') || !url.known || url.value !== null;
}

/**
 * What Rails raises where there is no file: only DATABASE_URL stands for one, whatever PRIMARY_DATABASE_URL says.
 * Source: railties/lib/rails/application/configuration.rb@v5.2.8.1 … v8.1.3.1 (database_configuration)
 */
export function withoutFile(environment: Environment): Conflict | null {
  const [any, own] = ['DATABASE_URL', 'PRIMARY_DATABASE_URL'].map((name) => environment.get(name));
  const noFile = any?.known === true && any.value === null;
  if (!noFile || !own || (own.known && own.value === null)) return null;
  const message = 'there is no config/database.yml, and DATABASE_URL is not set';
  return { message, at: writtenIn(own.origin), assumes: any.assumes };
}

function resolveAll(hashes: readonly ConfigurationHash[], environment: Environment, rails: GemVersion): Resolution {
  const entries: DatabaseEntry[] = [];
  for (const hash of hashes) {
    const resolved = resolveEntry(hash, environment, rails);
    if ('raises' in resolved) return { entries: [], raises: resolved.raises };
    entries.push(resolved);
  }
  if (entries.length > 0) return { entries, raises: null };
  // No entry at all: Rails makes one named `primary` from the variable alone.
  const url = urlVariable('primary', environment, rails);
  if (!url) return { entries: [], raises: null };
  const resolved = finish(nothingWritten(new Map(), []), url, rails);
  return 'raises' in resolved ? { entries: [], raises: resolved.raises } : { entries: [resolved], raises: null };
}

interface Gathered {
  readonly name: string;
  readonly settings: Map<string, Traced<Setting>>;
  /** Where the values stand that the file writes. */
  readonly places: ReadonlyMap<string, Span>;
  readonly keys: readonly WrittenKey[];
  readonly at: Span | null;
  readonly absent: readonly Assumption[];
  readonly open: string | null;
}

type Raises = { readonly raises: Conflict };

function resolveEntry(hash: ConfigurationHash, environment: Environment, rails: GemVersion): DatabaseEntry | Raises {
  const settings = new Map<string, Traced<Setting>>();
  const places = new Map<string, Span>();
  for (const [key, entry] of hash.entries) {
    const setting = settingIn(entry.value);
    if (setting) settings.set(key, setting);
    places.set(key, entry.value.at);
  }
  const { name, absent, open } = hash;
  const keys = [...hash.entries.values()].map(writtenKey);
  const gathered: Gathered = { name, settings, places, keys, at: hash.key.keyAt, absent, open };
  const written = settings.get('url');
  // A `url:` that is nil counts as one up to 7.0: the variable is then not applied.
  const own = written && !(atLeast(rails, '7.1') && written.known && written.value === null) ? written : null;
  const url = own && !isFiveAndNil(own, rails) ? own : urlVariable(hash.name, environment, rails);
  return finish(gathered, url, rails);
}

/** Rails 5 says `config["url"] ||= ENV["DATABASE_URL"]`. */
function isFiveAndNil(url: Traced<Setting>, rails: GemVersion): boolean {
  return !atLeast(rails, '6.0') && url.known && url.value === null;
}

/** The URL variable that Rails applies to an entry, or null where none is set. */
function urlVariable(name: string, environment: Environment, rails: GemVersion): Traced<Setting> | null {
  const own = atLeast(rails, '6.0') ? [`${name.toUpperCase()}_DATABASE_URL`] : [];
  const shared = name === 'primary' || !atLeast(rails, '6.0') ? ['DATABASE_URL'] : [];
  for (const variable of [...own, ...shared]) {
    const state = environment.get(variable);
    if (!state.known || state.value !== null) return state;
  }
  return null;
}

function finish(gathered: Gathered, url: Traced<Setting> | null, rails: GemVersion): DatabaseEntry | Raises {
  const settings = new Map(gathered.settings);
  if (url) {
    const merged = mergeUrl(settings, url, gathered, rails);
    if (merged) return merged;
  }
  for (const key of DECIDED_OUTSIDE) {
    const setting = settings.get(key);
    if (setting) settings.set(key, decidedOutside(setting));
  }
  const read = (key: string): Lookup => {
    const setting = settings.get(key);
    if (setting) return { setting };
    if (gathered.open !== null && gathered.at) {
      return { maybe: gathered.open, origin: { kind: 'literal', at: gathered.at } };
    }
    return { absent: gathered.absent };
  };
  const sizeKey = sizeKeyOf(settings, rails);
  const size = settings.get(sizeKey);
  const fromUrl = size?.origin.kind === 'url' ? size.origin.at : null;
  const adapter = adapterOf(read('adapter'), settings.get('url'));
  return {
    name: gathered.name,
    at: gathered.at ?? null,
    settings,
    keys: gathered.keys,
    adapter,
    pool: poolSize(rails, read),
    sizeKey,
    sizeAt: size ? (fromUrl ?? gathered.places.get(sizeKey) ?? null) : null,
    checkoutTimeout: checkoutTimeout(read),
    replica: isTrue(settings.get('replica')),
    server: serverKey(adapter, settings, settings.get('url') ?? url),
  };
}

function sizeKeyOf(settings: ReadonlyMap<string, unknown>, rails: GemVersion): SizeKey {
  if (!atLeast(rails, '8.1')) return 'pool';
  return settings.has('pool') && !settings.has('max_connections') ? 'pool' : 'max_connections';
}

/** Merges what a URL says over the hash: the URL wins key by key. */
function mergeUrl(
  settings: Map<string, Traced<Setting>>,
  url: Traced<Setting>,
  gathered: Gathered,
  rails: GemVersion,
): Raises | null {
  const seen = decidedOutside(url);
  settings.set('url', seen);
  if (!url.known) {
    // The URL wins key by key, and nobody can see which keys it has.
    for (const key of DECIDED_OUTSIDE) {
      if (key !== 'url' && settings.has(key)) settings.set(key, unknown(`the URL decides: ${url.reason}`, url.origin));
    }
    // A file beside the app needs no URL: whoever sets one may well mean another database.
    if (isSqlite(settings.get('adapter')))
      settings.set('adapter', unknown(`the URL names the adapter: ${url.reason}`, url.origin));
    return null;
  }
  if (typeof url.value !== 'string') return null;
  // A URL that only a fallback gives is not the one production uses, but the keys it would add are still its own.
  if (!isParsedUrl(url.value, rails)) return null;
  let parts: ReadonlyMap<string, string>;
  try {
    parts = settingsOfUrl(url.value, rails);
  } catch (error) {
    if (!(error instanceof InvalidDatabaseUrl)) throw error;
    return { raises: { message: error.message, at: gathered.at, assumes: url.assumes } };
  }
  settings.delete('url');
  for (const [key, value] of parts) {
    settings.set(key, known<Setting>(value, urlStep(url.origin), url.assumes));
  }
  return null;
}

function isSqlite(adapter: Traced<Setting> | undefined): boolean {
  return adapter?.known === true && String(adapter.value).startsWith('sqlite');
}

function urlStep(origin: Origin): Origin {
  const at = writtenIn(origin);
  return at ? { kind: 'url', at, from: [origin] } : origin;
}

function adapterOf(lookup: Lookup, url: Traced<Setting> | undefined): Traced<string | null> {
  if ('setting' in lookup) return combine(null, [lookup.setting], (value) => (value === null ? null : String(value)));
  if ('maybe' in lookup) return unknown(lookup.maybe, lookup.origin);
  if (url && !url.known) return unknown(`the URL names the adapter: ${url.reason}`, url.origin);
  return assuming(known<string | null>(null, { kind: 'assumed', text: 'no adapter is named' }), lookup.absent);
}

function isTrue(setting: Traced<Setting> | undefined): boolean {
  return setting?.known === true && (setting.value === true || setting.value === 'true');
}

function entryOfUnsetUrl(rails: GemVersion): DatabaseEntry {
  const variable = 'DATABASE_URL';
  const assumes: readonly Assumption[] = [{ kind: 'unset', variable }];
  const url: Traced<Setting> = known(null, { kind: 'unset', variable, at: null }, assumes);
  return finish(nothingWritten(new Map([['url', url]]), assumes), null, rails) as DatabaseEntry;
}

function nothingWritten(settings: Map<string, Traced<Setting>>, absent: readonly Assumption[]): Gathered {
  return { name: 'primary', settings, places: new Map(), keys: [], at: null, absent, open: null };
}

function unknownEntry(reason: string, origin: Origin): DatabaseEntry {
  const nothing = <T>(): Traced<T> => unknown<T>(reason, origin);
  return {
    name: 'primary',
    at: 'at' in origin ? (origin.at ?? null) : null,
    settings: new Map(),
    keys: [],
    adapter: nothing(),
    pool: nothing(),
    sizeKey: 'pool',
    sizeAt: null,
    checkoutTimeout: nothing(),
    replica: false,
    server: { key: '', name: null, open: false },
  };
}
