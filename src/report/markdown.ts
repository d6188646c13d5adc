import type { Severity } from '../lint/finding.ts';
import type { LintResult, ReportedFinding } from '../lint/result.ts';
import type { Upgrade } from '../lint/upgrade.ts';
import { placeOf } from '../text/source.ts';
import { escapeControls } from './characters.ts';
import { closing } from './closing.ts';
import { markdownTable, markdownText, withoutMentions } from './grid.ts';
import { explanationOf, messageOf } from './message.ts';
import { spoken } from './tally.ts';
import { upgradeMarkdown } from './upgrade.ts';

/** Nothing is wrapped: whoever renders it does that. */
const WIDTH = 10_000;
/** The runner drops a job summary of more than 1 MiB; the table names every finding, the text only so many. */
const EXPLAINED = 50;

/** The findings as Markdown, for a job's summary or a comment: what was found, a table, and each of them in full. */
export function markdown(
  result: LintResult,
  options: { readonly failLevel: Severity; readonly upgrade?: Upgrade | null },
): string {
  const findings = spoken(result);
  const lines = closing(result, { verbose: true, failLevel: options.failLevel, width: WIDTH }, (text) => text)
    .slice(findings.length > 0 ? -2 : -1)
    .flatMap((line, index) => [index === 0 ? `**${markdownText(line)}**` : markdownText(line), '']);
  if (options.upgrade) lines.push(...upgradeMarkdown(options.upgrade), '');
  if (findings.length === 0) return `${lines.join('\n').trimEnd()}\n`;
  const rows = findings.map((finding) => [finding.severity, finding.rule, placeText(finding), messageOf(finding)]);
  lines.push(...markdownTable(['', 'rule', 'place', 'what'], rows, 4), '');
  for (const finding of findings.slice(0, EXPLAINED)) lines.push(...inFull(finding), '');
  return `${lines.join('\n').trimEnd()}\n`;
}

function inFull(finding: ReportedFinding): readonly string[] {
  const title = `<summary><code>${html(placeText(finding))}</code>: ${html(messageOf(finding))}</summary>`;
  // Indented by four, no text of the repository can end the block or mean anything in it.
  const body = explanationOf(finding).map((line) => (line.startsWith('    ') ? line : markdownText(line)));
  const spaced = body.flatMap((line, index) => {
    const code = line.startsWith('    ');
    const before = body[index - 1];
    return before !== undefined && code && before.startsWith('    ') ? [line] : ['', line];
  });
  return ['<details>', title, ...spaced, '', '</details>'];
}

function placeText(finding: ReportedFinding): string {
  const { file, line, column } = placeOf(finding.at);
  return `${escapeControls(file)}:${line}:${column}`;
}

function html(text: string): string {
  return withoutMentions(text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'));
}
