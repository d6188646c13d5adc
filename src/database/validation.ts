import type { Span } from '../text/source.ts';
import { allAssumptions, type Assumption } from '../value/origin.ts';
import { atLeast, type GemVersion } from '../versions/compare.ts';
import type { PsychEntry, PsychMapping, PsychNode, PsychScalar } from '../yaml/node.ts';
import { keyText } from '../yaml/read.ts';
import { hashesOf, sharedIn } from './sections.ts';
import { settingOf, toInteger } from './setting.ts';

/** Rails raises while it reads the file. */
export interface Conflict {
  readonly message: string;
  readonly at: Span | null;
  readonly assumes: readonly Assumption[];
  /** Sizes of one pool that contradict each other: the other one stands `beside`. */
  readonly about?: 'pool-sizes';
  readonly beside?: Span;
}

/**
 * From 8.1 Rails refuses a hash, of any section, whose `pool` contradicts `max_connections` or stands beside
 * `min_connections`, after `shared` is merged into it. URLs are merged later, so they do not count.
 * Source: activerecord/lib/active_record/database_configurations/hash_config.rb@v8.1.3.1 (validate_configuration!)
 */
export function conflictIn(root: PsychNode | null, rails: GemVersion): Conflict | null {
  if (root?.kind !== 'mapping' || !atLeast(rails, '8.1')) return null;
  for (const entry of environmentsIn(root)) {
    if (entry.value.kind !== 'mapping') continue;
    for (const { entries } of hashesOf(entry, entry.value, root, rails)) {
      const found = conflictOf(entries);
      if (found) return found;
    }
  }
  return null;
}

/** Every section is an environment, but `shared`. */
function environmentsIn(root: PsychMapping): readonly PsychEntry[] {
  return root.entries.filter(({ key }) => keyText(key) !== 'shared');
}

/**
 * A section that is neither a mapping nor a URL stops Rails from 6.0 on, of whatever environment it is; and `shared`
 * (from 5.2) can only be merged into mappings, from 7.1 by name where it holds nothing but mappings.
 * Source: activerecord/lib/active_record/database_configurations.rb@v6.0.6.1 … v8.1.3.1 (build_configs),
 * railties/lib/rails/application/configuration.rb@v5.2.0, @v7.1.0 (database_configuration)
 */
export function unusableSection(root: PsychNode | null, rails: GemVersion): Conflict | null {
  if (root?.kind !== 'mapping' || !atLeast(rails, '5.2')) return null;
  const shared = sharedIn(root, rails);
  for (const { key, keyAt, value } of environmentsIn(root)) {
    const name = `the section \`${keyText(key)}\``;
    if (value.kind === 'scalar') {
      if (!value.value.known) continue;
      const { value: written, assumes } = value.value;
      const isUrl = typeof written === 'string' && /^[A-Za-z][A-Za-z0-9+.-]*:/.test(written);
      if (shared)
        return { message: `\`shared\` cannot be merged into ${name}, which is no mapping`, at: keyAt, assumes };
      if (isUrl || !atLeast(rails, '6.0')) continue;
      const what = written === null ? 'empty' : 'neither a mapping nor a URL';
      return { message: `${name} is ${what}`, at: keyAt, assumes };
    }
    if (value.kind !== 'mapping' || !shared) continue;
    if (isNoMapping(shared) && (value.entries.length > 0 || !atLeast(rails, '7.0.4')))
      return { message: `\`shared\` is no mapping, and is merged into ${name}`, at: keyAt, assumes: [] };
    // Mended on main on 2026-06-30, after 8.1.3.1.
    const byName = atLeast(rails, '7.1') && !atLeast(rails, '8.1.4');
    const missing = byName ? notShared(value, shared) : null;
    if (missing) return missing;
  }
  return null;
}

/** A sub-entry that a `shared` of mappings does not name. */
function notShared(section: PsychMapping, shared: PsychNode): Conflict | null {
  if (!holdsMappings(section) || shared.kind !== 'mapping' || !holdsMappings(shared) || shared.open) return null;
  const lost = section.entries.find(({ key }) => !shared.entries.some((entry) => keyText(entry.key) === keyText(key)));
  if (!lost) return null;
  const message = `\`shared\` has nothing for \`${keyText(lost.key)}\`: NoMethodError`;
  return { message, at: lost.keyAt, assumes: shared.absent };
}

/** Which an empty mapping does. */
function holdsMappings(node: PsychMapping): boolean {
  return node.entries.every(({ value }) => value.kind === 'mapping');
}

function isNoMapping(node: PsychNode): boolean {
  return node.kind === 'sequence' || (node.kind === 'scalar' && node.value.known);
}

function conflictOf(hash: ReadonlyMap<string, PsychEntry>): Conflict | null {
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
function truthy(hash: ReadonlyMap<string, PsychEntry>, key: string): Written | null {
  const node = hash.get(key)?.value;
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
  const assumes = allAssumptions(one.assumes, other.assumes);
  return { message, at: other.at, assumes, about: 'pool-sizes', beside: one.at };
}
