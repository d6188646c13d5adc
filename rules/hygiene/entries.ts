import type { DatabaseEntry, Setting, WrittenKey } from '../../src/database/entry.ts';
import { oneLine } from '../../src/lint/phrases.ts';
import type { BootedLaunch, Project } from '../../src/lint/result.ts';
import type { Assumption } from '../../src/value/origin.ts';
import type { Traced } from '../../src/value/traced.ts';

/** An entry of database.yml as one launch sees it. */
export interface SeenEntry {
  readonly launch: BootedLaunch;
  readonly entry: DatabaseEntry;
  /** What is assumed by looking at this launch at all: nothing starts it. */
  readonly guessed: readonly Assumption[];
}

/** Every entry of the environment in every launch: rules that judge the file look at what each process reads in it. */
export function entriesOf(project: Project): readonly SeenEntry[] {
  return project.launches.flatMap((booted) => {
    const { name, declared } = booted.launch;
    const guessed: readonly Assumption[] = declared ? [] : [{ kind: 'undeclared', process: name }];
    return booted.databases.map((entry) => ({ launch: booted, entry, guessed }));
  });
}

/** Settings of a pool. */
export const POOL_KEYS: ReadonlySet<string> = new Set([
  'pool',
  'max_connections',
  'min_connections',
  'checkout_timeout',
  'idle_timeout',
  'reaping_frequency',
  'max_age',
  'keepalive',
]);

export function keyOf(entry: DatabaseEntry, name: string): WrittenKey | null {
  return entry.keys.find((key) => key.name === name) ?? null;
}

/** A setting as a sentence names it: "5", "nothing" for a key without a value. */
export function settingText(value: Traced<Setting> | null): string {
  if (value === null || !value.known) return 'an unknown value';
  const { value: setting } = value;
  if (setting === null) return 'nothing';
  return typeof setting === 'object' ? setting.text : String(setting);
}

/** `pool: 5`, as the file writes it. */
export function lineOf(key: WrittenKey): string {
  return `${key.name}: ${oneLine(key.valueAt)}`.trimEnd();
}
