import { accessSync, constants, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { DiskTree } from '../repo/disk.ts';
import { MemoryTree } from '../repo/memory.ts';
import { escapeControls } from '../report/characters.ts';
import { BadCall } from './bad_call.ts';
import type { Parts } from './engine.ts';
import { COMMANDS } from './flags.ts';
import { didYouMean } from './suggest.ts';

const LOOKED_FOR =
  'config/application.rb, config/app.rb, config/database.yml, or a Gemfile that names activerecord, sequel, rom-sql or hanami';

export interface Targets {
  /** By root, each once. `root` is relative to the working directory, posix; "." for the directory itself. */
  readonly apps: readonly { readonly root: string; readonly folder: string; readonly tree: DiskTree }[];
  /** Files that were named, relative to the working directory. */
  readonly files: readonly string[];
  /** Folders that were named, absolute: every app below them is among the apps. */
  readonly folders: readonly string[];
}

interface Target {
  readonly given: string;
  readonly real: string;
  readonly isFile: boolean;
  /** One of the matches of a pattern: it need not be an app. */
  readonly matched: boolean;
}

/** The apps that the paths of the command line mean. Throws BadCall. */
export async function targetsOf(paths: readonly string[], cwd: string, parts: Parts): Promise<Targets> {
  const here = realpathSync.native(cwd);
  const roots = new Map<string, DiskTree>();
  const files: string[] = [];
  const folders: string[] = [];
  for (const given of paths.length > 0 ? paths : ['.']) {
    let found = false;
    const targets = await targetsAt(given, here);
    for (const target of targets) {
      const trees = await appsOf(target, here, parts);
      if (trees.length === 0 && !target.matched) throw new BadCall(noApp(given));
      for (const [root, tree] of trees) if (!roots.has(root)) roots.set(root, tree);
      if (target.isFile && trees.length > 0) files.push(shownPath(here, target.real));
      if (!target.isFile) folders.push(target.real);
      found ||= trees.length > 0;
    }
    if (!found) throw new BadCall(noApp(given));
  }
  const apps = [...roots].map(([folder, tree]) => ({ root: shownPath(here, folder), folder, tree }));
  return { apps: apps.toSorted((a, b) => (a.root < b.root ? -1 : 1)), files: [...new Set(files)], folders };
}

function noApp(given: string): string {
  const where = given === '.' ? 'here' : `in ${escapeControls(given)}`;
  return `no app found ${where}: looked for ${LOOKED_FOR}; type the path of an app`;
}

async function targetsAt(given: string, cwd: string): Promise<readonly Target[]> {
  if (given === '') throw new BadCall('a path is empty; type . for the working directory');
  if (given.includes('\0')) throw new BadCall(`no such path: ${escapeControls(given)}`);
  const literal = targetAt(given, cwd, false);
  if (literal) return [literal];
  const { globby, isDynamicPattern } = await import('globby');
  if (!isDynamicPattern(given)) throw new BadCall(`no such path: ${escapeControls(given)}${await maybeCommand(given)}`);
  const matches = await globby(given, { cwd, onlyFiles: false, expandDirectories: false, suppressErrors: true });
  if (matches.length === 0) throw new BadCall(`nothing matches ${escapeControls(given)}; type the path of an app`);
  return matches.toSorted().flatMap((match) => targetAt(match, cwd, true) ?? []);
}

/** A word that is neither a path nor a command is more likely a slip than a missing folder. */
async function maybeCommand(given: string): Promise<string> {
  if (given === 'help') return '; type rails-pool-lint --help';
  const hint = /^[a-z]+$/i.test(given) ? await didYouMean(given, COMMANDS) : '';
  return hint || '; type the path of an app, or none for the working directory';
}

/** What stands at a path, or null where nothing does. */
function targetAt(given: string, cwd: string, matched: boolean): Target | null {
  try {
    const real = realpathSync.native(resolve(cwd, given));
    const isFile = !statSync(real).isDirectory();
    // A path that was named and cannot be read is no reason to answer without it.
    if (isFile) accessSync(real, constants.R_OK);
    else readdirSync(real);
    return { given, real, isFile, matched };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return null;
    if (code === 'ELOOP') throw new BadCall(`${escapeControls(given)} is a link that leads in a circle`);
    if (code === 'EACCES' || code === 'EPERM')
      throw new BadCall(`${escapeControls(given)} cannot be read: permission denied`);
    throw error;
  }
}

/**
 * A path that is an app means it and the apps below it; a path inside an app means that app; any other path means the
 * apps below it, and failing that the app around it, which may lie above the working directory.
 */
async function appsOf(target: Target, cwd: string, parts: Parts): Promise<readonly [string, DiskTree][]> {
  const folder = target.isFile ? dirname(target.real) : target.real;
  if (target.isFile) {
    const around = await nearestApp(folder, boundaryOf(folder), parts);
    return around === null ? [] : [[around, new DiskTree(around)]];
  }
  if (folder.startsWith(cwd + sep) && !(await isAppAt(folder, parts))) {
    const around = await nearestApp(dirname(folder), cwd, parts);
    if (around !== null) return [[around, new DiskTree(around)]];
  }
  const tree = new DiskTree(folder);
  const below = await parts.appRoots(tree);
  if (below.length > 0)
    return below.flatMap((root): [string, DiskTree][] => {
      if (root === '.') return [[folder, tree]];
      const own = treeBelow(tree, root);
      return own ? [[join(folder, root), own]] : [];
    });
  const around = await nearestApp(dirname(folder), boundaryOf(folder), parts);
  return around === null ? [] : [[around, new DiskTree(around)]];
}

/** Null for a folder whose name is no text: it cannot be called by it, and the apps beside it can. */
function treeBelow(tree: DiskTree, root: string): DiskTree | null {
  try {
    return tree.below(root);
  } catch {
    return null;
  }
}

/** The nearest app from a folder up to another one, both included. */
async function nearestApp(folder: string, boundary: string, parts: Parts): Promise<string | null> {
  for (let at = folder; ; at = dirname(at)) {
    if (await isAppAt(at, parts)) return at;
    if (at === boundary || dirname(at) === at) return null;
  }
}

/** Looking upwards ends with the repository. */
export function boundaryOf(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    const isRepository = statSync(join(at, '.git'), { throwIfNoEntry: false }) !== undefined;
    if (isRepository || dirname(at) === at) return at;
  }
}

const DEPENDENCY_FILES = ['Gemfile', 'Gemfile.lock'];

/** Whether a folder is an app, without listing everything below it. */
async function isAppAt(folder: string, parts: Parts): Promise<boolean> {
  const disk = new DiskTree(folder);
  const files: Record<string, Uint8Array> = {};
  for (const name of namesIn(join(folder, 'config')))
    if (hasFile(disk, `config/${name}`)) files[`config/${name}`] = EMPTY;
  for (const name of DEPENDENCY_FILES) if (hasFile(disk, name)) files[name] = readable(disk, name);
  return parts.isApp(new MemoryTree(files));
}

const EMPTY = new Uint8Array();

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function hasFile(tree: DiskTree, path: string): boolean {
  return tree.kind(path) === 'file';
}

function readable(tree: DiskTree, path: string): Uint8Array {
  try {
    return tree.read(path);
  } catch {
    return EMPTY;
  }
}

/** Relative to the working directory, posix. */
export function shownPath(cwd: string, path: string): string {
  return relative(cwd, path).split(sep).join('/') || (path === cwd ? '.' : basename(path));
}
