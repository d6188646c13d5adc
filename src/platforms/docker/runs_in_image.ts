import type { AppFiles } from '../../launch/files.ts';
import type { Deployment, DeploymentKind } from '../../launch/launch.ts';

const ALWAYS: ReadonlySet<DeploymentKind> = new Set(['kamal', 'compose', 'kubernetes', 'fly']);

/** Whether what is deployed is an image, of which `.dockerignore` may keep files of the repository away. */
export function runsInImage({ kind }: Deployment, files: AppFiles): boolean {
  return ALWAYS.has(kind) || (kind === 'inferred' && files.exists('Dockerfile'));
}
