import { UnreadableFile, type FileTree } from '../repo/tree.ts';

/** A file that says something, with what it says. */
export interface Mention {
  readonly path: string;
  readonly text: string;
}

const decoder = new TextDecoder('latin1');

/**
 * The files in which something is written outside of comments, in order of their paths. It is a search, not a reading:
 * good enough to tell whether an application uses a feature at all.
 * @param where which paths to look at; others are not even opened
 * @param what what to look for within one line, before any comment
 */
export function mentions(files: FileTree, where: RegExp, what: RegExp): readonly Mention[] {
  return files.list().flatMap((path) => {
    if (!where.test(path)) return [];
    const text = textOf(files, path);
    return text !== null && isSaid(text, what) ? [{ path, text }] : [];
  });
}

/** Whether any of them says it: the first one ends the search. */
export function mentioned(files: FileTree, where: RegExp, what: RegExp): boolean {
  return files.list().some((path) => where.test(path) && isSaid(textOf(files, path) ?? '', what));
}

function isSaid(text: string, what: RegExp): boolean {
  if (!what.test(text)) return false;
  return text.split('\n').some((line) => what.test(line.replace(/(?:^|\s)#(?!\{).*$/, '')));
}

function textOf(files: FileTree, path: string): string | null {
  try {
    return decoder.decode(files.read(path));
  } catch (error) {
    if (error instanceof UnreadableFile) return null;
    throw error;
  }
}

/** The application's own Ruby. */
export const OWN_RUBY = /^(?:app|lib|config)\/.+\.rb$/;
