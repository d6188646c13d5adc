/** What Ruby takes a URI apart into. Parts that are not there are null. */
export interface RubyUri {
  readonly scheme: string | null;
  readonly user: string | null;
  readonly password: string | null;
  /** An IPv6 address without its brackets, as `hostname` gives it. */
  readonly host: string | null;
  readonly port: number | null;
  /** Empty where there is none; null beside an opaque part. */
  readonly path: string | null;
  /** What follows the scheme of `sqlite3:db/x.sqlite3`, its query included. */
  readonly opaque: string | null;
  readonly query: string | null;
}

/** Ruby raises URI::InvalidURIError. The message leaves out what could be a password. */
export class InvalidUri extends Error {}

const ESCAPED = '%[a-fA-F\\d]{2}';
const UNRESERVED = "\\-_.!~*'()a-zA-Z\\d";
const URIC = `(?:[${UNRESERVED};/?:@&=+$,\\[\\]]|${ESCAPED})`;
const URIC_NO_SLASH = `(?:[${UNRESERVED};?:@&=+$,]|${ESCAPED})`;
const USERINFO = `(?:[${UNRESERVED};:&=+$,]|${ESCAPED})*`;
const IPV4 = '\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}';
const HEX4 = '[a-fA-F\\d]{1,4}';
const IPV6_END = `(?:${HEX4}:)*(?:${HEX4}|${IPV4})`;
const IPV6 = `(?:${IPV6_END}|(?:(?:${HEX4}:)*${HEX4})?::(?:${IPV6_END})?)`;
const HOST = `(?:(?:[a-zA-Z0-9\\-.]|%[a-fA-F\\d]{2})+|\\[${IPV6}\\])`;
const REGISTRY = `(?:[${UNRESERVED}$,;:@&=+]|${ESCAPED})+`;
const REL_SEGMENT = `(?:[${UNRESERVED};@&=+$,]|${ESCAPED})+`;
const PCHARS = `(?:[${UNRESERVED}:@&=+$,]|${ESCAPED})*`;
const SEGMENT = `${PCHARS}(?:;${PCHARS})*`;
const ABS_PATH = `/${SEGMENT}(?:/${SEGMENT})*`;
const SCHEME = '[a-zA-Z][\\-+.a-zA-Z\\d]*';
const BLANK = '[ \\t\\r\\n\\f\\v]*';
const END = `(?:#${URIC}*)?${BLANK}$`;

const ABSOLUTE = new RegExp(
  `^${BLANK}(?<scheme>${SCHEME}):(?:(?<opaque>${URIC_NO_SLASH}${URIC}*)|` +
    `(?://(?:(?:(?:(?<userinfo>${USERINFO})@)?(?<host>${HOST})(?::(?<port>\\d*))?)?|(?<registry>${REGISTRY}))|(?!//))` +
    `(?<path>${ABS_PATH})?(?:\\?(?<query>${URIC}*))?)${END}`,
);
const RELATIVE = new RegExp(
  `^${BLANK}(?://(?:(?:(?<userinfo>${USERINFO})@)?(?<host>${HOST})?(?::(?<port>\\d*))?|(?<registry>${REGISTRY}))|` +
    `(?<segment>${REL_SEGMENT}))?(?<path>${ABS_PATH})?(?:\\?(?<query>${URIC}*))?${END}`,
);

/**
 * Takes a URI apart as `URI::RFC2396_Parser#parse` does.
 * Source: lib/uri/rfc2396_parser.rb and lib/uri/generic.rb@v3.4.7, the same patterns since Ruby 2.2.
 * @throws InvalidUri
 */
export function parseUri(text: string): RubyUri {
  const absolute = ABSOLUTE.exec(text);
  const found = absolute ?? RELATIVE.exec(text);
  if (!found) throw new InvalidUri('URI::InvalidURIError: bad URI (is not URI?)');
  const { scheme, opaque, userinfo, host, port, registry, segment = '', path, query } = found.groups!;
  if (absolute && [opaque, path, host, registry].every((part) => part === undefined)) {
    throw new InvalidUri('URI::InvalidURIError: bad URI (absolute but no path)');
  }
  if (registry !== undefined) {
    const whose = scheme === undefined ? '' : ` ${scheme.toLowerCase()}`;
    throw new InvalidUri(`URI::InvalidURIError: the scheme${whose} does not accept registry part (or bad hostname?)`);
  }
  const [user = null, ...password] = userinfo?.split(':') ?? [];
  return {
    scheme: scheme?.toLowerCase() ?? null,
    user,
    password: password.length > 0 ? password.join(':') : null,
    host: host?.replace(/^\[(.*)\]$/, '$1') ?? null,
    port: port ? Number(port) : null,
    path: opaque === undefined ? `${segment}${path ?? ''}` : null,
    opaque: opaque ?? null,
    query: query ?? null,
  };
}

/** `unescape` of the same parser: bytes that are no UTF-8 come out as the sign for them. */
export function unescapeUri(text: string): string {
  return text.replace(/(?:%[a-fA-F\d]{2})+/g, (bytes) =>
    new TextDecoder().decode(Uint8Array.from(bytes.slice(1).split('%'), (byte) => Number.parseInt(byte, 16))),
  );
}
