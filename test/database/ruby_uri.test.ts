import { describe, expect, it } from 'vitest';
import { InvalidUri, parseUri, type RubyUri, unescapeUri } from '../../src/database/ruby_uri.ts';

/** Host, port, user, password, path, opaque, query; or what Ruby raises. */
function parts(text: string): readonly (string | number | null)[] | string {
  try {
    const { host, port, user, password, path, opaque, query }: RubyUri = parseUri(text);
    return [host, port, user, password, path, opaque, query];
  } catch (error) {
    if (error instanceof InvalidUri) return error.message;
    throw error;
  }
}

const REGISTRY = 'URI::InvalidURIError: the scheme postgres does not accept registry part (or bad hostname?)';
const NO_URI = 'URI::InvalidURIError: bad URI (is not URI?)';
const NO_PATH = 'URI::InvalidURIError: bad URI (absolute but no path)';

// What URI::RFC2396_Parser.new.parse of Ruby 3.1.2 and 3.3.8 says.
describe('a URI is taken apart as Ruby does', () => {
  it.each([
    ['postgres://u:p@h/d', ['h', null, 'u', 'p', '/d', null, null]],
    ['  postgres://u:p@h/d\n', ['h', null, 'u', 'p', '/d', null, null]],
    ['postgres://u:p%40@h:5432/d', ['h', 5432, 'u', 'p%40', '/d', null, null]],
    ['postgres://u:p:q@h:/d', ['h', null, 'u', 'p:q', '/d', null, null]],
    ['postgres://u@h', ['h', null, 'u', null, '', null, null]],
    ['postgres:///d', [null, null, null, null, '/d', null, null]],
    ['postgres://u:p@192.0.2.7:5/d', ['192.0.2.7', 5, 'u', 'p', '/d', null, null]],
    ['postgres://u:p@[2001:db8::1]:5/d', ['2001:db8::1', 5, 'u', 'p', '/d', null, null]],
    ['postgres://%2Fvar%2Frun/d?x=[1]#end', ['%2Fvar%2Frun', null, null, null, '/d', null, 'x=[1]']],
    ['postgres://u;x:p$@-h./d;e/f', ['-h.', null, 'u;x', 'p$', '/d;e/f', null, null]],
    ['postgres:d?pool=5', [null, null, null, null, null, 'd?pool=5', null]],
    ['sqlite3:db/x.sqlite3', [null, null, null, null, null, 'db/x.sqlite3', null]],
    ['localhost:5432', [null, null, null, null, null, '5432', null]],
    ['sqlite3:/abs/x', [null, null, null, null, '/abs/x', null, null]],
    ['changeme', [null, null, null, null, 'changeme', null, null]],
    ['db.example/shop', [null, null, null, null, 'db.example/shop', null, null]],
    ['//h:7/d', ['h', 7, null, null, '/d', null, null]],
    ['', [null, null, null, null, '', null, null]],
    ['postgres://u:p/q@h/d?pool=3', REGISTRY],
    ['postgres://u:p#q@h/d', REGISTRY],
    ['postgres://u@p@h/d', REGISTRY],
    ['postgres://my_db/d', REGISTRY],
    ['postgres://u:p@/d', REGISTRY],
    ['postgres://u:p@h:5432,g:5433/d', REGISTRY],
    ['postgres://u:p%@h/d', NO_URI],
    ['postgres://u:p^@h/d', NO_URI],
    ['postgres://u:p@h/d?pool=5 x', NO_URI],
    ['postgres://u:p[@h/d', NO_URI],
    ['postgres:', NO_PATH],
    ['postgres://', NO_PATH],
  ])('%j', (text, expected) => expect(parts(text)).toEqual(expected));

  it('decodes what is escaped, byte by byte', () => {
    expect(unescapeUri('a%2Fb%C3%A4%zz+%41')).toBe('a/bä%zz+A');
  });
});
