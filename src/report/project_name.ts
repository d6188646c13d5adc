import type { Project } from '../lint/result.ts';
import { escapeControls } from './characters.ts';

/** What a project is called: its folder and its deployment; in the folder itself only the deployment. */
export function projectName({ root, name }: Pick<Project, 'root' | 'name'>): string {
  return root === '.' ? escapeControls(name) : `${escapeControls(root)}, ${escapeControls(name)}`;
}
