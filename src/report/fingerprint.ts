import type { ReportedFinding } from '../lint/result.ts';
import { placeOf } from '../text/source.ts';

/**
 * What identifies each finding from one run to the next, in their order: its rule, its file and its subject, so that a
 * finding that moves to another line stays the same one. Equal ones are numbered.
 */
export function fingerprints(findings: readonly ReportedFinding[]): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map(({ rule, at, project, process, database }) => {
    const subject = [rule, placeOf(at).file, project, process ?? '', database ?? ''].join('|');
    const before = seen.get(subject) ?? 0;
    seen.set(subject, before + 1);
    return `${subject}|${before}`;
  });
}
