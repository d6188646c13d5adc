import type { Assumption, Origin } from '../value/origin.ts';
import { known, unknown, type Traced } from '../value/traced.ts';
import { atLeast, type GemVersion } from '../versions/compare.ts';
import type { PoolSize, Setting } from './entry.ts';
import { converted, toFloat, toInteger } from './setting.ts';

/** What a key of an entry is: written, certainly not written (assuming …), or perhaps written where nobody can see. */
export type Lookup =
  | { readonly setting: Traced<Setting> }
  | { readonly absent: readonly Assumption[] }
  | { readonly maybe: string; readonly origin: Origin };

const HASH_CONFIG = 'activerecord/lib/active_record/database_configurations/hash_config.rb';

const DEFAULT_POOL: Origin = {
  kind: 'default',
  text: "Active Record's default",
  row: { gem: 'rails', versions: 'every Rails', source: `${HASH_CONFIG}@v8.1.3.1` },
};

const DEFAULT_TIMEOUT: Origin = {
  kind: 'default',
  text: "Active Record's default",
  row: { gem: 'rails', versions: 'every Rails', source: `${HASH_CONFIG}@v8.1.3.1` },
};

/**
 * The size of a pool as one version of Rails reads it.
 * Up to 8.0: `(configuration_hash[:pool] || 5).to_i`. From 8.1: `max_connections`, and `pool` only where that key is
 * absent; nil or a negative number means no bound.
 * Source: activerecord/lib/active_record/database_configurations/hash_config.rb@v6.1.7.10 … v8.1.3.1
 */
export function poolSize(rails: GemVersion, read: (key: string) => Lookup): Traced<PoolSize> {
  if (!atLeast(rails, '8.1')) {
    return sizeOf(read('pool'), (value) => toInteger(value === null || value === false ? 5n : value));
  }
  const maxConnections = read('max_connections');
  if ('maybe' in maxConnections) return unknown(maxConnections.maybe, maxConnections.origin);
  const fallBack = 'absent' in maxConnections;
  const size = sizeOf(fallBack ? read('pool') : maxConnections, (value): PoolSize => {
    if (value === null) return 'unlimited';
    const bound = toInteger(value);
    return bound < 0 ? 'unlimited' : bound;
  });
  return fallBack ? alsoAssuming(size, maxConnections.absent) : size;
}

/**
 * Seconds a checkout waits before ActiveRecord::ConnectionTimeoutError: `(checkout_timeout || 5).to_f`.
 * Source: activerecord/lib/active_record/database_configurations/hash_config.rb@v8.1.3.1
 */
export function checkoutTimeout(read: (key: string) => Lookup): Traced<number> {
  const lookup = read('checkout_timeout');
  if ('maybe' in lookup) return unknown(lookup.maybe, lookup.origin);
  if ('absent' in lookup) return known(5, DEFAULT_TIMEOUT, lookup.absent);
  return converted(lookup.setting, (value) => (value === null || value === false ? 5 : toFloat(value)));
}

function sizeOf(lookup: Lookup, convert: (value: Setting) => PoolSize): Traced<PoolSize> {
  if ('maybe' in lookup) return unknown(lookup.maybe, lookup.origin);
  if ('absent' in lookup) return known<PoolSize>(5, DEFAULT_POOL, lookup.absent);
  return converted(lookup.setting, convert);
}

function alsoAssuming<T>(traced: Traced<T>, assumes: readonly Assumption[]): Traced<T> {
  return traced.known && assumes.length > 0
    ? known(traced.value, traced.origin, [...traced.assumes, ...assumes])
    : traced;
}
