import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { readCommand } from '../../src/launch/command.ts';
import { AppFiles } from '../../src/launch/files.ts';
import type { Command, Launch } from '../../src/launch/launch.ts';
import { PaperBoot } from '../../src/launch/paper_boot.ts';
import { MemoryTree } from '../../src/repo/memory.ts';
import { loadRuby } from '../../src/ruby/parse.ts';
import { SYSTEMS } from '../../src/systems/index.ts';
import type { SettingLeaf, Settings, System } from '../../src/systems/system.ts';
import { SourceFile, span } from '../../src/text/source.ts';
import { Environment } from '../../src/value/environment.ts';
import { known, type Traced } from '../../src/value/traced.ts';
import { GemVersion } from '../../src/versions/compare.ts';
import { readLockfile } from '../../src/versions/lockfile.ts';
import { Versions } from '../../src/versions/versions.ts';

const require = createRequire(import.meta.url);
const parser = await loadRuby({
  runtime: readFileSync(require.resolve('web-tree-sitter/web-tree-sitter.wasm')),
  grammar: readFileSync(require.resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-ruby.wasm')),
  prism: readFileSync(require.resolve('@ruby/prism/src/prism.wasm')),
});

export interface Case {
  readonly files?: Record<string, string>;
  readonly command?: string;
  readonly env?: Record<string, string>;
  readonly gems?: Record<string, string>;
  /** Gemfile.lock: what it does not list, the application does not have. */
  readonly lockfile?: string;
  readonly cpus?: number;
}

function launchOf(given: Case, system: System): Launch {
  const empty = Environment.EMPTY;
  const environment = Object.entries(given.env ?? {}).reduce(
    (before, [name, value]) => before.with(name, known(value, { kind: 'flag', text: `--set ${name}=${value}` })),
    empty,
  );
  const hosts = known(1, { kind: 'assumed', text: 'one' } as const);
  const launch: Launch = { name: 'web', command: null, system: system.id, environment, declared: true, hosts };
  return given.command === undefined ? launch : { ...launch, ...commandOf(given.command, environment) };
}

export function versionsFor(gems: Record<string, string>, lockfile: string | null = null): Versions {
  const assumed = new Map(
    Object.entries(gems).map(([gem, version]) => [
      gem,
      { version: GemVersion.of(version), origin: { kind: 'flag', text: gem } as const },
    ]),
  );
  return new Versions({
    lockfile: lockfile === null ? null : readLockfile(new SourceFile('Gemfile.lock', lockfile)),
    constraints: new Map(),
    assumed,
  });
}

/** The command of a case, read where it is all of a Procfile. */
export function commandOf(text: string, environment: Environment): { command: Command; environment: Environment } {
  const file = new SourceFile('Procfile', text);
  const reading = readCommand(text, span(file, 0, text.length), environment, SYSTEMS);
  const [candidate] = reading.candidates;
  if (!candidate) throw new Error(`nothing starts: ${text} (${reading.unresolved})`);
  return { command: candidate.command, environment: candidate.environment };
}

/** Boots a system over files, a command line, variables and gem versions. */
export function bootCase(system: System, given: Case) {
  const launch = launchOf(given, system);
  const boot = new PaperBoot({
    work: { left: Infinity },
    launch,
    railsEnv: given.env?.['RAILS_ENV'] ?? 'production',
    versions: versionsFor(given.gems ?? {}, given.lockfile),
    files: new AppFiles(new MemoryTree(given.files ?? {}), '.'),
    parser,
    cpus: given.cpus ?? null,
  });
  const booted = system.boot(boot, launch.command);
  return { boot, problems: boot.problems.map((problem) => problem.message), ...booted };
}

/** A setting as a test reads it: its value, `?` when unknown, with its candidates in brackets. */
export function shown(setting: SettingLeaf | readonly SettingLeaf[] | readonly Settings[] | undefined): unknown {
  if (setting === undefined || typeof setting === 'string') return setting;
  if (Array.isArray(setting)) return setting.map((one) => shownItem(one as SettingLeaf | Settings));
  return shownItem(setting as SettingLeaf);
}

function shownItem(setting: SettingLeaf | Settings): unknown {
  if (typeof setting === 'string') return setting;
  if ('known' in setting && typeof setting['known'] === 'boolean') return shownTraced(setting as Traced<unknown>);
  return Object.fromEntries(Object.entries(setting as Settings).map(([key, value]) => [key, shown(value)]));
}

export function shownTraced(traced: Traced<unknown>): unknown {
  if (traced.known) return traced.value;
  return traced.candidates ? `? [${traced.candidates.map((one) => String(one.value)).join(' ')}]` : '?';
}
