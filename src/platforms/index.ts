import type { FileTree } from '../repo/tree.ts';
import { composeFiles } from './compose/files.ts';
import type { Platform } from './platform.ts';
import { manifestPaths } from './kubernetes/paths.ts';
import { ECOSYSTEM_FILES } from './pm2/files.ts';

/** A platform that is only loaded where its files are. */
export interface PlatformEntry {
  /** Whether the tree has a file this platform reads. */
  readonly applies: (files: FileTree, railsEnv: string) => boolean;
  readonly load: () => Promise<Platform>;
}

/** In the order in which outputs list deployments. */
export const PLATFORMS: readonly PlatformEntry[] = [
  {
    applies: (files, railsEnv) =>
      ['Procfile', `Procfile.${railsEnv}`, 'heroku.yml'].some((path) => isFile(files, path)),
    load: async () => (await import('./heroku.ts')).heroku,
  },
  {
    applies: (files) => isFile(files, 'config/deploy.yml'),
    load: async () => (await import('./kamal.ts')).kamal,
  },
  {
    applies: (files) => composeFiles(files).length > 0,
    load: async () => (await import('./compose.ts')).compose,
  },
  {
    applies: (files) => manifestPaths(files).length > 0,
    load: async () => (await import('./kubernetes.ts')).kubernetes,
  },
  {
    applies: (files) => isFile(files, 'fly.toml') || isFile(files, 'fly.production.toml'),
    load: async () => (await import('./fly.ts')).fly,
  },
  {
    applies: (files) => isFile(files, 'render.yaml'),
    load: async () => (await import('./render.ts')).render,
  },
  {
    // Reading it loads TypeScript: a quarter of a second that nobody else pays.
    applies: (files) => ECOSYSTEM_FILES.some((path) => isFile(files, path)),
    load: async () => (await import('./pm2.ts')).pm2,
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
