import type { Severity } from '../lint/finding.ts';
import { plural } from '../lint/phrases.ts';
import type { LintResult, ReportedFinding } from '../lint/result.ts';
import { placeOf } from '../text/source.ts';
import { escapeControls } from './characters.ts';
import { explanationOf, messageOf } from './message.ts';
import { spoken } from './tally.ts';
import { reaches } from './words.ts';

export interface JunitOptions {
  readonly failLevel: Severity;
}

/**
 * A JUnit report: a suite per app, a failed case per finding that reaches the fail level, a passed one per finding that
 * does not, and one for everything that holds, so that no report is empty.
 */
export function junit(result: LintResult, { failLevel }: JunitOptions): string {
  const findings = spoken(result);
  const roots = [...new Set(result.projects.map(({ root }) => root))];
  const suites = roots.map((root) => {
    const own = findings.filter(({ project }) => project === root);
    const failed = own.filter(({ severity }) => reaches(severity, failLevel));
    const cases = [...own.map((finding) => testCase(finding, failed.includes(finding))), held(result, roots.length)];
    return [
      `  <testsuite${attributes({ name: `rails-pool-lint ${root}`, tests: cases.length, failures: failed.length, errors: 0, skipped: 0, time: 0 })}>`,
      ...cases,
      '  </testsuite>',
    ].join('\n');
  });
  const failures = findings.filter(({ severity }) => reaches(severity, failLevel)).length;
  const tests = findings.length + roots.length;
  const head = attributes({ name: 'rails-pool-lint', tests, failures, errors: 0, time: 0 });
  return ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites${head}>`, ...suites, '</testsuites>', ''].join('\n');
}

function testCase(finding: ReportedFinding, failed: boolean): string {
  const { file, line, column } = placeOf(finding.at);
  const head = attributes({ classname: finding.rule, name: `${file}:${line}:${column}`, file, line, time: 0 });
  const said = escaped(explanationOf(finding).join('\n'), false);
  const body = failed
    ? `      <failure${attributes({ message: messageOf(finding), type: finding.severity })}>${said}</failure>`
    : `      <system-out>${said}</system-out>`;
  return [`    <testcase${head}>`, body, '    </testcase>'].join('\n');
}

/** What was checked and holds, over all apps: verdicts are not counted for each of them. */
function held({ verdicts }: LintResult, apps: number): string {
  const where = apps > 1 ? ' in all apps' : '';
  const name = `${plural(verdicts.holds, 'check')} ${verdicts.holds === 1 ? 'holds' : 'hold'}${where}`;
  return `    <testcase${attributes({ classname: 'rails-pool-lint', name, time: 0 })}/>`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(escapeControls(String(value)), true)}"`)
    .join('');
}

/** Text of an element or of an attribute; control characters, which XML cannot hold at all, are written out by then. */
function escaped(text: string, quoted: boolean): string {
  const plain = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return quoted ? plain.replaceAll('"', '&quot;') : plain;
}
