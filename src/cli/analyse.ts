import { realpathSync, writeFileSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { escapeControls } from '../report/characters.ts';
import { reaches } from '../report/words.ts';
import type { App } from '../lint/engine.ts';
import type { LintResult } from '../lint/result.ts';
import { readBaseFile } from './base.ts';
import { BadCall } from './bad_call.ts';
import type { Call, Output } from './call.ts';
import { Configurations } from './configuration.ts';
import type { Parts, Terminal } from './engine.ts';
import { print, type Printing } from './print.ts';
import { selectRules } from './selection.ts';
import { targetsOf } from './targets.ts';
import { usesColor, widthOf } from './terminal.ts';
import { choice, failLevel, whatIf } from './what_if.ts';

/** lint, budget, show: read the apps, print the reports. */
export async function analyseCommand(call: Call, terminal: Terminal, parts: Parts): Promise<number> {
  const threshold = await failLevel(call);
  const when = await choice(call, 'color', ['auto', 'always', 'never'] as const, 'auto');
  if (call.command === 'budget' && call.positionals.length > 1)
    throw new BadCall('budget takes one path; type rails-pool-lint budget PATH');
  const compare = call.value('compare');
  const base = compare === null ? null : await readBaseFile(compare, terminal.cwd);
  const { files, ...result } = await analysisOf(call, call.positionals, terminal, parts);
  for (const output of call.outputs) {
    const toFile = output.file !== null;
    const printing: Printing = {
      command: call.command,
      format: output.format,
      color: usesColor(when, terminal, toFile),
      width: widthOf(terminal, toFile),
      verbose: call.has('verbose'),
      quiet: call.has('quiet'),
      failLevel: threshold,
      files,
      workspace: workspaceOf(terminal),
      tool: { name: 'rails-pool-lint', version: parts.version() },
      base,
    };
    write(await print(result, printing, parts), output, terminal);
  }
  if (call.command !== 'lint' || call.has('exit-zero')) return 0;
  return fails(result, threshold) ? 1 : 0;
}

/** Reads the apps that the paths mean. */
export async function analysisOf(
  call: Call,
  paths: readonly string[],
  terminal: Terminal,
  parts: Parts,
): Promise<LintResult & { readonly files: readonly string[] }> {
  const options = await whatIf(call);
  const chosen = await selectRules(await parts.rules(), call.values('only'), call.values('disable'));
  const { apps, files } = await targetsOf(paths, terminal.cwd, parts);
  const configurations = new Configurations(call, realpathSync.native(terminal.cwd));
  const configured: App[] = [];
  for (const { root, folder, tree } of apps)
    configured.push({ root, tree, configuration: await configurations.of(folder) });
  return { ...(await parts.analyse(configured, { ...options, ...chosen })), files };
}

function fails(result: LintResult, threshold: Parameters<typeof reaches>[1]): boolean {
  return result.findings.some((finding) => !finding.suppressed && reaches(finding.severity, threshold));
}

export function write(text: string, output: Output, terminal: Terminal): void {
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
