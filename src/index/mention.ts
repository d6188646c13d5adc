import { UnreadableFile, type FileTree } from '../repo/tree.ts';

/** A file that says something, with what it says. */
export interface Mention {
  readonly path: string;
  readonly text: string;
}

const decoder = new TextDecoder('latin1');

/**
 * The files in which something is written outside of comments, in order of their paths. It is a search, not a reading:
 * good enough to tell whether an application uses a feature at all. A tree is searched once for each question.
 * @param where which paths to look at; others are not even opened
 * @param what what to look for within one line, before any comment
 */
export function mentions(files: FileTree, where: RegExp, what: RegExp): readonly Mention[] {
  const asked = ANSWERS.get(files) ?? new Map<string, readonly Mention[]>();
  ANSWERS.set(files, asked);
  const question = `${where.source}\n${what.source}`;
  const answer = asked.get(question) ?? search(files, where, what);
  asked.set(question, answer);
  return answer;
}

/** Every launch of an app asks the same of the same files. */
const ANSWERS = new WeakMap<FileTree, Map<string, readonly Mention[]>>();

function search(files: FileTree, where: RegExp, what: RegExp): readonly Mention[] {
  return listed(files, where).flatMap((path) => {
    const text = textOf(files, path);
    return text !== null && isSaid(text, what) ? [{ path, text }] : [];
  });
}

/** The files whose paths look like that, in order: a tree is looked through once for each pattern. */
export function listed(files: FileTree, where: RegExp): readonly string[] {
  const found = LISTED.get(files) ?? new Map<string, readonly string[]>();
  LISTED.set(files, found);
  const paths = found.get(where.source) ?? files.list().filter((path) => where.test(path));
  found.set(where.source, paths);
  return paths;
}

/** The initializers of a Rails application, in the order in which it loads them. */
export function initializers(files: FileTree): readonly string[] {
  return listed(files, /^config\/initializers\/.+\.rb$/);
}

const LISTED = new WeakMap<FileTree, Map<string, readonly string[]>>();

/** Whether any of them says it. */
export function mentioned(files: FileTree, where: RegExp, what: RegExp): boolean {
  return mentions(files, where, what).length > 0;
}

function isSaid(text: string, what: RegExp): boolean {
  if (!what.test(text)) return false;
  return text.split('\n').some((line) => what.test(line.replace(/(?:^|\s)#(?!\{)[^\n]*$/, '')));
}

function textOf(files: FileTree, path: string): string | null {
  try {
    return decoder.decode(files.read(path));
  } catch (error) {
    if (error instanceof UnreadableFile) return null;
    throw error;
  }
}
