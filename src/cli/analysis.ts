import { realpathSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import type { App, EngineOptions } from '../lint/engine.ts';
import type { Configuration } from '../lint/configuration.ts';
import type { LintResult } from '../lint/result.ts';
import { ExcludingTree } from '../repo/excluding.ts';
import { OverlayTree } from '../repo/overlay.ts';
import type { FileTree } from '../repo/tree.ts';
import { BadCall } from './bad_call.ts';
import { Baselines } from './baseline.ts';
import type { Call } from './call.ts';
import { Configurations } from './configuration.ts';
import type { Parts, Terminal } from './engine.ts';
import { selectRules } from './selection.ts';
import { stdinFile } from './stdin.ts';
import { targetsOf } from './targets.ts';
import { whatIf } from './what_if.ts';

/** An app with what belongs to it, and where. */
export interface LocatedApp extends App {
  /** Absolute. */
  readonly folder: string;
  /** Absolute: where its baseline is, or would be. */
  readonly baselineAt: string;
}

/** What a call asks to be read. It can be read again: with another baseline, or as fixes would leave it. */
export interface Analysis {
  /** Absolute, without links. */
  readonly cwd: string;
  readonly apps: readonly LocatedApp[];
  /** Files that were named, relative to the working directory. */
  readonly files: readonly string[];
  run(apps?: readonly LocatedApp[]): Promise<LintResult>;
  /** Versions that are assumed instead of the installed ones, by gem. */
  readonly assumed: ReadonlyMap<string, string>;
  /** The apps with the versions that are installed. */
  runInstalled(): Promise<LintResult>;
  /** The apps with their baselines as they are on disk now. */
  withBaselines(): Promise<readonly LocatedApp[]>;
}

/** Finds what the paths mean, with configurations, baselines, and what comes from standard input. Throws BadCall. */
export async function locate(
  call: Call,
  paths: readonly string[],
  terminal: Terminal,
  parts: Parts,
): Promise<Analysis> {
  const options: EngineOptions = {
    ...(await whatIf(call)),
    ...(await selectRules(await parts.rules(), call.values('only'), call.values('disable'))),
    // Hundreds of boots: where the answer is printed.
    proves: call.command === 'show' || (call.command === 'lint' && call.has('verbose')),
  };
  const cwd = realpathSync.native(terminal.cwd);
  const given = await stdinFile(call, terminal, cwd);
  const { apps, files, folders } = await targetsOf(
    given && paths.length === 0 ? [given.target] : paths,
    terminal.cwd,
    parts,
  );
  const inApp = given && apps.find(({ folder }) => given.pathIn(folder) !== null);
  if (given && !inApp) throw new BadCall(`--stdin-filename ${given.shown} lies in none of the apps that are read`);
  const configurations = new Configurations(call, cwd);
  const located: LocatedApp[] = [];
  for (const { root, folder, tree } of apps) {
    const configuration = await configurations.of(folder);
    const { exclude } = configuration ?? {};
    if (exclude && root !== '.' && exclude(root)) continue;
    const shownIn = (path: string): string => (root === '.' ? path : `${root}/${path}`);
    if (exclude && !(await parts.isApp(new ExcludingTree(tree, (path) => exclude(shownIn(path)))))) continue;
    const own: FileTree =
      given && inApp?.folder === folder
        ? new OverlayTree(tree, new Map([[given.pathIn(folder)!, given.content]]))
        : tree;
    const baselineAt = join(configuration ? resolve(cwd, configuration.folder) : folder, Baselines.NAME);
    const coversConfiguration =
      configuration !== null &&
      namesAnything(configuration) &&
      (await readsAllBelow(resolve(cwd, configuration.folder), { folder, tree, folders }, parts));
    located.push({ root, folder, tree: own, configuration, coversConfiguration, baselineAt });
  }
  if (located.length === 0) throw new BadCall('`exclude` in the configuration leaves no app to read');
  const withBaselines = async (): Promise<readonly LocatedApp[]> => {
    if (call.command !== 'lint') return located;
    const baselines = new Baselines(cwd);
    return Promise.all(located.map(async (app) => ({ ...app, baseline: await baselines.at(app.baselineAt) })));
  };
  const first = await withBaselines();
  return {
    cwd,
    apps: first,
    files,
    run: (chosen = first) => parts.analyse(chosen, options),
    assumed: options.assume,
    runInstalled: () => parts.analyse(first, { ...options, assume: new Map() }),
    withBaselines,
  };
}

/** Whether a configuration speaks of what may not be there. */
function namesAnything({ ignore, env, hosts, maxConnections, deployments }: Configuration): boolean {
  return ignore.length + env.length + hosts.size + maxConnections.length + deployments.length > 0;
}

/** Whether a run reads every app below the folder of a configuration: a part of them cannot say that none needs it. */
async function readsAllBelow(
  configured: string,
  { folder, tree, folders }: { readonly folder: string; readonly tree: FileTree; readonly folders: readonly string[] },
  parts: Parts,
): Promise<boolean> {
  if (folders.some((named) => configured === named || configured.startsWith(named + sep))) return true;
  // A file means its app alone: that is all there is where no other one lies in it.
  return configured === folder && (await parts.appRoots(tree)).every((root) => root === '.');
}
