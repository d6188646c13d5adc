import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { applyEdits, chooseFixes, editsByFile } from '../lint/fixes.ts';
import { plural } from '../lint/phrases.ts';
import type { LintResult } from '../lint/result.ts';
import { OverlayTree } from '../repo/overlay.ts';
import type { Analysis, LocatedApp } from './analysis.ts';
import { BadCall } from './bad_call.ts';
import type { Terminal } from './engine.ts';
import { replaceFile } from './write_file.ts';

/** A fix may uncover another finding with a fix; none takes more rounds than this. */
const MOST_ROUNDS = 10;

export interface FixedFile {
  readonly app: LocatedApp;
  readonly pathInTree: string;
  /** Relative to the working directory. */
  readonly shown: string;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

export interface Fixed {
  readonly files: readonly FixedFile[];
  /** How many findings were fixed. */
  readonly findings: number;
  /** What is found when the fixes are applied. */
  readonly result: LintResult;
}

/**
 * Applies fixes in memory until none is left. Nothing is written.
 * @param result what is found before
 * @param isPart whether that is not all that is found: then only what is in it is fixed, and what is left of it stays
 */
export async function fixed(analysis: Analysis, result: LintResult, unsafe: boolean, isPart: boolean): Promise<Fixed> {
  const files = new Map<string, FixedFile>();
  let now = result;
  let findings = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const chosen = chooseFixes(now.findings, unsafe);
    if (chosen.length === 0) break;
    for (const [shown, edits] of editsByFile(chosen)) {
      const { pathInTree } = edits[0]!.at.file;
      const app = analysis.apps.find(({ root }) => shown === (root === '.' ? pathInTree : `${root}/${pathInTree}`));
      if (!app || app.tree.kind(pathInTree) !== 'file')
        throw new Error(`a fix edits ${shown}, which is no file of an app`);
      const before = files.get(shown)?.before ?? app.tree.read(pathInTree);
      const text = applyEdits(edits[0]!.at.file.text, edits);
      files.set(shown, { app, pathInTree, shown, before, after: encoded(text, before) });
    }
    findings += chosen.length;
    const next = await analysis.run(analysis.apps.map((app) => overlaid(app, [...files.values()])));
    checkHarmless([...files.keys()], now, next);
    if (isPart) {
      const done = new Set(chosen.map(({ finding }) => finding));
      now = { ...result, findings: result.findings.filter((finding) => !done.has(finding)) };
      break;
    }
    now = next;
  }
  return { files: [...files.values()].filter(isChanged), findings, result: now };
}

function overlaid(app: LocatedApp, files: readonly FixedFile[]): LocatedApp {
  const own = files.filter((file) => file.app.folder === app.folder);
  if (own.length === 0) return app;
  return { ...app, tree: new OverlayTree(app.tree, new Map(own.map(({ pathInTree, after }) => [pathInTree, after]))) };
}

function isChanged({ before, after }: FixedFile): boolean {
  return Buffer.compare(before, after) !== 0;
}

/** A byte-order mark is no text: it stays where it was. */
function encoded(text: string, before: Uint8Array): Uint8Array {
  const mark = before[0] === 0xef && before[1] === 0xbb && before[2] === 0xbf ? '\ufeff' : '';
  return new TextEncoder().encode(mark + text);
}

/** A fix after which a file cannot be read is a fault of this program: better none at all. */
function checkHarmless(edited: readonly string[], before: LintResult, after: LintResult): void {
  const broken = (result: LintResult): number =>
    result.findings.filter(({ rule, at }) => rule === 'parse-error' && edited.includes(at.file.path)).length;
  if (broken(after) > broken(before)) throw new Error('a fix would break a file; nothing was written');
}

/** Writes what was fixed. A file that has changed since it was read is left alone. Throws BadCall. */
export function writeFixed(files: readonly FixedFile[]): void {
  for (const { app, pathInTree, shown, before, after } of files) {
    const path = join(app.folder, pathInTree);
    if (Buffer.compare(app.tree.read(pathInTree), before) !== 0)
      throw new BadCall(`${shown} has changed while it was read; nothing was written to it`);
    const real = realpathSync.native(path);
    replaceFile(real, after, shown);
  }
}

/** Says on standard error what was fixed. */
export function tellOfFixes({ files, findings, result }: Fixed, terminal: Terminal): void {
  const others = chooseFixes(result.findings, true).length;
  terminal.stderr(
    files.length === 0
      ? `Nothing ${others > 0 ? `that is safe to fix; --unsafe-fixes has ${plural(others, 'fix', 'fixes')}` : 'to fix'}.\n`
      : `Fixed ${plural(findings, 'finding')} in ${plural(files.length, 'file')}.\n`,
  );
}

/** What fixes would change, as unified diffs; secrets are masked, as everywhere. */
export async function diffOf(files: readonly FixedFile[], result: LintResult): Promise<string> {
  const { unifiedDiff } = await import('../report/diff.ts');
  const { secretsOf } = await import('../report/secrets.ts');
  const { hiding, secretValues } = await import('../report/secret_values.ts');
  const text = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return hiding(secretValues(result, secretsOf), () =>
    files.map(({ shown, before, after }) => unifiedDiff(shown, text(before), text(after))).join(''),
  );
}
