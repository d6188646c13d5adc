import type { Assumption, Origin } from '../value/origin.ts';
import { allAssumptions } from '../value/origin.ts';
import { atLeast, type GemVersion } from '../versions/compare.ts';
import type { PsychEntry, PsychMapping, PsychNode } from '../yaml/node.ts';
import { keyText } from '../yaml/read.ts';

/** The keys of one entry, before any URL: what Rails calls a configuration hash. */
export interface ConfigurationHash {
  readonly name: string;
  readonly entries: ReadonlyMap<string, PsychEntry>;
  /** The node that names the entry in the file. */
  readonly node: PsychNode;
  readonly key: PsychEntry;
  readonly absent: readonly Assumption[];
  /** Why keys that are not written may still be there, or null. */
  readonly open: string | null;
}

/** What database.yml says of one environment. */
export type Section =
  | {
      readonly kind: 'entries';
      readonly hashes: readonly ConfigurationHash[];
      /** Where the environment holds entries of its own names, the place of its key. */
      readonly threeLevel: PsychEntry | null;
      readonly absent: readonly Assumption[];
    }
  /** The section is a URL string. */
  | { readonly kind: 'url'; readonly entry: PsychEntry }
  /** No such section, or an empty one: only a URL variable can configure a database. */
  | { readonly kind: 'none'; readonly absent: readonly Assumption[] }
  /** Rails raises while it reads the file. */
  | { readonly kind: 'raises'; readonly message: string; readonly entry: PsychEntry }
  | { readonly kind: 'unknown'; readonly reason: string; readonly origin: Origin };

/**
 * The entries of one environment, in the order Rails gives them.
 *
 * An environment is three-level if and only if it is a Hash whose values are all Hashes; otherwise it is one entry named
 * `primary`. Source: activerecord/lib/active_record/database_configurations.rb@v6.0.6.1 … v8.1.3.1
 */
export function sectionOf(root: PsychNode | null, environment: string, rails: GemVersion): Section {
  if (root === null) return { kind: 'none', absent: [] };
  if (root.kind === 'scalar' && !root.value.known) {
    return { kind: 'unknown', reason: root.value.reason, origin: root.value.origin };
  }
  if (root.kind !== 'mapping') return { kind: 'none', absent: [] };
  const entry = named(root, environment);
  if (!entry) {
    const origin: Origin = { kind: 'literal', at: root.at };
    return root.open ? { kind: 'unknown', reason: root.open, origin } : { kind: 'none', absent: root.absent };
  }
  const { value } = entry;
  if (value.kind === 'scalar') return scalarSection(entry, value);
  if (value.kind === 'sequence') return { kind: 'raises', message: 'the section is a list', entry };
  const hashes = hashesOf(entry, value, root, rails);
  const threeLevel = hashes.some(({ key }) => key !== entry) ? entry : null;
  return { kind: 'entries', hashes, threeLevel, absent: root.absent };
}

function scalarSection(entry: PsychEntry, node: Extract<PsychNode, { kind: 'scalar' }>): Section {
  if (!node.value.known) return { kind: 'unknown', reason: node.value.reason, origin: node.value.origin };
  const { value } = node.value;
  if (typeof value === 'string' && /^[A-Za-z][A-Za-z0-9+.-]*:/.test(value)) return { kind: 'url', entry };
  const what = value === null ? 'empty' : `${JSON.stringify(String(value))}, neither a mapping nor a URL`;
  return { kind: 'raises', message: `the section is ${what}`, entry };
}

/**
 * What is merged into the environments, where Ruby takes it for true; null where there is nothing.
 * Source: railties/lib/rails/application/configuration.rb@v5.2.0 … v8.1.4 (database_configuration)
 */
export function sharedIn(root: PsychMapping, rails: GemVersion): PsychNode | null {
  const shared = atLeast(rails, '5.2') ? named(root, 'shared')?.value : undefined;
  if (!shared) return null;
  const isFalse = shared.kind === 'scalar' && shared.value.known && [null, false].includes(shared.value.value as null);
  return isFalse ? null : shared;
}

/** The configuration hashes of an environment, with what `shared` adds to them. */
export function hashesOf(
  key: PsychEntry,
  section: PsychMapping,
  root: PsychMapping,
  rails: GemVersion,
): readonly ConfigurationHash[] {
  const own = mapOf(section);
  const inherits = sharedIn(root, rails);
  const shared = inherits?.kind === 'mapping' ? inherits : null;
  const flatShared = shared ? mapOf(shared) : new Map<string, PsychEntry>();
  const sharedIntoEach = atLeast(rails, '7.0.4');
  // Of no entries each is a mapping: nothing is merged into them.
  if (sharedIntoEach && own.size === 0 && section.open === null) return [];
  // Before 7.0.4 `shared` is merged into the environment itself, so its scalars make a three-level one two-level.
  const together = sharedIntoEach ? own : new Map([...flatShared, ...own]);
  const values = [...together.values()].map((entry) => entry.value);
  const threeLevel = values.length > 0 && values.every((value) => value.kind === 'mapping');
  if (!threeLevel) {
    const entries = new Map([...flatShared, ...own]);
    if (entries.size === 0 && section.open === null) return [];
    const absent = allAssumptions(section.absent, shared?.absent ?? []);
    return [{ name: 'primary', entries, node: section, key, absent, open: section.open }];
  }
  const sharedByName = shared !== null && [...flatShared.values()].every((entry) => entry.value.kind === 'mapping');
  return [...together].map(([name, entry]) => {
    const node = entry.value as PsychMapping;
    const inherited = sharedIntoEach ? inheritedBy(name, flatShared, sharedByName && atLeast(rails, '7.1')) : new Map();
    return {
      name,
      entries: new Map([...inherited, ...mapOf(node)]),
      node,
      key: entry,
      absent: allAssumptions(node.absent, shared?.absent ?? []),
      open: node.open,
    };
  });
}

function inheritedBy(
  name: string,
  shared: ReadonlyMap<string, PsychEntry>,
  byName: boolean,
): ReadonlyMap<string, PsychEntry> {
  if (!byName) return shared;
  const node = shared.get(name)?.value;
  return node?.kind === 'mapping' ? mapOf(node) : new Map();
}

function named(mapping: PsychMapping, name: string): PsychEntry | undefined {
  return mapping.entries.find((entry) => keyText(entry.key) === name);
}

function mapOf(mapping: PsychMapping): Map<string, PsychEntry> {
  return new Map(mapping.entries.map((entry) => [keyText(entry.key), entry]));
}
