import { known } from '../../value/traced.ts';
import type { Answer, Call, Table } from '../call.ts';
import { inspectString } from '../inspect.ts';
import { raise } from '../signals.ts';
import { RubyObject, RubyString, type RubyValue } from '../values.ts';

const PARTS = ['scheme', 'user', 'password', 'host', 'port', 'path', 'query', 'fragment'] as const;
type Part = (typeof PARTS)[number];

const DEFAULT_PORTS: Readonly<Record<string, bigint>> = {
  http: 80n,
  https: 443n,
  ftp: 21n,
  ldap: 389n,
  ws: 80n,
  wss: 443n,
};

/** RFC 3986 as `URI.parse` reads it, for the URIs that configuration holds. */
const SHAPE =
  /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/(?:([^@/?#[\]:]*)(?::([^@/?#[\]]*))?@)?(\[[0-9A-Fa-f:.]+\]|[^/?#:@[\]]*)(?::(\d*))?)?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/;

/** `URI(text)` and `URI.parse(text)`. */
export function parseUri(c: Call): Answer {
  const value = c.arg(0);
  if (value instanceof RubyObject && value.class.name === 'URI::Generic') return c.raw(0);
  const text =
    c.textOf(value) ?? raise('URI::InvalidURIError', `bad URI (is not URI?): ${value === null ? 'nil' : ''}`);
  if (/[^\u0021-\u007e]|[<>"{}|\\^`]/.test(text))
    return raise('URI::InvalidURIError', `bad URI (is not URI?): ${inspectString(text)}`);
  const match = SHAPE.exec(text);
  if (!match) return raise('URI::InvalidURIError', `bad URI (is not URI?): ${inspectString(text)}`);
  const [, scheme, user, password, host, port, path = '', query, fragment] = match;
  if (scheme && host === undefined && !path.startsWith('/')) return c.unknown('an opaque URI');
  const object = new RubyObject(c.m.classes.get('URI::Generic')!);
  const set = (part: Part, one: RubyValue | string | undefined): void => {
    object.variables.set(`@${part}`, c.make(one ?? null));
  };
  set('scheme', scheme?.toLowerCase());
  set('user', user);
  set('password', password);
  set('host', host);
  set('port', port ? BigInt(port) : (DEFAULT_PORTS[scheme?.toLowerCase() ?? ''] ?? null));
  set('path', path);
  set('query', query);
  set('fragment', fragment);
  return object;
}

function partOf(c: Call, name: Part): RubyValue {
  return c.see((c.self.value as RubyObject).variables.get(`@${name}`)!);
}

function textOf(c: Call, name: Part): string | null {
  const value = partOf(c, name);
  return typeof value === 'bigint' ? value.toString() : c.textOf(value);
}

function print(c: Call): string {
  const scheme = textOf(c, 'scheme');
  const host = textOf(c, 'host');
  const port = textOf(c, 'port');
  const user = textOf(c, 'user');
  const password = textOf(c, 'password');
  const [path, query, fragment] = [textOf(c, 'path') ?? '', textOf(c, 'query'), textOf(c, 'fragment')];
  let result = scheme === null ? '' : `${scheme}:`;
  if (host !== null || ['postgres', 'file', 'postgresql'].includes(scheme ?? '')) {
    result += '//';
    if (user !== null) result += `${user}${password === null ? '' : `:${password}`}@`;
    result += host ?? '';
    if (port !== null && port !== String(DEFAULT_PORTS[scheme ?? ''] ?? '')) result += `:${port}`;
  }
  return result + path + (query === null ? '' : `?${query}`) + (fragment === null ? '' : `#${fragment}`);
}

function writer(name: Part) {
  return (c: Call): Answer => {
    const value = c.arg(0);
    const port =
      name === 'port' && value instanceof RubyString ? BigInt(c.textOf(value)!.replaceAll(/\D/g, '') || '0') : null;
    const stored = port === null ? c.raw(0) : known(port as RubyValue, c.raw(0).origin);
    (c.self.value as RubyObject).variables.set(`@${name}`, stored);
    return c.raw(0);
  };
}

export const URI_METHODS: Table = {
  ...Object.fromEntries(
    PARTS.map((name) => [name, (c: Call) => (c.self.value as RubyObject).variables.get(`@${name}`)!]),
  ),
  ...Object.fromEntries(PARTS.map((name) => [`${name}=`, writer(name)])),
  hostname: (c) => textOf(c, 'host')?.replaceAll(/^\[|\]$/g, '') ?? null,
  userinfo: (c) => {
    const user = textOf(c, 'user');
    const password = textOf(c, 'password');
    return user === null ? null : password === null ? user : `${user}:${password}`;
  },
  to_s: print,
  to_str: print,
  inspect: (c) => `#<URI::Generic ${print(c)}>`,
  '==': (c) => {
    const other = c.arg(0);
    if (!(other instanceof RubyObject)) return false;
    return c.unknown('whether two URIs are the same');
  },
  opaque: () => null,
  request_uri: (c) => {
    const query = textOf(c, 'query');
    return (textOf(c, 'path') || '/') + (query === null ? '' : `?${query}`);
  },
};

const component = (value: string): string =>
  encodeURIComponent(value).replaceAll(/[!'()~]/g, (char) => `%${char.codePointAt(0)!.toString(16).toUpperCase()}`);

export const URI_MODULE: Table = {
  encode_www_form_component: (c) =>
    component(c.textOf(c.arg(0)) ?? c.unknown('text this tool does not know')).replaceAll('%20', '+'),
  encode_uri_component: (c) => component(c.str(0)),
  decode_www_form_component: (c) => decode(c, c.str(0).replaceAll('+', ' ')),
  decode_uri_component: (c) => decode(c, c.str(0)),
  join: (c) => c.unknown('a joined URI'),
  extract: (c) => c.unknown('URIs in a text'),
  regexp: (c) => c.unknown('a pattern of URIs'),
  encode_www_form: (c) => c.unknown('a form'),
  decode_www_form: (c) => c.unknown('a form'),
};

function decode(c: Call, value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return c.unknown('a malformed escape');
  }
}
