import { parsePatch } from 'diff';
import { linesOf } from '../text/source.ts';
import type { LintResult } from './result.ts';

/** A file as a unified diff has changed it. */
export interface ChangedFile {
  /** The new path as the diff names it, and without the prefix (`b/`) that it may have. */
  readonly paths: readonly string[];
  /** Lines (1-based) of the new file that were added or replaced, and the two beside what was only removed. */
  readonly lines: ReadonlySet<number>;
}

/** @throws Error where the text is no unified diff; the message says what is wrong */
export function changedFiles(diff: string): readonly ChangedFile[] {
  if (/^@@@ /m.test(diff)) throw new Error('it is the combined diff of a merge; type git diff with two commits');
  const patches = parsePatch(diff);
  const named = patches.filter(({ newFileName }) => newFileName !== undefined);
  if (named.length === 0 && diff.trim() !== '') throw new Error('it names no file: `+++ b/config/database.yml`');
  return named.flatMap(({ oldFileName = '', newFileName = '', hunks }) =>
    newFileName === '/dev/null' ? [] : [{ paths: pathsOf(oldFileName, newFileName), lines: linesIn(hunks) }],
  );
}

/** The prefixes of git, `diff.mnemonicPrefix` included. Source: Documentation/config/diff.adoc@v2.50.0 */
const PREFIX = /^[abciow12]\//;

function pathsOf(before: string, after: string): readonly string[] {
  const hasPrefix = PREFIX.test(after) && (before === '/dev/null' || PREFIX.test(before));
  return hasPrefix ? [after.slice(2), after] : [after];
}

interface Hunk {
  readonly newStart: number;
  readonly lines: readonly string[];
}

function linesIn(hunks: readonly Hunk[]): ReadonlySet<number> {
  const changed = new Set<number>();
  for (const { newStart, lines } of hunks) {
    let line = newStart;
    let removed = false;
    let added = false;
    const close = (): void => {
      if (removed && !added) changed.add(line - 1).add(line);
      removed = false;
      added = false;
    };
    for (const text of lines) {
      if (text.startsWith('+')) {
        changed.add(line++);
        added = true;
      } else if (text.startsWith('-')) removed = true;
      else if (!text.startsWith('\\')) {
        close();
        line++;
      }
    }
    close();
  }
  return changed;
}

/** Lines by the path under which findings name the file. */
export type ChangedLines = ReadonlyMap<string, ReadonlySet<number>>;

/** A result with those findings only that have a place, primary or related, on a changed line. */
export function onChangedLines<T extends LintResult>(result: T, changed: ChangedLines): T {
  const marked = markedChanged(result, changed);
  return { ...marked, findings: marked.findings.filter(({ changedAt }) => changedAt !== undefined) };
}

/** A result whose findings know which of their places, the primary one first, is on a changed line. */
export function markedChanged<T extends LintResult>(result: T, changed: ChangedLines): T {
  const findings = result.findings.map((finding) => {
    const changedAt = [finding.at, ...finding.related.map((one) => one.at)].find((place) => {
      const lines = changed.get(place.file.path);
      return lines !== undefined && linesOf(place).some((line) => lines.has(line));
    });
    return changedAt ? { ...finding, changedAt } : finding;
  });
  return { ...result, findings };
}
