import type { FileTree } from '../repo/tree.ts';

/** Folders whose apps are examples and tests of something else, unless named on the command line. */
const NOT_AN_APP = new Set(['vendor', 'node_modules', 'tmp', 'spec', 'test', 'fixtures']);

const APP_FILES = /^(?:config\/application\.rb|config\/app\.rb|config\/database\.yml[^/]*)$/;
const DEPENDENCY_FILES = new Set(['Gemfile.lock', 'Gemfile']);
const DATABASE_GEMS = /(?:^|[\s"'])(?:activerecord|sequel|rom-sql|hanami)(?=[\s"',(]|$)/m;

/**
 * The roots of the apps in a tree, sorted, "." for the tree itself. An app is a directory with config/application.rb,
 * config/app.rb or config/database.yml*, or whose Gemfile(.lock) names activerecord, sequel, rom-sql or hanami.
 */
export function appRoots(tree: FileTree): readonly string[] {
  const roots = new Set<string>();
  for (const path of tree.list()) {
    const root = appRootOf(tree, path);
    if (root !== null && !root.split('/').some((folder) => NOT_AN_APP.has(folder))) roots.add(root);
  }
  return [...roots].toSorted();
}

/** Whether the tree itself is an app. */
export function isApp(tree: FileTree): boolean {
  return tree.list().some((path) => appRootOf(tree, path) === '.');
}

function appRootOf(tree: FileTree, path: string): string | null {
  const folders = path.split('/');
  const name = folders.pop()!;
  if (DEPENDENCY_FILES.has(name)) {
    return DATABASE_GEMS.test(textOf(tree, path)) ? folders.join('/') || '.' : null;
  }
  const inApp = [folders.at(-1), name].join('/');
  return APP_FILES.test(inApp) ? folders.slice(0, -1).join('/') || '.' : null;
}

function textOf(tree: FileTree, path: string): string {
  try {
    return new TextDecoder('latin1').decode(tree.read(path));
  } catch {
    return '';
  }
}
