import { isConjectured } from '../launch/launch.ts';
import { placeOf, type Place } from '../text/source.ts';
import { confidenceOf, type Assumption, type Confidence } from '../value/origin.ts';
import type { Severity } from './finding.ts';
import type { RuleNames } from './ignore.ts';
import type { ConfiguredIgnore } from './configuration.ts';
import { NOTHING_LEFT, type Leftover } from './leftover.ts';
import type { LintResult, Project, ReportedFinding, Unresolved } from './result.ts';
import type { Rule } from './rule.ts';
import { Suppressor, type Found, type Suppressing } from './suppress.ts';

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];
const CONFIDENCES: readonly Confidence[] = ['high', 'medium', 'low'];

/** The page of a rule, inside the package; `explain` prints it. */
function docsOf(rule: Rule): string {
  return `rules/${rule.group}/${rule.id}.md`;
}

/** What the configuration of an app says of rules, by id. */
export type Severities = ReadonlyMap<string, Severity | 'off'>;

/** What its people say of one app: how bad its findings are, and which of them they know. */
export interface AppWord extends Suppressing {
  readonly severities: Severities;
  /** Whether a file, as the baseline names it, is the app's. */
  owns(file: string): boolean;
  /** Whether every app that its configuration speaks of is among those that are judged. */
  readonly coversConfiguration: boolean;
}

export interface Judging {
  /** The rules to run. */
  readonly rules: readonly Rule[];
  /** Ids of rules by each of their names, whether they run or not. */
  readonly names: RuleNames;
  readonly least: Confidence;
  /** Nothing is assumed for this run alone: what finds nothing is not needed. */
  readonly whole: boolean;
  of(root: string): AppWord;
}

/** Runs the rules over every project and orders what they say as the contract does. */
export function judge(projects: readonly Project[], judging: Judging): LintResult {
  const found: Found[] = [];
  const unresolved: Unresolved[] = [];
  const verdicts = { holds: 0, violated: 0, unknown: 0 };
  const roots = unique(projects.map(({ root }) => root));
  const judged = roots.map((root): JudgedApp => {
    const word = judging.of(root);
    const suppressor = new Suppressor(word, (name) => judging.names.ids.get(name) ?? []);
    const own = projects.filter((project) => project.root === root);
    const rules = judging.rules.filter(({ id }) => word.severities.get(id) !== 'off');
    const first = pass(own, rules, word.severities, NOTHING_LEFT, false);
    found.push(...suppressor.suppress(first.found));
    const silent = new Set([...first.unknown, ...rules.flatMap(({ id, afterwards }) => (afterwards ? id : []))]);
    unresolved.push(...first.unresolved);
    verdicts.holds += first.holds;
    const leftover = suppressor.leftover({
      rule: (name) =>
        judging.whole &&
        (judging.names.ids.get(name) ?? []).every((id) => !silent.has(id) && rules.some((rule) => rule.id === id)),
      environments: own.map(({ environment }) => environment),
      file: (path) => word.owns(path),
    });
    return { own, rules, word, suppressor, leftover };
  });
  const needless = neededByNone(judged);
  for (const { own, rules, word, suppressor, leftover } of judged) {
    const unusedConfigured = leftover.unusedConfigured.filter((one) => needless.get(one.at) === word);
    const second = pass(own, rules, word.severities, { ...leftover, unusedConfigured }, true);
    found.push(...suppressor.suppress(second.found));
    verdicts.holds += second.holds;
    unresolved.push(...second.unresolved);
  }
  verdicts.unknown = unresolved.length;
  verdicts.violated = found.filter(({ suppressed }) => !suppressed).length;
  const sure = found.filter(
    ({ finding }) => CONFIDENCES.indexOf(confidenceOf(finding.assumes)) <= CONFIDENCES.indexOf(judging.least),
  );
  const findings = together(sure, projects).toSorted(byContract);
  return { projects, findings, unresolved: distinctUnresolved(unresolved), verdicts };
}

/** An app after its own rules ran, and before those that look after ignores and baselines. */
interface JudgedApp {
  readonly own: readonly Project[];
  readonly rules: readonly Rule[];
  readonly word: AppWord;
  readonly suppressor: Suppressor;
  readonly leftover: Leftover;
}

/**
 * Where the ignores of a configuration stand that none of the apps it speaks of needs, each with the first of them:
 * apps may share one configuration.
 */
function neededByNone(judged: readonly JudgedApp[]): ReadonlyMap<ConfiguredIgnore['at'], AppWord> {
  const needless = new Map<ConfiguredIgnore['at'], AppWord>();
  for (const { word } of judged)
    for (const { at } of word.configured) {
      const sharing = judged.filter((app) => app.word.configured.some((one) => one.at === at));
      const isNeedless = ({ word: { coversConfiguration }, leftover }: JudgedApp): boolean =>
        coversConfiguration && leftover.unusedConfigured.some((one) => one.at === at);
      if (!needless.has(at) && sharing.every(isNeedless)) needless.set(at, word);
    }
  return needless;
}

