import type { FileTree } from '../repo/tree.ts';
import type { Platform } from './platform.ts';

/** A platform that is only loaded where its files are. */
export interface PlatformEntry {
  /** Whether the tree has a file this platform reads. */
  readonly applies: (files: FileTree, railsEnv: string) => boolean;
  readonly load: () => Promise<Platform>;
}

/** In the order in which outputs list deployments. */
export const PLATFORMS: readonly PlatformEntry[] = [
  {
    applies: (files, railsEnv) => isFile(files, 'Procfile') || isFile(files, `Procfile.${railsEnv}`),
    load: async () => (await import('./heroku.ts')).heroku,
  },
];

/** For an app that no platform deploys. */
export const INFERRED: PlatformEntry = {
  applies: () => true,
  load: async () => (await import('./inferred.ts')).inferred,
};

function isFile(files: FileTree, path: string): boolean {
  return files.kind(path) !== 'missing';
}
