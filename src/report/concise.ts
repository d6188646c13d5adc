import type { LintResult } from '../lint/result.ts';
import { placeOf } from '../text/source.ts';
import { escapeControls } from './characters.ts';
import { messageOf } from './message.ts';
import { spoken } from './tally.ts';

/** One line per finding: `path:line:col: severity rule message`. */
export function concise(result: LintResult): string {
  return spoken(result)
    .map((finding) => {
      const { file, line, column } = placeOf(finding.at);
      return `${shownPath(file)}:${line}:${column}: ${finding.severity} ${finding.rule} ${messageOf(finding)}\n`;
    })
    .join('');
}

/** A line that begins with `::` is a command to GitHub's runner. */
function shownPath(path: string): string {
  const shown = escapeControls(path);
  return shown.startsWith('::') ? `./${shown}` : shown;
}
