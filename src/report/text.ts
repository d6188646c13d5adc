import type { Severity } from '../lint/finding.ts';
import type { LintResult, ReportedFinding } from '../lint/result.ts';
import type { Upgrade } from '../lint/upgrade.ts';
import { placeOf } from '../text/source.ts';
import { paint, type Paint, type Style } from './ansi.ts';
import { wrap } from './cells.ts';
import { closing } from './closing.ts';
import { escapeControls } from './characters.ts';
import { frames } from './frame.ts';
import { messageOf, otherProcesses } from './message.ts';
import { secretFreeSnippet, sentence } from './secrets.ts';
import { spoken } from './tally.ts';
import { upgradeLines } from './upgrade.ts';
import { reaches, unless } from './words.ts';

export interface TextOptions {
  readonly color: boolean;
  /** Cells of the terminal; 100 where it is not known. */
  readonly width: number;
  readonly verbose: boolean;
  /** Findings only, without the lines that close the report. */
  readonly quiet: boolean;
  readonly failLevel: Severity;
  /** What assumed versions change. */
  readonly upgrade?: Upgrade | null;
}

const STYLES: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', info: 'cyan' };
/** After that many findings of a rule, one line says enough. */
const IN_FULL = 3;
const LABEL = 15;

/** The lint for people: what is, where it stands, what happens because of it, what to do. */
export function text(result: LintResult, options: TextOptions): string {
  const brush = paint(options.color);
  const findings = spoken(result).filter(
    (finding) => finding.severity !== 'info' || options.verbose || reaches('info', options.failLevel),
  );
  const ofRule = new Map<string, number>();
  const blocks: { readonly lines: readonly string[]; readonly short: boolean }[] = [];
  for (const finding of findings) {
    const nth = (ofRule.get(finding.rule) ?? 0) + 1;
    ofRule.set(finding.rule, nth);
    const short = nth > IN_FULL && !options.verbose;
    blocks.push({ lines: short ? [line(finding, brush)] : inFull(finding, options.width, brush), short });
  }
  const lines: string[] = [];
  for (const [index, block] of blocks.entries()) {
    const before = blocks[index - 1];
    if (before && !(before.short && block.short)) lines.push('');
    lines.push(...block.lines);
  }
  if (!options.quiet) {
    const { upgrade } = options;
    const end = [
      ...(upgrade ? [...upgradeLines(upgrade, options.width, brush), ''] : []),
      ...closing(result, options, brush),
    ];
    if (lines.length > 0 && end.length > 0) lines.push('');
    lines.push(...end);
  }
  return lines.map((one) => `${one.trimEnd()}\n`).join('');
}

function header(finding: ReportedFinding, brush: Paint): string {
  return brush(`${finding.severity}[${finding.rule}]`, STYLES[finding.severity], 'bold');
}

function line(finding: ReportedFinding, brush: Paint): string {
  const place = placeOf(finding.at);
  const where = `${escapeControls(place.file)}:${place.line}:${place.column}`;
  return `${header(finding, brush)}: ${messageOf(finding)} ${brush(`(${where})`, 'dim')}`;
}

function inFull(finding: ReportedFinding, width: number, brush: Paint): readonly string[] {
  const lines = [`${header(finding, brush)}${brush(`: ${messageOf({ ...finding, processes: [] })}`, 'bold')}`, ''];
  lines.push(...frames(finding, width, brush, STYLES[finding.severity]), '');
  const put = (label: string, said: string | null): void => {
    if (said === null || said === '') return;
    const [first, ...rest] = wrap(said, Math.max(30, width - LABEL - 3));
    lines.push(`   ${brush(label.padEnd(LABEL), 'bold')}${first}`);
    for (const next of rest) lines.push(' '.repeat(LABEL + 3) + next);
  };
  put('Also', otherProcesses(finding));
  put('In production', finding.consequence && sentence(finding.consequence));
  put('Arithmetic', finding.arithmetic && sentence(finding.arithmetic));
  put('What to do', sentence(finding.advice));
  if (finding.snippet !== null) {
    for (const code of secretFreeSnippet(finding.snippet)) lines.push(' '.repeat(LABEL + 5) + brush(code, 'green'));
  }
  put('Unless', unless(finding.assumes));
  put('Fine when', finding.fineWhen && sentence(finding.fineWhen));
  lines.push(`   ${brush('More'.padEnd(LABEL), 'bold')}rails-pool-lint explain ${finding.rule}`);
  return lines;
}
