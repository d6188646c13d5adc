import { writeFileSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { escapeControls } from '../report/characters.ts';
import { withoutCommands } from '../report/commands.ts';
import { reaches } from '../report/words.ts';
import type { LintResult } from '../lint/result.ts';
import type { Upgrade } from '../lint/upgrade.ts';
import { readBaseFile } from './base.ts';
import { locate, type Analysis } from './analysis.ts';
import { BadCall } from './bad_call.ts';
import type { Call, Output } from './call.ts';
import type { DiffFlag } from './changed.ts';
import type { Parts, Terminal } from './engine.ts';
import { print, type Printing } from './print.ts';
import { usesColor, widthOf } from './terminal.ts';
import { choice, failLevel } from './what_if.ts';

/** lint, budget, show: read the apps, print the reports. */
export async function analyseCommand(call: Call, terminal: Terminal, parts: Parts): Promise<number> {
  const threshold = await failLevel(call);
  const when = await choice(call, 'color', ['auto', 'always', 'never'] as const, 'auto');
  if (call.command === 'budget' && call.positionals.length > 1)
    throw new BadCall('budget takes one path; type rails-pool-lint budget PATH');
  checkTogether(call);
  const compare = call.value('compare');
  const base = compare === null ? null : await readBaseFile(compare, terminal.cwd);
  const analysis = await locate(call, call.positionals, terminal, parts);
  const installed = await installedIn(call, analysis);
  const { result, diff } = await outcomeOf(call, analysis, terminal);
  const upgrade = await upgradeFrom(installed, result, analysis);
  for (const output of call.outputs) {
    const toFile = output.file !== null;
    if (diff !== null && !toFile) continue;
    const printing: Printing = {
      command: call.command,
      format: output.format,
      color: usesColor(when, terminal, toFile),
      width: widthOf(terminal, toFile),
      verbose: call.has('verbose'),
      quiet: call.has('quiet'),
      failLevel: threshold,
      files: analysis.files,
      workspace: workspaceOf(terminal),
      tool: { name: 'rails-pool-lint', version: parts.version() },
      base,
      upgrade,
    };
    write(await print(result, printing, parts), output, terminal);
  }
  if (diff !== null) terminal.stdout(withoutCommands(diff, 'diff'));
  if (call.command !== 'lint' || call.has('exit-zero') || call.has('suppress-all')) return 0;
  return fails(result, threshold) ? 1 : 0;
}

/** Flags after which the result is not that of the same files with other versions. */
const OF_OTHER_FILES = ['fix', 'unsafe-fixes', 'diff', 'suppress-all', 'prune-suppressions', 'changed-lines'];

/** What the apps come to with the versions that are installed; null where nobody asks what others change. */
async function installedIn(call: Call, analysis: Analysis): Promise<LintResult | null> {
  if (analysis.assumed.size === 0 || call.command === 'show') return null;
  return OF_OTHER_FILES.some((flag) => call.has(flag)) ? null : analysis.runInstalled();
}

async function upgradeFrom(
  installed: LintResult | null,
  result: LintResult,
  { assumed }: Analysis,
): Promise<Upgrade | null> {
  if (!installed) return null;
  const { upgradeOf } = await import('../lint/upgrade.ts');
  return upgradeOf(installed, result, assumed);
}

/** Flags that want different things of one run. */
function checkTogether(call: Call): void {
  const refuse = (one: string, other: string, why: string): void => {
    if (call.has(one) && call.has(other)) throw new BadCall(`--${one} and --${other} do not go together: ${why}`);
  };
  const fixing = ['fix', 'unsafe-fixes', 'diff'];
  const suppressing = ['suppress-all', 'prune-suppressions'];
  for (const one of suppressing) {
    for (const other of fixing) refuse(one, other, 'fix first, then suppress what is left');
    refuse(one, 'changed-lines', 'a baseline is of the whole app');
    refuse(one, 'stdin-filename', 'a baseline is of what is on disk');
  }
  if (!call.has('diff')) {
    const why = 'what comes from standard input cannot be written back; add --diff';
    for (const one of ['fix', 'unsafe-fixes']) refuse(one, 'stdin-filename', why);
  }
}

interface Outcome {
  readonly result: LintResult;
  /** What takes the place of the report on standard output; null where the report stands there. */
  readonly diff: string | null;
}

/** What the run finds, after it has written what it was asked to write. */
async function outcomeOf(call: Call, analysis: Analysis, terminal: Terminal): Promise<Outcome> {
  const linesOf = async (flag: DiffFlag) =>
    call.has(flag) ? (await import('./changed.ts')).changedLines(flag, call, terminal, analysis) : null;
  const changed = await linesOf('changed-lines');
  const annotated = await linesOf('annotate-changed');
  const whole = await analysis.run();
  if (call.has('suppress-all') || call.has('prune-suppressions')) {
    const { rewriteBaselines, tellOfBaselines } = await import('./baseline.ts');
    tellOfBaselines(await rewriteBaselines(analysis, whole, call.has('suppress-all')), terminal);
    return { result: await analysis.run(await analysis.withBaselines()), diff: null };
  }
  let result = whole;
  if (changed ?? annotated) {
    const { markedChanged, onChangedLines } = await import('../lint/changed_lines.ts');
    if (changed) result = onChangedLines(result, changed);
    if (annotated) result = markedChanged(result, annotated);
  }
  if (!call.has('fix') && !call.has('unsafe-fixes') && !call.has('diff')) return { result, diff: null };
  const { diffOf, fixed, tellOfFixes, writeFixed } = await import('./fix.ts');
  const outcome = await fixed(analysis, result, call.has('unsafe-fixes'), changed !== null);
  if (call.has('diff')) {
    // An empty diff looks like no answer.
    if (outcome.files.length === 0) tellOfFixes(outcome, terminal);
    return { result, diff: await diffOf(outcome.files, result) };
  }
  writeFixed(outcome.files);
  tellOfFixes(outcome, terminal);
  return { result: outcome.result, diff: null };
}

/** Reads the apps that the paths mean. */
export async function analysisOf(
  call: Call,
  paths: readonly string[],
  terminal: Terminal,
  parts: Parts,
): Promise<LintResult> {
  return (await locate(call, paths, terminal, parts)).run();
}

function fails(result: LintResult, threshold: Parameters<typeof reaches>[1]): boolean {
  return result.findings.some((finding) => !finding.suppressed && reaches(finding.severity, threshold));
}

export function write(report: string, output: Output, terminal: Terminal): void {
  const text = withoutCommands(report, output.format);
  if (output.file === null) {
    terminal.stdout(text);
    return;
  }
  try {
    writeFileSync(resolve(terminal.cwd, output.file), text);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const why =
      {
        ENOENT: 'its folder does not exist',
        EISDIR: 'it is a folder',
        EACCES: 'permission denied',
        EPERM: 'permission denied',
      }[code] ?? (code === '' ? 'unknown reason' : code);
    throw new BadCall(`-o ${escapeControls(output.file)} cannot be written: ${why}`);
  }
}

/** The working directory as GitHub's runner sees it; null outside of its workspace. */
function workspaceOf(terminal: Terminal): string | null {
  const workspace = terminal.env['GITHUB_WORKSPACE'];
  if (!workspace) return null;
  const path = relative(workspace, terminal.cwd).split(sep).join('/');
  return path === '..' || path.startsWith('../') || path.includes(':') ? null : path;
}
