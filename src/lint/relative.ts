/**
 * The path of a file as seen from a folder; both are given relative to the working directory, posix. Where the folder
 * lies above the working directory and the file below it, nobody knows what is between: then as it was given.
 */
export function fromFolder(folder: string, file: string): string {
  const from = folder === '.' ? [] : folder.split('/');
  const to = file === '.' ? [] : file.split('/');
  let shared = 0;
  while (shared < from.length && from[shared] === to[shared]) shared++;
  const up = from.slice(shared);
  if (up.includes('..')) return file;
  return [...up.map(() => '..'), ...to.slice(shared)].join('/') || '.';
}

/** The folder of a file, "." for one that has none. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '.' : path.slice(0, slash) || '/';
}
