import { describe, expect, it } from 'vitest';
import { poolOf, resolve } from './databases.ts';

const names = (yaml: string, rails: string, variables?: Record<string, string>): readonly string[] =>
  resolve(yaml, rails, variables).entries.map((entry) => entry.name);

// activerecord/lib/active_record/database_configurations.rb@v6.0.6.1 … v8.1.3.1: three-level iff every value is a Hash
describe('two-level and three-level environments', () => {
  it('one scalar makes it two-level', () => {
    expect(names('production: {adapter: postgresql, variables: {x: 1}}', '7.1.5')).toEqual(['primary']);
  });

  it('only hashes make it three-level, in the order of the file', () => {
    expect(names('production: {main: {pool: 3}, cache: {pool: 4}}', '7.1.5')).toEqual(['main', 'cache']);
  });

  it('an empty sub-entry makes the whole environment two-level', () => {
    const yaml = 'production:\n  primary: {pool: 3}\n  cache:\n';
    expect(names(yaml, '8.0.2')).toEqual(['primary']);
    expect(poolOf(resolve(yaml, '8.0.2'))).toBe(5);
  });

  it('a URL string as a sub-entry does too', () => {
    expect(names('production:\n  primary: {pool: 3}\n  cache: postgres://db/cache\n', '8.0.2')).toEqual(['primary']);
  });

  it('a section that holds only variables is misread as a database of that name', () => {
    expect(names('production: {variables: {x: 1}}', '7.1.5')).toEqual(['variables']);
  });

  it('an empty mapping configures nothing, so that the URL variable does', () => {
    expect(names('production: {}', '7.1.5')).toEqual([]);
    expect(names('production: {}', '7.1.5', { DATABASE_URL: 'postgres://db/x' })).toEqual(['primary']);
  });

  it('an empty section raises', () => {
    expect(resolve('production:\n', '7.1.5').raises?.message).toBe('the section `production` is empty');
    const other = 'staging:\nproduction: {adapter: postgresql}\n';
    expect(resolve(other, '7.1.5').raises?.message).toBe('the section `staging` is empty');
    expect(resolve(other, '5.2.8').raises).toBeNull();
  });

  it('a string with a scheme is a URL, one without raises', () => {
    expect(poolOf(resolve('production: postgres://db/x?pool=7\n', '7.1.5'))).toBe(7);
    expect(resolve('production: nonsense\n', '7.1.5').raises?.message).toContain('neither a mapping nor a URL');
  });

  it('an alias as the whole section works', () => {
    expect(poolOf(resolve('default: &d {adapter: postgresql, pool: 9}\nproduction: *d\n', '7.1.5'))).toBe(9);
  });

  it('symbol keys count like string keys', () => {
    expect(poolOf(resolve('production:\n  :adapter: postgresql\n  :pool: 9\n', '7.1.5'))).toBe(9);
  });
});

// activerecord/lib/active_record/connection_adapters/connection_specification.rb@v5.0.7.2, @v5.2.8.1 (resolve_all)
describe('entries below an environment, before Rails 6', () => {
  const yaml = 'production:\n  primary: { adapter: postgresql, pool: 7 }\n';
  const lost = 'this Rails takes no entries from below an environment';

  it.each([
    ['5.0.7', {}, lost],
    ['5.1.7', {}, 7],
    ['5.2.8', {}, 7],
    ['5.2.8', { DATABASE_URL: 'postgres://db.example/shop' }, lost],
    ['6.0.6', { DATABASE_URL: 'postgres://db.example/shop' }, 7],
  ])('are to Rails %s with %j: %s', (rails, variables, pool) => {
    expect(poolOf(resolve(yaml, rails, variables))).toBe(pool);
  });
});

// railties/lib/rails/application/configuration.rb@v5.2.0, v7.0.3.1, v7.0.4, v7.1.0 (database_configuration)
describe('shared', () => {
  const flat =
    'shared: {pool: 9}\nproduction:\n  primary: {adapter: postgresql}\n  cache: {adapter: postgresql, pool: 4}\n';

  it('is just another environment before 5.2', () => {
    expect(poolOf(resolve('shared: {pool: 9}\nproduction: {adapter: postgresql}\n', '5.1.7'))).toBe(5);
  });

  it('is merged under a two-level environment from 5.2', () => {
    const yaml = 'shared: {pool: 9}\nproduction: {adapter: postgresql}\n';
    expect(poolOf(resolve(yaml, '5.2.8'))).toBe(9);
    expect(poolOf(resolve(yaml, '8.0.2'))).toBe(9);
  });

  it('breaks a three-level environment up to 7.0.3 and reaches every entry from 7.0.4', () => {
    expect(names(flat, '7.0.3.1')).toEqual(['primary']);
    expect(poolOf(resolve(flat, '7.0.4'), 'primary')).toBe(9);
    expect(poolOf(resolve(flat, '7.0.4'), 'cache')).toBe(4);
  });

  it('is matched by name from 7.1 when it holds only hashes, and raises where a name is missing', () => {
    const section = 'production:\n  primary: {adapter: postgresql}\n  cache: {adapter: postgresql}\n';
    const both = `shared: {cache: {pool: 9}, primary: {}}\n${section}`;
    expect(poolOf(resolve(both, '7.1.5'), 'cache')).toBe(9);
    expect(poolOf(resolve(both, '7.1.5'), 'primary')).toBe(5);
    const one = `shared: {cache: {pool: 9}}\n${section}`;
    expect(resolve(one, '7.1.5').raises?.message).toBe('`shared` has nothing for `primary`: NoMethodError');
    expect(resolve(one, '8.1.3.1').raises).not.toBeNull();
    expect(resolve(one, '7.0.8').raises).toBeNull();
    // railties/lib/rails/application/configuration.rb@541538aa235
    expect(resolve(one, '8.2.0.alpha').raises).toBeNull();
  });

  it('cannot be merged into what is no mapping', () => {
    const yaml = 'shared: {pool: 9}\nproduction: postgres://db/x\n';
    expect(resolve(yaml, '7.1.5').raises?.message).toContain('cannot be merged into the section `production`');
  });
});

describe('an environment the file does not have', () => {
  it('is one that only DATABASE_URL can configure', () => {
    const [entry, ...others] = resolve('development: {adapter: postgresql, pool: 3}\n', '7.1.5').entries;
    expect(others).toEqual([]);
    expect(entry!.pool).toMatchObject({ value: 5, assumes: [{ kind: 'unset', variable: 'DATABASE_URL' }] });
    expect(entry!.settings.get('url')).toMatchObject({ known: false });
  });
});
