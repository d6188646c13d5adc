/**
 * The path of a file as seen from a folder, posix. Both are given relative to the working directory.
 * @param cwd the working directory itself, absolute: a folder may lie above it
 */
export function fromFolder(folder: string, file: string, cwd = '/'): string {
  const from = namesOf(folder, cwd);
  const to = namesOf(file, cwd);
  let shared = 0;
  while (shared < from.length && from[shared] === to[shared]) shared++;
  return [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/') || '.';
}

function namesOf(path: string, cwd: string): readonly string[] {
  const names: string[] = [];
  for (const name of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names;
}

/** The folder of a file, "." for one that has none. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '.' : path.slice(0, slash) || '/';
}
