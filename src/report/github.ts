import type { Severity } from '../lint/finding.ts';
import type { LintResult, ReportedFinding } from '../lint/result.ts';
import { placeOf } from '../text/source.ts';
import { escapeControls } from './characters.ts';
import { explanationOf, messageOf } from './message.ts';
import { sentence } from './secrets.ts';
import { SEVERITIES } from './words.ts';
import { spoken } from './tally.ts';
import { inWorkspace } from './workspace.ts';

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };
/** The runner keeps ten annotations of a level per step, and 4,096 characters of a message. */
const MOST_PER_LEVEL = 10;
const LONGEST_MESSAGE = 4096;

export interface GithubOptions {
  /** The working directory relative to GITHUB_WORKSPACE, posix, '' for the workspace itself; null outside of one. */
  readonly workspace: string | null;
}

/** Workflow commands that make annotations, the most important first. */
export function github(result: LintResult, options: GithubOptions): string {
  const findings = spoken(result);
  const lines: string[] = [];
  const heldBack: string[] = [];
  for (const severity of SEVERITIES) {
    // What the change is about is not what is held back.
    const ofLevel = findings
      .filter((finding) => finding.severity === severity)
      .toSorted((a, b) => Number(b.changedAt !== undefined) - Number(a.changedAt !== undefined));
    lines.push(...ofLevel.slice(0, MOST_PER_LEVEL).map((finding) => command(finding, options)));
    const rest = ofLevel.length - MOST_PER_LEVEL;
    if (rest > 0) heldBack.push(`${rest} ${LEVELS[severity]}${rest === 1 ? '' : 's'}`);
  }
  if (heldBack.length > 0) {
    const what = heldBack.join(', ');
    lines.push(
      `Held back: ${what}. GitHub shows ${MOST_PER_LEVEL} annotations of a level per step; the other formats list all.`,
    );
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** It stands on the changed one of a finding's places, where a change is looked at, and names the primary one. */
function command(finding: ReportedFinding, options: GithubOptions): string {
  const place = placeOf(finding.changedAt ?? finding.at);
  const properties: [string, string | number][] = [
    ['file', inWorkspace(place.file, options.workspace)],
    ['line', place.line],
    ['endLine', place.endLine],
  ];
  // The runner drops columns of a span over several lines, and spans that end before they begin.
  if (place.line === place.endLine && place.endColumn >= place.column)
    properties.push(['col', place.column], ['endColumn', place.endColumn]);
  properties.push(['title', finding.rule]);
  const head = properties.map(([name, value]) => `${name}=${escapeProperty(String(value))}`).join(',');
  const primary = placeOf(finding.at);
  const named = `${inWorkspace(primary.file, options.workspace)}:${primary.line}:${primary.column}`;
  return `::${LEVELS[finding.severity]} ${head}::${escapeMessage(message(finding, named))}`;
}

function message(finding: ReportedFinding, place: string): string {
  const text = [`${place}: ${messageOf(finding)}`, ...explanationOf(finding)].join('\n');
  return text.length <= LONGEST_MESSAGE ? text : `${text.slice(0, LONGEST_MESSAGE - 1)}…`;
}

function escapeMessage(text: string): string {
  return text
    .split('\n')
    .map((line) => sentence(line).replaceAll('%', '%25'))
    .join('%0A');
}

function escapeProperty(text: string): string {
  // Line breaks are escaped as the command syntax has it, so that the path still names the file.
  const escaped = text
    .replaceAll('%', '%25')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A')
    .replaceAll(':', '%3A')
    .replaceAll(',', '%2C');
  return escapeControls(escaped);
}
