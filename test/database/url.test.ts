import { describe, expect, it } from 'vitest';
import { only, poolOf, resolve } from './databases.ts';

const PG = 'production:\n  adapter: postgresql\n';
const THREE = 'production:\n  primary: {adapter: postgresql, pool: 9}\n  cache: {adapter: postgresql, pool: 4}\n';

// activerecord/lib/active_record/database_configurations/url_config.rb@v6.0.6.1 … v8.1.3.1
describe('what a URL changes', () => {
  const rows: readonly [yaml: string, url: string, old: number | string, now: number | string][] = [
    [`${PG}  pool: 9\n`, 'postgres://db/x', 9, 9],
    [`${PG}  pool: 9\n`, 'postgres://db/x?pool=3', 3, 3],
    [`${PG}  max_connections: 9\n`, 'postgres://db/x?pool=3', 3, 9],
    [`${PG}  pool: 9\n`, 'postgres://db/x?max_connections=3', 9, 3],
  ];
  it.each(rows)('%j with %s', (yaml, url, old, now) => {
    expect(poolOf(resolve(yaml, '8.0.2', { DATABASE_URL: url }))).toBe(old);
    expect(poolOf(resolve(yaml, '8.1.3.1', { DATABASE_URL: url }))).toBe(now);
  });

  it('DATABASE_URL reaches the entry named primary and no other', () => {
    const resolved = resolve(THREE, '8.0.2', { DATABASE_URL: 'postgres://db/x?pool=2' });
    expect(poolOf(resolved, 'primary')).toBe(2);
    expect(poolOf(resolved, 'cache')).toBe(4);
    const main = 'production:\n  main: {adapter: postgresql, pool: 9}\n  other: {adapter: postgresql}\n';
    expect(poolOf(resolve(main, '8.0.2', { DATABASE_URL: 'postgres://db/x?pool=2' }), 'main')).toBe(9);
    expect(poolOf(resolve(main, '8.0.2', { MAIN_DATABASE_URL: 'postgres://db/x?pool=2' }), 'main')).toBe(2);
  });

  it('the variable of the entry beats DATABASE_URL, on a two-level environment too', () => {
    const both = { PRIMARY_DATABASE_URL: 'postgres://db/x?pool=2', DATABASE_URL: 'postgres://db/x?pool=3' };
    expect(poolOf(resolve(`${PG}  pool: 9\n`, '8.0.2', both))).toBe(2);
  });

  it('CACHE_DATABASE_URL reaches cache', () => {
    expect(poolOf(resolve(THREE, '8.0.2', { CACHE_DATABASE_URL: 'postgres://db/x?pool=2' }), 'cache')).toBe(2);
  });

  it('a url in the file beats the variable', () => {
    const yaml = `${PG}  url: postgres://db/x?pool=7\n`;
    expect(poolOf(resolve(yaml, '8.0.2', { DATABASE_URL: 'postgres://db/x?pool=3' }))).toBe(7);
  });

  it('an empty url in the file keeps the variable out up to 7.0 and lets it in from 7.1', () => {
    const yaml = `${PG}  url:\n`;
    const variables = { DATABASE_URL: 'postgres://db/x?pool=3' };
    expect(poolOf(resolve(yaml, '7.0.8', variables))).toBe(5);
    expect(poolOf(resolve(yaml, '7.1.0', variables))).toBe(3);
    expect(poolOf(resolve(yaml, '5.2.8', variables))).toBe(3);
  });

  it('an empty URL raises', () => {
    expect(resolve(`${PG}`, '8.0.2', { DATABASE_URL: '' }).raises?.message).toBe('Database URL cannot be empty');
  });

  it('what Ruby takes for no URI raises, without what may be a password', () => {
    const refused = 'URI::InvalidURIError: the scheme postgres does not accept registry part (or bad hostname?)';
    for (const url of ['postgres://u:p/q@db/x?pool=3', 'postgres://shop_db/x']) {
      expect(resolve(PG, '8.0.2', { DATABASE_URL: url }).raises?.message).toBe(refused);
    }
    const message = 'ArgumentError: invalid number of elements (0 for 1..2)';
    expect(resolve(PG, '8.0.2', { DATABASE_URL: 'postgres://db/x?pool=3&&a=1' }).raises?.message).toBe(message);
  });

  it('without a scheme it names no adapter, and that of the file stays', () => {
    const entry = only(resolve(PG, '8.0.2', { DATABASE_URL: 'db.example/shop?pool=3' }));
    expect(entry.adapter.known && entry.adapter.value).toBe('postgresql');
    expect(entry.pool.known && entry.pool.value).toBe(3);
  });

  it('a URL alone configures primary', () => {
    expect(poolOf(resolve(null, '8.0.2', { DATABASE_URL: 'postgres://u:p@db:5433/x' }))).toBe(5);
    expect(poolOf(resolve(null, '8.0.2', { DATABASE_URL: 'postgres://u:p@db:5433/x?pool=8' }))).toBe(8);
    const entry = only(resolve(null, '8.0.2', { DATABASE_URL: 'postgres://u:p@db:5433/x' }));
    expect(entry.adapter.known && entry.adapter.value).toBe('postgresql');
    expect(entry.server?.name).toBe('db:5433');
  });

  it('the scheme names the adapter', () => {
    const adapter = (url: string, rails: string): unknown => {
      const entry = only(resolve(null, rails, { DATABASE_URL: url }));
      return entry.adapter.known ? entry.adapter.value : entry.adapter.reason;
    };
    expect(adapter('postgres://db/x', '7.1.5')).toBe('postgresql');
    expect(adapter('postgresql://db/x', '7.1.5')).toBe('postgresql');
    expect(adapter('MYSQL2://db/x', '7.1.5')).toBe('mysql2');
    expect(adapter('mysql://db/x', '7.1.5')).toBe('mysql');
    expect(adapter('mysql://db/x', '7.2.2')).toBe('mysql2');
    expect(adapter('sqlite3:db/x.sqlite3', '7.1.5')).toBe('sqlite3');
  });

  it('blank parts are dropped and percent signs decoded', () => {
    const entry = only(resolve(`${PG}  pool: 9\n`, '8.0.2', { DATABASE_URL: 'postgres://u%40x@db/x?pool=' }));
    expect(entry.pool.known && entry.pool.value).toBe(9);
    const user = entry.settings.get('username');
    expect(user?.known && user.value).toBe('u@x');
  });

  it('query parameters win over the URL itself from 7.0', () => {
    const host = (rails: string): unknown => {
      const value = only(resolve(PG, rails, { DATABASE_URL: 'postgres://db/x?host=/sock' })).settings.get('host');
      return value?.known && value.value;
    };
    expect(host('6.1.7')).toBe('db');
    expect(host('7.0.8')).toBe('/sock');
  });

  it('jdbc URLs are not taken apart', () => {
    expect(poolOf(resolve(PG, '7.1.5', { DATABASE_URL: 'jdbc:postgresql://db/x?pool=2' }))).toBe(5);
  });
});
