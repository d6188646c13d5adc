/** The folder of a path; "" for one at the root. */
export function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

/** A path as written in a file of a folder, from the root of the tree; null for one that leaves the tree. */
export function joined(folder: string, written: string): string | null {
  if (written.startsWith('/') || written.startsWith('~')) return null;
  const parts: string[] = [];
  for (const part of `${folder}/${written}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join('/');
}
