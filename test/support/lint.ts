import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { analyse, type EngineOptions } from '../../src/lint/engine.ts';
import type { LintResult, ReportedFinding } from '../../src/lint/result.ts';
import { DiskTree } from '../../src/repo/disk.ts';
import { MemoryTree } from '../../src/repo/memory.ts';
import type { FileTree } from '../../src/repo/tree.ts';
import type { RubyGrammar } from '../../src/ruby/parse.ts';
import { BASELINE_NAME, type Baseline } from '../../src/lint/baseline.ts';
import { readBaseline } from '../../src/lint/baseline_file.ts';
import { readConfiguration, type Configuration } from '../../src/lint/configuration.ts';
import { placeOf, SourceFile } from '../../src/text/source.ts';
import { rules } from '../../rules/index.ts';

const require = createRequire(import.meta.url);

export const grammar: RubyGrammar = {
  runtime: readFileSync(require.resolve('web-tree-sitter/web-tree-sitter.wasm')),
  grammar: readFileSync(require.resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-ruby.wasm')),
  prism: readFileSync(require.resolve('@ruby/prism/src/prism.wasm')),
};

export const DEFAULTS: EngineOptions = {
  environment: null,
  deployments: [],
  set: [],
  cpus: null,
  hosts: new Map(),
  maxConnections: [],
  assume: new Map(),
  only: [],
  disable: [],
  minConfidence: 'low',
};

/** Lints a repository that exists only in memory. */
export function lintFiles(files: Record<string, string>, options: Partial<EngineOptions> = {}): Promise<LintResult> {
  const own = files['.rails-pool-lint.yml'];
  const configuration = own === undefined ? null : readConfiguration(new SourceFile('.rails-pool-lint.yml', own));
  const suppressions = files[BASELINE_NAME];
  const baseline = suppressions === undefined ? null : readBaseline(new SourceFile(BASELINE_NAME, suppressions));
  return lintTree(new MemoryTree(files), options, configuration, baseline);
}

/** Lints one of the repositories under fixtures/. */
export function lintFixture(name: string, options: Partial<EngineOptions> = {}): Promise<LintResult> {
  return lintTree(new DiskTree(new URL(`../../fixtures/${name}`, import.meta.url).pathname), options);
}

function lintTree(
  tree: FileTree,
  options: Partial<EngineOptions>,
  configuration: Configuration | null = null,
  baseline: Baseline | null = null,
): Promise<LintResult> {
  return analyse(
    [{ root: '.', tree, configuration, baseline, coversConfiguration: true }],
    { ...DEFAULTS, ...options },
    rules,
    grammar,
  );
}

/** A finding as `concise` prints it, so that expectations read like output. */
export function concise(finding: ReportedFinding): string {
  const { file, line, column } = placeOf(finding.at);
  return `${file}:${line}:${column}: ${finding.severity} ${finding.rule} ${finding.message}`;
}

/** A Gemfile.lock that lists these gems. */
export function lockfile(gems: Record<string, string>): string {
  const names = Object.keys(gems).toSorted();
  const specs = names.map((name) => `    ${name} (${gems[name]})`);
  const dependencies = names.map((name) => `  ${name}`);
  return [
    'GEM',
    '  remote: https://gems.example/',
    '  specs:',
    ...specs,
    '',
    'PLATFORMS',
    '  ruby',
    '',
    'DEPENDENCIES',
    ...dependencies,
    '',
  ].join('\n');
}
