import type { Severity } from '../lint/finding.ts';
import type { LintResult, ReportedFinding } from '../lint/result.ts';

export interface Tally {
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  readonly suppressed: number;
}

/** A suppressed finding counts as that and as nothing else. */
export function tally(findings: readonly ReportedFinding[]): Tally {
  const by = { error: 0, warning: 0, info: 0 } satisfies Record<Severity, number>;
  let suppressed = 0;
  for (const finding of findings) {
    if (finding.suppressed) suppressed++;
    else by[finding.severity]++;
  }
  return { errors: by.error, warnings: by.warning, infos: by.info, suppressed };
}

/** The findings that are not suppressed, in the order of the result. */
export function spoken(result: LintResult): readonly ReportedFinding[] {
  return result.findings.filter((finding) => !finding.suppressed);
}
