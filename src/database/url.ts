import type { GemVersion } from '../versions/compare.ts';
import { atLeast } from '../versions/compare.ts';
import { InvalidUri, parseUri, unescapeUri, type RubyUri } from './ruby_uri.ts';

/** Scheme → adapter. Source: activerecord/lib/active_record.rb@v8.1.3.1 (protocol_adapters), earlier: `postgres` only. */
const ADAPTERS: Readonly<Record<string, string>> = { postgres: 'postgresql' };
const ADAPTERS_7_2: Readonly<Record<string, string>> = { sqlite: 'sqlite3', mysql: 'mysql2', postgres: 'postgresql' };

export class InvalidDatabaseUrl extends Error {}

/**
 * The settings a database URL stands for, as strings, blank ones dropped. Up to 6.1 the URL's own parts win over
 * query parameters of the same name, from 7.0 the query wins.
 * Source: activerecord/lib/active_record/database_configurations/connection_url_resolver.rb@v6.1.7.10, @v8.1.3.1
 * @throws InvalidDatabaseUrl where Rails would raise
 */
export function settingsOfUrl(url: string, rails: GemVersion): ReadonlyMap<string, string> {
  if (url.trim() === '') throw new InvalidDatabaseUrl('Database URL cannot be empty');
  const uri = parsed(url);
  const adapters = atLeast(rails, '7.2') ? ADAPTERS_7_2 : ADAPTERS;
  const adapterName = uri.scheme?.replaceAll('-', '_') ?? '';
  const adapter = adapters[adapterName] ?? adapterName;
  const [database = '', asked = null] = uri.opaque?.split(/\?([^]*)/) ?? [databaseIn(uri, adapter), uri.query];
  const own = { adapter, username: uri.user, password: uri.password, host: uri.host, port: uri.port, database };
  const ownParts = Object.entries(own).map(([key, value]): [string, string] => [key, String(value ?? '')]);
  const query = parametersOf(asked ?? '');
  // Of an opaque URL the own parts win in every version.
  const queryWins = atLeast(rails, '7.0') && uri.opaque === null;
  const merged = new Map(queryWins ? [...ownParts, ...query] : [...query, ...ownParts]);
  const filled = [...merged].filter(([, value]) => value.trim() !== '');
  return new Map(filled.map(([key, value]) => [key, unescapeUri(value)]));
}

function parsed(url: string): RubyUri {
  try {
    return parseUri(url);
  } catch (error) {
    if (error instanceof InvalidUri) throw new InvalidDatabaseUrl(error.message);
    throw error;
  }
}

/** `sqlite3:/foo` and `sqlite3://host/foo` name an absolute path; every other adapter a database name. */
function databaseIn({ path }: RubyUri, adapter: string): string {
  return adapter === 'sqlite3' ? (path ?? '') : (path ?? '').replace(/^\//, '');
}

/** `Hash[query.split("&").map { |pair| pair.split("=", 2) }]` */
function parametersOf(query: string): readonly (readonly [string, string])[] {
  const written = query.replace(/(?<!&)&+$/, '');
  if (written === '') return [];
  return written.split('&').map((pair) => {
    const [name = '', ...value] = pair.split('=');
    if (pair === '') throw new InvalidDatabaseUrl('ArgumentError: invalid number of elements (0 for 1..2)');
    return [name, value.join('=')];
  });
}

/** Whether Rails takes a `url:` apart at all. Source: activerecord/…/url_config.rb@v8.1.3.1 */
export function isParsedUrl(url: string, rails: GemVersion): boolean {
  if (url.startsWith('jdbc:')) return false;
  return !(atLeast(rails, '6.1') && /^https?:/.test(url));
}
