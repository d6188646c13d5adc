/**
 * A path inside a tree, without `.` and doubled slashes; null where it leaves the tree. '' is the root.
 */
export function insidePath(path: string): string | null {
  if (path.startsWith('/') || path.includes('\0')) return null;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join('/');
}
