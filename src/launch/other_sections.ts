import type { DatabaseEntry } from '../database/entry.ts';
import { DATABASE_ERAS } from '../database/eras.ts';
import { joinEntries, mapEntry } from '../database/join.ts';
import { resolveDatabases } from '../database/resolve.ts';
import { Environment } from '../value/environment.ts';
import { settled } from '../versions/versions.ts';
import { keyText } from '../yaml/read.ts';
import type { Boot } from './boot.ts';

/**
 * The entries that classes name and that stand at the top of database.yml, beside the environments: Rails takes the
 * name of one for that of an environment, and the first entry of that. Variables for URLs are for the current one.
 * Source: activerecord/lib/active_record/database_configurations.rb@v8.1.3.1 (find_db_config,
 * merge_db_environment_variables), …/connection_specification.rb@v5.2.8.1 (resolve_symbol_connection)
 */
export function otherSections(boot: Boot, path: string, names: readonly string[]): readonly DatabaseEntry[] {
  const asked = [...new Set(names)].filter((name) => name !== boot.railsEnv && name !== 'shared');
  if (asked.length === 0 || boot.files.kind(path) !== 'file') return [];
  const roots = (boot.yaml(path, null) ?? []).flatMap(({ document }) => (document.problem ? [] : [document.root]));
  const eras = boot.versions.possible('rails', DATABASE_ERAS);
  const worlds = roots.flatMap((root) =>
    eras.map((rails) =>
      asked.flatMap((name): readonly DatabaseEntry[] => {
        const isThere = root?.kind === 'mapping' && root.entries.some(({ key }) => keyText(key) === name);
        const [first] = isThere ? resolveDatabases(root, name, rails, Environment.EMPTY).entries : [];
        return first ? [{ ...first, name }] : [];
      }),
    ),
  );
  if (worlds.length === 0) return [];
  return joinEntries(worlds).map((entry) => mapEntry(entry, (value) => settled(value, 'rails')));
}
