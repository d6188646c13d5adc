import type { Origin, VersionRow } from '../value/origin.ts';
import { agree, assuming, known, unknown, type Known, type Traced } from '../value/traced.ts';
import { atLeast, GemRequirement, GemVersion, version } from './compare.ts';
import type { GemConstraint } from './gemfile.ts';
import { lockedGem, type Lockfile } from './lockfile.ts';

export interface VersionSources {
  readonly lockfile: Lockfile | null;
  /** What the Gemfile asks for: asked only where no lockfile answers. */
  readonly constraints: ReadonlyMap<string, GemConstraint>;
  /** What the user says, by gem: it beats the lockfile. */
  readonly assumed: ReadonlyMap<string, { readonly version: GemVersion; readonly origin: Origin }>;
}

/** The version of every gem, as far as the checkout tells. */
export class Versions {
  static readonly UNKNOWN = new Versions({ lockfile: null, constraints: new Map(), assumed: new Map() });
  readonly #sources: VersionSources;

  constructor(sources: VersionSources) {
    this.#sources = sources;
  }

  /**
   * The version; a known null where the lockfile does not list the gem, so that the application does not have it;
   * unknown without a lockfile, or with one that Bundler refuses.
   */
  of(gem: string): Traced<GemVersion | null> {
    const assumed = this.#sources.assumed.get(gem);
    if (assumed) return known(assumed.version, assumed.origin);
    const { lockfile } = this.#sources;
    if (lockfile) {
      const locked = lockedGem(lockfile, gem);
      if (locked) return known(locked.version, { kind: 'literal', at: locked.at });
      const at = { file: lockfile.file, start: 0, end: 0 };
      if (!lockfile.problem) return known(null, { kind: 'literal', at });
    }
    const constraint = this.#sources.constraints.get(gem);
    if (!constraint) return unknown(`the version of ${gem} is not known`, { kind: 'assumed', text: `any ${gem}` });
    const reason = `${gem} is only known to be ${constraint.requirement.toString()}`;
    return unknown(reason, { kind: 'literal', at: constraint.at });
  }

  /** Whether a version is possible: the known one only, or whatever the Gemfile allows. */
  allows(gem: string, candidate: GemVersion): boolean {
    const traced = this.of(gem);
    if (traced.known) return traced.value !== null && traced.value.compare(candidate) === 0;
    return this.#requirement(gem).allows(candidate);
  }

  #requirement(gem: string): GemRequirement {
    return this.#sources.constraints.get(gem)?.requirement ?? GemRequirement.ANY;
  }

  /** The version as it is written, where it is known. */
  text(gem: string): string | null {
    const traced = this.of(gem);
    return traced.known && traced.value ? traced.value.text : null;
  }

  /**
   * Where the behaviour of a gem changes at some versions, one version of every stretch between them that is possible:
   * the known one, or for each stretch one the Gemfile allows. Ascending; empty when the application does not have it.
   */
  possible(gem: string, boundaries: readonly string[]): readonly GemVersion[] {
    const traced = this.of(gem);
    if (traced.known) return traced.value ? [traced.value] : [];
    const requirement = this.#requirement(gem);
    const stretches = [version('0'), ...boundaries.map(version).toSorted((a, b) => a.compare(b))];
    const allowed = stretches.flatMap(
      (from, index) => versionIn(from, stretches[index + 1] ?? null, requirement) ?? [],
    );
    // Contradicting requirements allow nothing: then nothing is known, rather than nothing possible.
    return allowed.length > 0 ? allowed : stretches;
  }
}

/** A version from `from` up to but not including `until` that the requirement allows. */
function versionIn(from: GemVersion, until: GemVersion | null, requirement: GemRequirement): GemVersion | null {
  // A requirement is a set of intervals whose ends it names: what it allows at all, it allows at one of the ends, right
  // after one, or after all of them.
  const ends = [from, ...requirement.parts.map((part) => part.version)];
  const tries = [...ends.flatMap((end) => [end, rightAfter(end)]), version('9999')];
  const inside = tries.filter(
    (one) => one.release().compare(from) >= 0 && (!until || one.release().compare(until) < 0),
  );
  return inside.find((one) => requirement.allows(one)) ?? null;
}

function rightAfter(end: GemVersion): GemVersion {
  return GemVersion.of(`${end.release().segments.join('.')}.0.0.0.0.1`);
}

/** What a gem does by default, from version to version. Rows in ascending order; the first one also for all before. */
export interface VersionTable<T> {
  readonly gem: string;
  readonly rows: readonly TableRow<T>[];
}

export interface TableRow<T> {
  readonly since: string;
  readonly value: T;
  /** `path@tag` of the upstream source. */
  readonly source: string;
}

/**
 * The value a table gives for the version of its gem. With an unknown version it is known where all possible rows say
 * the same, assuming the version; otherwise unknown, with the rows' values as candidates. A gem that the application
 * does not have gives an unknown.
 */
export function lookup<T>(
  table: VersionTable<T>,
  versions: Versions,
  text: string,
  same: (a: T, b: T) => boolean = Object.is,
): Traced<T> {
  const boundaries = table.rows.slice(1).map((row) => row.since);
  return byVersion(table.gem, boundaries, versions, (one) => rowValue(table, one, text), same);
}

function rowValue<T>(table: VersionTable<T>, gem: GemVersion, text: string): Known<T> {
  let index = 0;
  while (index + 1 < table.rows.length && atLeast(gem, table.rows[index + 1]!.since)) index++;
  const row = table.rows[index]!;
  return known(row.value, { kind: 'default', text, row: versionRow(table, index) });
}

function versionRow<T>(table: VersionTable<T>, index: number): VersionRow {
  const { gem, rows } = table;
  const name = gem
    .split('_')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join(' ');
  const row = rows[index]!;
  const next = rows[index + 1];
  let stretch: string;
  if (rows.length === 1) stretch = 'every version';
  else if (!next) stretch = `≥ ${row.since}`;
  else if (index === 0) stretch = `before ${next.since}`;
  else stretch = `${row.since} to before ${next.since}`;
  return { gem, versions: `${name} ${stretch}`, source: row.source };
}

/**
 * Whatever depends on the version of a gem: computed for its version, or for one version of every stretch between the
 * boundaries that is possible, and joined. `boundaries` are the versions at which it changes, in any order.
 */
export function byVersion<T>(
  gem: string,
  boundaries: readonly string[],
  versions: Versions,
  compute: (gem: GemVersion) => Traced<T>,
  same: (a: T, b: T) => boolean = Object.is,
): Traced<T> {
  const traced = versions.of(gem);
  if (traced.known) {
    if (!traced.value) return unknown(`the application does not have ${gem}`, traced.origin);
    return assuming(compute(traced.value), traced.assumes);
  }
  const possible = versions.possible(gem, boundaries);
  const worlds = possible.map((one) => assuming(compute(one), [{ kind: 'version', gem }]));
  return settled(agree(traced.reason, worlds, same), gem);
}

/**
 * What every possible version of a gem agrees on rests on none of them: the assumption is dropped. Only for joins over
 * all the versions that are possible.
 */
export function settled<T>(traced: Traced<T>, gem: string): Traced<T> {
  if (!traced.known) return traced;
  const assumes = traced.assumes.filter((one) => !(one.kind === 'version' && one.gem === gem));
  return known(traced.value, traced.origin, assumes);
}
