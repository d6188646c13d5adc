import { unescapeUri } from './ruby_uri.ts';

/**
 * The options a URL stands for under Sequel's names, blank ones dropped; none where it is no URL. A parameter of its
 * query wins over the part of the same name. Sequel takes it apart by RFC 3986, which allows more than Rails does: a
 * host may have an underscore.
 * Source: lib/sequel/database/connecting.rb@5.106.0 (options_from_uri, uri_to_options)
 */
export function partsOfSequelUrl(url: string): ReadonlyMap<string, string> {
  const parts = /^[A-Za-z][A-Za-z0-9+.-]*:(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?/.exec(url);
  if (!parts) return new Map();
  const [, authority, path = '', query = ''] = parts;
  const own =
    authority === undefined ? [['database', path] as const] : [...partsOfAuthority(authority), ...named(path)];
  const asked = query.split('&').map((pair): [string, string] => {
    const [name = '', value = ''] = pair.split('=');
    return [name, value];
  });
  const merged = [...new Map([...own, ...asked])].filter(([name, value]) => name !== '' && value.trim() !== '');
  return new Map(merged.map(([name, value]) => [name === 'username' ? 'user' : name, unescapeUri(value)]));
}

function partsOfAuthority(authority: string): readonly (readonly [string, string])[] {
  const at = authority.lastIndexOf('@');
  const [user = '', ...password] = (at === -1 ? '' : authority.slice(0, at)).split(':');
  const address = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority.slice(at + 1));
  const host = address?.[1] ?? authority.slice(at + 1);
  return [
    ['user', user],
    ['password', password.join(':')],
    ['host', host.replace(/^\[|\]$/g, '')],
    ['port', address?.[2] ?? ''],
  ];
}

function named(path: string): readonly (readonly [string, string])[] {
  return [['database', path.replace(/^\//, '')]];
}
