import type { Span } from '../text/source.ts';
import { folderOf, fromFolder } from './relative.ts';
import type { ReportedFinding } from './result.ts';

/** What `.rails-pool-lint-suppressions.json` holds: findings that were there when it was written. */
export interface Baseline {
  /** Relative to the working directory. */
  readonly path: string;
  /** The working directory, absolute, posix. */
  readonly cwd: string;
  readonly entries: readonly BaselineEntry[];
}

/** One entry, as it is written and where. */
export interface BaselineEntry extends Suppressed {
  readonly at: Span;
}

/** What is known of a finding without its line: it may move, and is still the same. */
export interface Suppressed {
  /** An id, or an alias. */
  readonly rule: string;
  /** Relative to the folder of the baseline. */
  readonly file: string;
  /** `production/web/primary`; `-` stands for what the finding is not about. */
  readonly subject: string;
  readonly count: number;
}

export const BASELINE_NAME = '.rails-pool-lint-suppressions.json';

/** What tells one entry from another. */
export function baselineKey({ rule, file, subject }: Omit<Suppressed, 'count'>): string {
  return [rule, file, subject].join('\0');
}

/** What an entry of a baseline is about: "production/web/primary", with "-" for what a finding does not name. */
export function subjectOf(environment: string, process: string | null, database: string | null): string {
  return [environment, process ?? '-', database ?? '-'].join('/');
}

/** The environment that a subject begins with. */
export function environmentOf(subject: string): string {
  return subject.split('/')[0]!;
}

/** A file of the report as a baseline names it. */
export function fileInBaseline(baseline: Pick<Baseline, 'path' | 'cwd'>, file: string): string {
  return fromFolder(folderOf(baseline.path), file, baseline.cwd);
}

/**
 * The entries that would suppress these findings: one for every process that a finding names, sorted.
 * @param environmentOfApp the environment that an app, by its root, was read for
 */
export function entriesFor(
  baseline: Pick<Baseline, 'path' | 'cwd'>,
  findings: readonly ReportedFinding[],
  environmentOfApp: (root: string) => string,
): readonly Suppressed[] {
  const entries = new Map<string, Suppressed>();
  for (const { rule, at, project, processes, database } of findings) {
    for (const process of processes.length > 0 ? processes : [null]) {
      const file = fileInBaseline(baseline, at.file.path);
      const subject = subjectOf(environmentOfApp(project), process, database);
      const key = baselineKey({ rule, file, subject });
      entries.set(key, { rule, file, subject, count: (entries.get(key)?.count ?? 0) + 1 });
    }
  }
  return sorted([...entries.values()]);
}

function sorted<T extends Suppressed>(entries: readonly T[]): readonly T[] {
  const text = ({ file, rule, subject }: Suppressed): string => [file, rule, subject].join('\0');
  return entries.toSorted((a, b) => (text(a) < text(b) ? -1 : 1));
}

/** The text of the file, in the order of its entries' files. */
export function baselineText(entries: readonly Suppressed[]): string {
  const suppressions = sorted(entries).map(({ rule, file, subject, count }) => ({ rule, file, subject, count }));
  return `${JSON.stringify({ version: 1, suppressions }, null, 2)}\n`;
}
