import type { Edit } from '../text/edit.ts';
import type { Fix } from './finding.ts';
import type { ReportedFinding } from './result.ts';

/** A fix that is to be applied, with the finding it is for. */
export interface ChosenFix {
  readonly finding: ReportedFinding;
  readonly fix: Fix;
}

/**
 * The fixes that can be applied together, in the order of the findings: of two that touch the same text the first one
 * is taken, and the other one has its turn when the files are read again. What only mends text that another fix takes
 * away is left out. A fix is applied as a whole or not at all.
 */
export function chooseFixes(findings: readonly ReportedFinding[], unsafe: boolean): readonly ChosenFix[] {
  const taken: Edit[] = [];
  const chosen: ChosenFix[] = [];
  const all = findings.flatMap((finding): readonly ChosenFix[] => {
    const { fix, suppressed } = finding;
    return fix && !suppressed && fix.edits.length > 0 && (fix.safety === 'safe' || unsafe) ? [{ finding, fix }] : [];
  });
  const removed = all.flatMap(({ fix }) => fix.edits.filter(({ text }) => text === ''));
  for (const { finding, fix } of all) {
    if (fix.edits.every((edit) => removed.some((one) => isInside(edit, one)))) continue;
    const isDone = fix.edits.every((edit) => taken.some((one) => isSame(one, edit)));
    if (!isDone && fix.edits.some((edit) => taken.some((one) => touches(one, edit)))) continue;
    if (!isDone) taken.push(...fix.edits);
    chosen.push({ finding, fix });
  }
  return chosen;
}

/** The edits of fixes by the path of their file, each once. */
export function editsByFile(chosen: readonly ChosenFix[]): ReadonlyMap<string, readonly Edit[]> {
  const files = new Map<string, Edit[]>();
  for (const { fix } of chosen)
    for (const edit of fix.edits) {
      const edits = files.get(edit.at.file.path) ?? [];
      if (!edits.some((one) => isSame(one, edit))) edits.push(edit);
      files.set(edit.at.file.path, edits);
    }
  return files;
}

/** The text of a file after edits that do not touch each other, with the line breaks that the file has. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  let result = text;
  for (const { at, text: inserted } of edits.toSorted((a, b) => b.at.start - a.at.start))
    result = result.slice(0, at.start) + inserted.replaceAll(/\r?\n/g, lineBreak) + result.slice(at.end);
  return result;
}

function isSame(one: Edit, other: Edit): boolean {
  return (
    one.at.file.path === other.at.file.path &&
    one.at.start === other.at.start &&
    one.at.end === other.at.end &&
    one.text === other.text
  );
}

/** Whether an edit lies in a longer stretch of text that another one takes away. */
function isInside({ at }: Edit, removal: Edit): boolean {
  const { start, end, file } = removal.at;
  return file.path === at.file.path && start <= at.start && at.end <= end && at.end - at.start < end - start;
}

/** Two edits side by side are too close as well: nobody knows which of them comes first. */
function touches(one: Edit, other: Edit): boolean {
  return one.at.file.path === other.at.file.path && one.at.start <= other.at.end && other.at.start <= one.at.end;
}
