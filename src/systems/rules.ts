import type { Assumption, Origin } from '../value/origin.ts';
import { known, type Known } from '../value/traced.ts';
import { lookup, type Versions, type VersionTable } from '../versions/versions.ts';

/**
 * The rules of the installed version; where that is not known, those of every version the Gemfile allows, each
 * assuming it. For an app without the gem, something outside its bundle runs it: the newest rules, assumed.
 */
export function possibleRules<T>(table: VersionTable<T>, versions: Versions): readonly Known<T>[] {
  const found = lookup(table, versions, table.gem);
  if (found.known) return [found];
  if (found.candidates && found.candidates.length > 0) return found.candidates;
  const newest = table.rows.at(-1)!;
  const row = { gem: table.gem, versions: `${table.gem} ≥ ${newest.since}`, source: newest.source };
  return [known(newest.value, { kind: 'default', text: table.gem, row }, [{ kind: 'version', gem: table.gem }])];
}

/** A value that these rules give by themselves. */
export function ruledDefault<T>(rules: Known<unknown>, value: T, text: string): Known<T> {
  const origin: Origin = rules.origin.kind === 'default' ? { ...rules.origin, text } : rules.origin;
  return known(value, origin, rules.assumes);
}

/** A default of a program that nothing in the repository starts: whoever does may say another number. */
export function withoutOptions(program: string): Assumption {
  return { kind: 'reachable', text: `${program} is started without an option that says how many threads it runs` };
}

/** Whether the app has a gem: locked, or asked for in the Gemfile where there is no lockfile. */
export function isInstalled(versions: Versions, gem: string): boolean {
  const version = versions.of(gem);
  if (version.known) return version.value !== null;
  // Without a lockfile a version is unknown either way; only a gem the Gemfile names has a place there.
  return version.origin.kind === 'literal';
}
