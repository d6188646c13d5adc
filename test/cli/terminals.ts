import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Parts, RuleDescription } from '../../src/cli/engine.ts';
import { main } from '../../src/cli/main.ts';
import { appRoots, isApp } from '../../src/launch/apps.ts';
import type { App, EngineOptions } from '../../src/lint/engine.ts';
import type { LintResult } from '../../src/lint/result.ts';
import { result } from '../report/results.ts';

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** What the engine was asked, when it was asked. */
  readonly asked: { readonly apps: readonly App[]; readonly options: EngineOptions } | null;
}

const rule = (id: string, change: Partial<RuleDescription> = {}): RuleDescription => ({
  id,
  aliases: [],
  group: 'pool',
  severity: 'warning',
  fix: null,
  summary: `About ${id}.`,
  ...change,
});

export const rules: readonly RuleDescription[] = [
  rule('pool-smaller-than-puma-threads', { severity: 'error' }),
  rule('goodjob-async-fork-hooks-missing', { group: 'fork', aliases: ['missing-worker-boot-reconnect'] }),
  rule('missing-fork-disconnect-legacy', { group: 'fork', aliases: ['missing-worker-boot-reconnect'] }),
];

export interface Setting {
  readonly cwd?: string;
  readonly result?: LintResult;
  readonly env?: Record<string, string>;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly stdin?: string;
  readonly analyse?: Parts['analyse'];
}

/** Calls the program in-process, with an engine that answers what it is told to. */
export async function run(argv: readonly string[], setting: Setting = {}): Promise<Run> {
  const out: string[] = [];
  const err: string[] = [];
  let asked: Run['asked'] = null;
  const parts: Parts = {
    appRoots: (tree) => Promise.resolve(appRoots(tree)),
    isApp: (tree) => Promise.resolve(isApp(tree)),
    analyse: (apps, options) => {
      asked = { apps, options };
      return setting.analyse ? setting.analyse(apps, options) : Promise.resolve(setting.result ?? result([]));
    },
    rules: () => Promise.resolve(rules),
    page: ({ id }) => (id.startsWith('missing') ? null : `# ${id}\n\nIts page.\n\n`),
    version: () => '1.2.3',
  };
  const terminal = {
    stdout: (text: string) => void out.push(text),
    stderr: (text: string) => void err.push(text),
    stdin: () => Promise.resolve(new TextEncoder().encode(setting.stdin ?? '')),
    env: setting.env ?? {},
    cwd: setting.cwd ?? folder({ 'config/application.rb': '' }),
    isTTY: setting.isTTY ?? false,
    columns: setting.columns,
  };
  const code = await main(argv, terminal, parts);
  return { code, out: out.join(''), err: err.join(''), asked };
}

/** A folder on disk with these files. */
export function folder(files: Readonly<Record<string, string>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'cli-')));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}
