/**
 * A path as a service sees it that knows the repository: relative to its root.
 * @param path relative to the working directory
 * @param workspace the working directory relative to the root; null outside of one
 */
export function inWorkspace(path: string, workspace: string | null): string {
  if (workspace === null || workspace === '' || workspace.startsWith('..') || path.startsWith('/')) return path;
  const parts: string[] = [];
  for (const part of `${workspace}/${path}`.split('/')) {
    if (part === '..' && parts.length > 0) parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
