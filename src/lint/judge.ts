import { placeOf, type Place } from '../text/source.ts';
import { confidenceOf, type Confidence } from '../value/origin.ts';
import type { Finding, Severity } from './finding.ts';
import type { LintResult, Project, ReportedFinding, Unresolved } from './result.ts';
import type { Rule } from './rule.ts';

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];
const CONFIDENCES: readonly Confidence[] = ['high', 'medium', 'low'];

/** The page of a rule, inside the package; `explain` prints it. */
function docsOf(rule: Rule): string {
  return `rules/${rule.group}/${rule.id}.md`;
}

/** What the configuration of an app says of rules, by id. */
export type Severities = ReadonlyMap<string, Severity | 'off'>;

/** Runs the rules over every project and orders what they say as the contract does. */
export function judge(
  projects: readonly Project[],
  rules: readonly Rule[],
  least: Confidence,
  severitiesOf: (root: string) => Severities,
): LintResult {
  const found: Found[] = [];
  const unresolved: Unresolved[] = [];
  const verdicts = { holds: 0, violated: 0, unknown: 0 };
  for (const project of projects) {
    const severities = severitiesOf(project.root);
    for (const rule of rules) {
      const configured = severities.get(rule.id);
      if (configured === 'off') continue;
      for (const judgement of rule.judge(project)) {
        if (judgement.kind === 'holds') verdicts.holds++;
        if (judgement.kind === 'unknown') {
          verdicts.unknown++;
          unresolved.push({ what: judgement.what, reason: judgement.reason, at: judgement.at });
        }
        if (judgement.kind === 'violates') {
          verdicts.violated++;
          const finding = configured ? { ...judgement.finding, severity: configured } : judgement.finding;
          found.push({ rule, project, finding, weight: judgement.weight });
        }
      }
    }
  }
  const sure = found.filter(
    ({ finding }) => CONFIDENCES.indexOf(confidenceOf(finding.assumes)) <= CONFIDENCES.indexOf(least),
  );
  const findings = together(sure).toSorted(byContract);
  return { projects, findings, unresolved: distinctUnresolved(unresolved), verdicts };
}

interface Found {
  readonly rule: Rule;
  readonly project: Project;
  readonly finding: Finding;
  readonly weight: number;
}

/** One finding per rule, primary place and database: the worst process speaks, all of them are named. */
function together(found: readonly Found[]): ReportedFinding[] {
  const groups = new Map<string, Found[]>();
  for (const one of found) {
    const { finding, project } = one;
    const { file, line, column, endLine, endColumn } = placeOf(finding.at);
    const place = `${file}:${line}:${column}-${endLine}:${endColumn}`;
    const key = [project.root, finding.rule, place, finding.database ?? ''].join('\0');
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((group) => {
    const reported = group.map((one) => ({ ...one, reported: capped(one) }));
    const worst = reported.reduce((a, b) => (isWorse(b, a) ? b : a));
    return {
      ...worst.reported,
      processes: unique(group.flatMap(({ finding }) => finding.processes)),
      deployments: unique(group.map(({ project }) => project.deployment)),
    };
  });
}

function isWorse(a: Found & { reported: ReportedFinding }, b: Found & { reported: ReportedFinding }): boolean {
  const severity = SEVERITIES.indexOf(a.reported.severity) - SEVERITIES.indexOf(b.reported.severity);
  return severity < 0 || (severity === 0 && a.weight > b.weight);
}

/** Confidence caps severity: never an error on a guess. */
function capped({ rule, project, finding }: Found): ReportedFinding {
  const confidence = confidenceOf(finding.assumes);
  const most: Severity = confidence === 'high' ? 'error' : confidence === 'medium' ? 'warning' : 'info';
  const severity = SEVERITIES[Math.max(SEVERITIES.indexOf(finding.severity), SEVERITIES.indexOf(most))]!;
  return {
    ...finding,
    severity,
    confidence,
    project: project.root,
    deployments: [project.deployment],
    docs: docsOf(rule),
    suppressed: null,
  };
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}

function distinctUnresolved(unresolved: readonly Unresolved[]): Unresolved[] {
  const seen = new Set<string>();
  return unresolved.filter((one) => {
    const place = one.at ? placeOf(one.at) : null;
    const key = [one.what, one.reason, place?.file, place?.line, place?.column].join('\0');
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

/** Severity, file, line, column, rule, database: plain code-unit order, so that every machine agrees. */
function byContract(a: ReportedFinding, b: ReportedFinding): number {
  const left = placeOf(a.at);
  const right = placeOf(b.at);
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    byText(left.file, right.file) ||
    byPlace(left, right) ||
    byText(a.rule, b.rule) ||
    byText(a.database ?? '', b.database ?? '')
  );
}

function byPlace(a: Place, b: Place): number {
  return a.line - b.line || a.column - b.column;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
