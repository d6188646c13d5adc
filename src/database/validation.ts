import type { Span } from '../text/source.ts';
import { allAssumptions, type Assumption } from '../value/origin.ts';
import { atLeast, type GemVersion } from '../versions/compare.ts';
import type { PsychMapping, PsychNode, PsychScalar } from '../yaml/node.ts';
import { settingOf, toInteger } from './setting.ts';

/** Rails raises while it reads the file. */
export interface Conflict {
  readonly message: string;
  readonly at: Span;
  readonly assumes: readonly Assumption[];
}

/**
 * From 8.1 Rails refuses a hash, of any section, whose `pool` contradicts `max_connections` or stands beside
 * `min_connections`. URLs are merged later, so they do not count.
 * Source: activerecord/lib/active_record/database_configurations/hash_config.rb@v8.1.3.1 (validate_configuration!)
 */
export function conflictIn(root: PsychNode | null, rails: GemVersion): Conflict | null {
  if (root?.kind !== 'mapping' || !atLeast(rails, '8.1')) return null;
  for (const { value } of root.entries) {
    if (value.kind !== 'mapping') continue;
    const nested = value.entries.map((entry) => entry.value);
    const threeLevel = nested.length > 0 && nested.every((node) => node.kind === 'mapping');
    for (const hash of threeLevel ? (nested as readonly PsychMapping[]) : [value]) {
      const found = conflictOf(hash);
      if (found) return found;
    }
  }
  return null;
}

function conflictOf(hash: PsychMapping): Conflict | null {
  const pool = truthy(hash, 'pool');
  if (!pool) return null;
  const min = truthy(hash, 'min_connections');
  if (min) return conflict('`pool` and `min_connections` cannot be set together', pool, min);
  const max = truthy(hash, 'max_connections');
  if (!max || integerOf(max.value) === integerOf(pool.value)) return null;
  return conflict('`pool` and `max_connections` are set to different sizes', pool, max);
}

interface Written {
  readonly value: PsychScalar;
  readonly at: Span;
  readonly assumes: readonly Assumption[];
}

/** A key whose value Ruby takes for true: 0 counts, nil and false do not. */
function truthy(hash: PsychMapping, key: string): Written | null {
  const node = hash.entries.find((entry) => entry.key === key)?.value;
  if (node?.kind !== 'scalar' || !node.value.known) return null;
  const { value, assumes } = node.value;
  return value === null || value === false ? null : { value, at: node.at, assumes };
}

function integerOf(value: PsychScalar): number | null {
  const setting = settingOf(value);
  if (setting === null || typeof setting === 'object' || typeof setting === 'boolean') return null;
  return toInteger(setting);
}

function conflict(message: string, one: Written, other: Written): Conflict {
  return { message, at: other.at, assumes: allAssumptions(one.assumes, other.assumes) };
}
