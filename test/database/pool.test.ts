import { describe, expect, it } from 'vitest';
import { only, poolOf, resolve } from './databases.ts';

const OLD = ['6.1.7.10', '7.0.8.7', '7.1.5', '7.2.2', '8.0.2'] as const;
const NEW = '8.1.3.1';
const RAISES = "Rails raises NoMethodError: undefined method 'to_i' for";

// activerecord/lib/active_record/database_configurations/hash_config.rb at each of these tags
const ROWS: readonly [line: string, old: number | string, now: number | string][] = [
  ['', 5, 5],
  ['pool:', 5, 'unlimited'],
  ['pool: ~', 5, 'unlimited'],
  ['pool: ""', 0, 0],
  ['pool: max', 0, 0],
  ['pool: auto', 0, 0],
  ['pool: "${X}"', 0, 0],
  ['pool: nil', 0, 0],
  ['pool: 0o17', 0, 0],
  ['pool: 5m', 5, 5],
  ['pool: 08', 8, 8],
  ['pool: 1e3', 1, 1],
  ['pool: 010', 8, 8],
  ['pool: 0x10', 16, 16],
  ['pool: 0b11', 3, 3],
  ['pool: 1,000', 1000, 1000],
  ['pool: 1_000', 1000, 1000],
  ['pool: 0', 0, 0],
  ['pool: -1', -1, 'unlimited'],
  ['pool: 7.9', 7, 7],
  ['pool: "12"', 12, 12],
  ['pool: false', 5, `${RAISES} false`],
  ['pool: no', 5, `${RAISES} false`],
  ['pool: true', `${RAISES} true`, `${RAISES} true`],
  ['pool: :max', `${RAISES} :max`, `${RAISES} :max`],
  ['pools: 25', 5, 5],
  ['max_connections: 12', 5, 12],
  ['max_connections: -1', 5, 'unlimited'],
];

describe('the size of a pool', () => {
  for (const [line, old, now] of ROWS) {
    const yaml = `production:\n  adapter: postgresql\n  ${line}\n`;
    it.each(OLD)(`is ${old} for "${line}" on Rails %s`, (rails) => expect(poolOf(resolve(yaml, rails))).toBe(old));
    it(`is ${now} for "${line}" on Rails ${NEW}`, () => expect(poolOf(resolve(yaml, NEW))).toBe(now));
  }

  it('is max_connections where both keys are written, even an empty one, from 8.1', () => {
    const yaml = 'production:\n  adapter: postgresql\n  pool: 9\n  max_connections:\n';
    expect(poolOf(resolve(yaml, '8.0.2'))).toBe(9);
    expect(poolOf(resolve(yaml, NEW))).toBe('unlimited');
  });
});

describe('checkout_timeout', () => {
  it.each([
    ['', 5],
    ['checkout_timeout:', 5],
    ['checkout_timeout: 0', 0],
    ['checkout_timeout: "2.5"', 2.5],
    ['checkout_timeout: 5000', 5000],
  ])('for "%s" is %d s', (line, seconds) => {
    const { checkoutTimeout } = only(resolve(`production:\n  adapter: postgresql\n  ${line}\n`, '7.1.5'));
    expect(checkoutTimeout.known && checkoutTimeout.value).toBe(seconds);
  });
});

// activerecord/lib/active_record/database_configurations/hash_config.rb@v8.1.3.1 (validate_configuration!)
describe('sizes that contradict each other', () => {
  const raises = (yaml: string, rails: string): string | undefined => resolve(yaml, rails).raises?.message;
  const entry = (lines: string): string => `production: {adapter: postgresql, ${lines}}\n`;

  it.each([
    ['pool: 5, max_connections: 7', '`pool` and `max_connections` are set to different sizes'],
    ['pool: 9, min_connections: 0', '`pool` and `min_connections` cannot be set together'],
    ['pool: 5, max_connections: "5"', undefined],
    ['pool: 5, max_connections: ', undefined],
    ['max_connections: 7, min_connections: 2', undefined],
  ])('{%s} on 8.1: %s', (lines, message) => {
    expect(raises(entry(lines), NEW)).toBe(message);
    expect(raises(entry(lines), '8.0.2')).toBeUndefined();
  });

  it('stop the boot from a section of another environment too', () => {
    expect(raises('staging: {pool: 5, max_connections: 7}\nproduction: {adapter: postgresql}\n', NEW)).toBeDefined();
    expect(raises('production: {cache: {pool: 5, max_connections: 7}}\n', NEW)).toBeDefined();
  });

  it('stop the boot however the keys are spelled', () => {
    const yaml = 'production:\n  adapter: postgresql\n  :pool: 5\n  max_connections: 7\n';
    expect(raises(yaml, NEW)).toBe('`pool` and `max_connections` are set to different sizes');
  });

  it('do not count where a URL brings one of them', () => {
    const url = { DATABASE_URL: 'postgres://db/x?max_connections=3' };
    expect(poolOf(resolve(entry('pool: 9'), NEW, url))).toBe(3);
  });
});
