import type { Assumption } from '../value/origin.ts';
import type { AppFiles } from './files.ts';

/** The file that Rails reads, or the one that people copy there. */
export interface DatabaseFile {
  readonly path: string;
  readonly assumes: readonly Assumption[];
}

/** Names under which apps commit a sample of config/database.yml, the most usual first. */
const SAMPLES = [
  'config/database.yml.example',
  'config/database.example.yml',
  'config/example.database.yml',
  'config/database.yml.sample',
  'config/database.sample.yml',
  'config/database.yml.template',
  'config/database.yml.dist',
  'config/database.yml.default',
  'config/database.default.yml',
  'config/database.yml.postgresql',
  'config/database.yml.pgsql',
  'config/database.postgresql.yml',
  'config/database.yml.docker',
];

/** Where the app's database.yml is: the file itself, else the sample a deployment copies. */
export function databaseFile(files: AppFiles): DatabaseFile | null {
  if (files.tree.kind('config/database.yml') !== 'missing') return { path: 'config/database.yml', assumes: [] };
  const sample = SAMPLES.find((path) => files.exists(path));
  if (sample === undefined) return null;
  const text = `config/database.yml is not committed: it is taken to be a copy of ${files.shown(sample)}`;
  return { path: sample, assumes: [{ kind: 'reachable', text }] };
}
