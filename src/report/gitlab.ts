import type { Severity } from '../lint/finding.ts';
import type { LintResult } from '../lint/result.ts';
import { placeOf } from '../text/source.ts';
import { fingerprints } from './fingerprint.ts';
import { messageOf } from './message.ts';
import { printJson } from './print_json.ts';
import { spoken } from './tally.ts';

const SEVERITIES: Readonly<Record<Severity, string>> = { error: 'critical', warning: 'major', info: 'info' };

/** A report for GitLab's Code Quality widget: an array of issues, of which it compares the fingerprints. */
export function gitlab(result: LintResult): string {
  const findings = spoken(result);
  const prints = fingerprints(findings);
  return printJson(
    findings.map((finding, index) => {
      const { file, line, endLine } = placeOf(finding.at);
      return {
        description: messageOf(finding),
        check_name: finding.rule,
        fingerprint: prints[index],
        severity: SEVERITIES[finding.severity],
        location: { path: file, lines: { begin: line, end: endLine } },
      };
    }),
  );
}
