import type { GemVersion } from '../versions/compare.ts';
import { atLeast } from '../versions/compare.ts';

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
  if (url === '') throw new InvalidDatabaseUrl('Database URL cannot be empty');
  const parts = /^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?/.exec(url);
  if (!parts) throw new InvalidDatabaseUrl('the database URL has no scheme');
  const [, scheme = '', authority, path = '', query = ''] = parts;
  const adapters = atLeast(rails, '7.2') ? ADAPTERS_7_2 : ADAPTERS;
  const adapterName = scheme.replaceAll('-', '_');
  const adapter = adapters[adapterName] ?? adapterName;
  const own = new Map<string, string>([['adapter', adapter]]);
  if (authority === undefined) {
    // An opaque URL, `sqlite3:db/x.sqlite3`: what follows the scheme is the database.
    own.set('database', decode(path));
  } else {
    const at = authority.lastIndexOf('@');
    const [user = '', ...password] = (at === -1 ? '' : authority.slice(0, at)).split(':');
    const address = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority.slice(at + 1));
    own.set('username', decode(user));
    own.set('password', decode(password.join(':')));
    own.set('host', decode((address?.[1] ?? authority.slice(at + 1)).replace(/^\[|\]$/g, '')));
    own.set('port', address?.[2] ?? '');
    // `sqlite3:/foo` and `sqlite3://host/foo` name an absolute path; every other adapter a database name.
    own.set('database', decode(adapter === 'sqlite3' ? path : path.replace(/^\//, '')));
  }
  const asked = new Map<string, string>();
  for (const pair of query.split('&')) {
    const [name = '', ...value] = pair.split('=');
    if (name !== '') asked.set(decode(name), decode(value.join('=')));
  }
  const merged = atLeast(rails, '7.0') ? new Map([...own, ...asked]) : new Map([...asked, ...own]);
  return new Map([...merged].filter(([, value]) => value.trim() !== ''));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether Rails takes a `url:` apart at all. Source: activerecord/…/url_config.rb@v8.1.3.1 */
export function isParsedUrl(url: string, rails: GemVersion): boolean {
  if (url.startsWith('jdbc:')) return false;
  return !(atLeast(rails, '6.1') && /^https?:/.test(url));
}
