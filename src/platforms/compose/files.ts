import type { FileTree } from '../../repo/tree.ts';
import { folderOf } from '../paths.ts';

/** Names that compose itself looks for, the first one it takes. Source: cli/options.go@v2.9.1 (compose-spec/compose-go) */
const DEFAULT = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

const COMPOSE = /^(?:docker-)?compose(?:[._-][\w.-]+)?\.ya?ml$|^[\w-]+[._-](?:docker-)?compose\.ya?ml$/;

/** Words in a name that say that a file is for no deployment. */
const NOT_DEPLOYED = new Set(['dev', 'develop', 'development', 'devcontainer', 'test', 'local', 'example']);

/** Folders in which people keep how they deploy. */
const FOLDERS = /^(?:docker|deploy|deployment|compose|docker-compose|ops|infra|infrastructure)?(?:\/[\w-]+)?$/;

/** A compose file that may be how the app is deployed. */
export interface ComposeFile {
  readonly path: string;
  /** `*.override.yml` beside it, which compose reads with it when nobody names a file. */
  readonly override: string | null;
}

/** The compose files of an app that are read, sorted. */
export function composeFiles(tree: FileTree): readonly ComposeFile[] {
  const paths = tree.list().filter((path) => {
    const name = nameOf(path);
    return COMPOSE.test(name) && FOLDERS.test(folderOf(path)) && !isForNoDeployment(path);
  });
  return paths
    .filter((path) => !isOverride(path))
    .map((path) => {
      const isDefault = DEFAULT.includes(nameOf(path));
      const override = paths.find((one) => isOverride(one) && folderOf(one) === folderOf(path));
      return { path, override: isDefault ? (override ?? null) : null };
    });
}

/** Whether a part of the name says that a file is for development, for tests, for one machine, or to be copied. */
export function isForNoDeployment(path: string): boolean {
  return path.split(/[/._-]/).some((part) => NOT_DEPLOYED.has(part.toLowerCase()));
}

/** Whether a name contains the environment, or production as people shorten it. */
export function namesEnvironment(path: string, railsEnv: string): boolean {
  const name = nameOf(path);
  return name.includes(railsEnv) || (railsEnv === 'production' && /(?:^|[._-])prod(?=[._-])/.test(name));
}

/** The file that `docker compose` takes in the same folder, over which another one may be laid. */
export function baseOf(path: string, files: readonly ComposeFile[]): string | null {
  const folder = folderOf(path);
  const beside = files.map((file) => file.path).filter((one) => folderOf(one) === folder && one !== path);
  return DEFAULT.map((name) => beside.find((one) => nameOf(one) === name)).find((one) => one !== undefined) ?? null;
}

function isOverride(path: string): boolean {
  return /^(?:docker-)?compose\.override\.ya?ml$/.test(nameOf(path));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
