import type { FileTree } from '../repo/tree.ts';
import type { Origin } from '../value/origin.ts';
import { known } from '../value/traced.ts';
import { Classes } from './classes.ts';
import { RubyObject, rubyString, type Value } from './values.ts';

/**
 * The absolute path of the repository, of which nobody knows where production has it. Paths inside the tree are strings
 * that begin with it; it contains a private-use character, so that no other string does. `__dir__`, `__FILE__`,
 * `Dir.pwd` and, through `repositoryPath`, a host's `Rails.root` are such paths.
 */
export const REPOSITORY_ROOT = '/\uE0F0';

/** The path inside the tree that an absolute or relative path names; null: outside. Programs run in the root. */
export function insideTree(path: string): string | null {
  const absolute = expand(path, REPOSITORY_ROOT);
  if (absolute === REPOSITORY_ROOT) return '';
  return absolute.startsWith(`${REPOSITORY_ROOT}/`) ? absolute.slice(REPOSITORY_ROOT.length + 1) : null;
}

/** What people should read where a path of ours would be printed. */
export function shownPath(text: string): string {
  return text.replaceAll(`${REPOSITORY_ROOT}/`, '').replaceAll(REPOSITORY_ROOT, '.');
}

/** `File.expand_path(path, base)`; `base` absolute. */
export function expand(path: string, base: string): string {
  const whole = path.startsWith('/') ? path : `${base}/${path}`;
  const parts: string[] = [];
  for (const part of whole.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

export function dirname(path: string): string {
  const trimmed = path.replace(/(?<=[^/])\/+$/, '');
  const slash = trimmed.lastIndexOf('/');
  if (slash === -1) return '.';
  return trimmed.slice(0, slash).replace(/(?<!\/)\/+$/, '') || '/';
}

export function basename(path: string): string {
  const trimmed = path.replace(/(?<=[^/])\/+$/, '');
  return trimmed === '/' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

/** `File.join`: one slash between two parts. */
export function joinPaths(parts: readonly string[]): string {
  return parts
    .map((part, i) => {
      const left = i === 0 ? part : part.replace(/^\/+/, '');
      return i === parts.length - 1 ? left : left.replace(/(?<!\/)\/+$/, '');
    })
    .join('/');
}

const ownClasses = new Classes();

/** A Pathname: what `Rails.root` is. `path` is absolute, or relative as written. */
export function pathname(path: string, origin: Origin): Value {
  const object = new RubyObject(ownClasses.get('Pathname')!);
  object.variables.set('@path', rubyString(path, origin));
  return known(object, origin);
}

/** A Pathname of a path inside the tree (`''`: its root), for hosts. */
export function repositoryPath(inside: string, origin: Origin): Value {
  return pathname(inside === '' ? REPOSITORY_ROOT : `${REPOSITORY_ROOT}/${inside}`, origin);
}

export function readText(files: FileTree, path: string): string | null {
  if (files.kind(path) !== 'file') return null;
  try {
    const bytes = files.read(path);
    if (bytes.length > 1_000_000) return null;
    return new TextDecoder('utf-8').decode(bytes);
  } catch {
    return null;
  }
}
