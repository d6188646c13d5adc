import type { DatabaseEntry } from '../database/entry.ts';
import { DATABASE_ERAS } from '../database/eras.ts';
import { entriesAssuming, joinEntries, mapEntry } from '../database/join.ts';
import { resolveDatabases, withoutFile, type Resolution } from '../database/resolve.ts';
import { isInstalled } from '../systems/rules.ts';
import { span } from '../text/source.ts';
import { settled } from '../versions/versions.ts';
import type { Boot } from './boot.ts';
import { databaseFiles, openDocument } from './database_file.ts';
import type { AppFiles } from './files.ts';

/**
 * The databases that Active Record makes of database.yml and the environment in a boot, as far as it has come; empty
 * where there are none. Where Rails raises in every possible world, the boot is told.
 */
export function activeRecordEntries(boot: Boot, files: AppFiles): readonly DatabaseEntry[] {
  const found = databaseFiles(files, boot.launch.copied);
  const missing = found || !isInstalled(boot.versions, 'activerecord') ? null : withoutFile(boot.environment);
  if (missing) {
    noteRaises([{ entries: [], raises: missing }], null, boot);
    return [];
  }
  const read = (found?.paths ?? []).flatMap((path) => boot.yaml(path, null) ?? []);
  const documents = read.filter(({ document }) => document.problem === null);
  if (read.length > 0 && documents.length === 0) return [];
  const inFiles = documents.length > 0 ? documents.map(({ document }) => document.root) : [null];
  const roots = found?.written ? [openDocument(found.written, boot.railsEnv)] : inFiles;
  const eras = boot.versions.possible('rails', DATABASE_ERAS);
  const resolutions = roots.flatMap((root) =>
    eras.map((rails) => resolveDatabases(root, boot.railsEnv, rails, boot.environment)),
  );
  noteRaises(resolutions, found?.paths[0] ?? null, boot);
  const guessed = eras.length > 1 ? [{ kind: 'version', gem: 'rails' } as const] : [];
  const booting = resolutions.filter(({ raises }) => raises === null);
  const working = booting.some(({ lost }) => !lost) ? booting.filter(({ lost }) => !lost) : booting;
  const worlds = working.map(({ entries }) => entriesAssuming(entries, guessed));
  if (worlds.length === 0) return [];
  const entries = joinEntries(worlds).map((entry) => mapEntry(entry, (value) => settled(value, 'rails')));
  return entriesAssuming(entries, found?.assumes ?? []);
}

/** Rails raises in every world that is possible: the process does not boot. */
function noteRaises(resolutions: readonly Resolution[], path: string | null, boot: Boot): void {
  if (resolutions.some(({ raises }) => raises === null)) return;
  const raises = resolutions[0]?.raises;
  const file = path === null ? null : boot.source(path);
  const at = raises?.at ?? (file ? span(file, 0, 0) : null);
  if (!raises || !at) return;
  boot.note({ ...raises, kind: 'boot-failure', message: `Rails raises: ${raises.message}`, at });
}