interface Pass {
  readonly found: readonly Found[];
  readonly holds: number;
  /** Rules that could not tell of something. */
  readonly unknown: readonly string[];
  readonly unresolved: readonly Unresolved[];
}

/** Runs the rules that judge the model, or those that judge what the others left. */
function pass(
  projects: readonly Project[],
  rules: readonly Rule[],
  severities: Severities,
  leftover: Leftover,
  afterwards: boolean,
): Pass {
  const found: Found[] = [];
  const unknown: string[] = [];
  const unresolved: Unresolved[] = [];
  const runs = (rule: string | undefined): boolean => rules.some(({ id }) => id === rule);
  let holds = 0;
  for (const project of projects)
    for (const rule of rules) {
      if ((rule.afterwards ?? false) !== afterwards) continue;
      const configured = severities.get(rule.id);
      for (const judgement of rule.judge(project, leftover)) {
        if (judgement.kind !== 'holds' && runs(judgement.leftTo)) continue;
        if (judgement.kind === 'holds') holds++;
        if (judgement.kind === 'unknown') {
          unknown.push(rule.id);
          unresolved.push({ what: judgement.what, reason: judgement.reason, at: judgement.at });
        }
        if (judgement.kind === 'violates') {
          const severity = configured && configured !== 'off' ? configured : judgement.finding.severity;
          const assumes = besideUnread(judgement.finding.assumes, project);
          const finding = { ...judgement.finding, severity, assumes };
          found.push({ rule, project, finding, weight: judgement.weight, suppressed: null });
        }
      }
    }
  return { found, holds, unknown, unresolved };
}

/** A variable that nothing sets may be set by what is not read. */
function besideUnread(assumes: readonly Assumption[], { unread = [] }: Project): readonly Assumption[] {
  if (unread.length === 0) return assumes;
  const where = unread.map(({ path, what }) => `${path}, ${what}`).join('; ');
  return assumes.map((one) => (one.kind === 'unset' ? { ...one, unread: where } : one));
}

/**
 * One finding per rule, primary place and database: the worst process speaks, all of them are named. What is known of
 * one process only is a finding of its own.
 */
function together(found: readonly Found[], projects: readonly Project[]): ReportedFinding[] {
  const groups = new Map<string, Found[]>();
  for (const one of found) {
    const { finding, project, suppressed } = one;
    const { file, line, column, endLine, endColumn } = placeOf(finding.at);
    const place = `${file}:${line}:${column}-${endLine}:${endColumn}`;
    const by = suppressed ? `${suppressed.kind}:${suppressed.file}:${suppressed.line}` : '';
    const key = [project.root, finding.rule, place, finding.database ?? '', by].join('\0');
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((group) => {
    const reported = group.map((one) => ({ ...one, reported: capped(one) }));
    const worst = reported.reduce((a, b) => (isWorse(b, a) ? b : a));
    return {
      ...worst.reported,
      assumes: besideAnother(worst.reported.assumes, group, projects),
      processes: unique(group.flatMap(({ finding }) => finding.processes)),
      deployments: unique(group.map(({ project }) => project.deployment)),
    };
  });
}

/** A Procfile may be there for foreman: what is only true of it, and on a guess, is worth nothing where another runs the app. */
function besideAnother(
  assumes: readonly Assumption[],
  group: readonly Found[],
  projects: readonly Project[],
): readonly Assumption[] {
  const roots = new Set(group.map(({ project }) => project.root));
  const others = projects.filter(({ root, deployment }) => roots.has(root) && !isConjectured(deployment));
  if (assumes.length === 0 || others.length === 0) return assumes;
  if (!group.every(({ project }) => isConjectured(project.deployment))) return assumes;
  const kinds = unique(others.map(({ deployment }) => deployment)).join(', ');
  const text = `production runs on ${group[0]!.project.deployment}, and not on ${kinds} alone`;
  return [...assumes, { kind: 'reachable', text }];
}

function isWorse(a: Found & { reported: ReportedFinding }, b: Found & { reported: ReportedFinding }): boolean {
  const severity = SEVERITIES.indexOf(a.reported.severity) - SEVERITIES.indexOf(b.reported.severity);
  return severity < 0 || (severity === 0 && a.weight > b.weight);
}

/** Whether something that is not read starts the app, while what is read only says what it could be started as. */
function isElsewhere({ deployment, unread = [] }: Project): boolean {
  return unread.length > 0 && isConjectured(deployment);
}

/** Confidence caps severity: never an error on a guess. */
function capped({ rule, project, finding, suppressed }: Found): ReportedFinding {
  const confidence = isElsewhere(project) && finding.assumes.length > 0 ? 'low' : confidenceOf(finding.assumes);
  const most: Severity = confidence === 'high' ? 'error' : confidence === 'medium' ? 'warning' : 'info';
  const severity = SEVERITIES[Math.max(SEVERITIES.indexOf(finding.severity), SEVERITIES.indexOf(most))]!;
  return {
    ...finding,
    severity,
    confidence,
    project: project.root,
    deployments: [project.deployment],
    docs: docsOf(rule),
    suppressed,
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
