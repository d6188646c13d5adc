import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

// Plays the runner: takes the step out of action.yml, fills in the inputs as the runner would, and runs its script
// with bash. The checkout of the Action is a stand-in whose linter writes down what it was called with.

const root = join(import.meta.dirname, '../..');

interface Step {
  readonly shell: string;
  readonly run: string;
  readonly env: Record<string, string>;
}

interface Action {
  readonly inputs: Record<string, { readonly default: string }>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const action: Action = parse(readFileSync(join(root, 'action.yml'), 'utf8'));
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rails-pool-lint-action-'));
  const checkout = join(folder, 'action');
  for (const part of ['dist', 'node_modules', 'scripts']) mkdirSync(join(checkout, part), { recursive: true });
  mkdirSync(join(folder, 'workspace'));
  writeFileSync(join(checkout, 'scripts/action.sh'), readFileSync(join(root, 'scripts/action.sh')));
  writeFileSync(join(checkout, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(checkout, 'dist/cli.js'),
    'console.log(JSON.stringify({ arguments: process.argv.slice(2), folder: process.cwd() }));process.exit(1);',
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function runner(
  given: Record<string, string>,
  machine: Record<string, string> = {},
): { status: number | null; stdout: string; stderr: string } {
  const step = action.runs.steps[0];
  if (!step) throw new Error('action.yml has no step');
  const inputs = Object.fromEntries(
    Object.entries(action.inputs).map(([name, input]) => [name, given[name] ?? input.default]),
  );
  const env = Object.fromEntries(
    Object.entries(step.env).map(([name, text]) => [
      name,
      text.replaceAll(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, input: string) => inputs[input] ?? `no input ${input}`),
    ]),
  );
  const script = join(folder, 'step.sh');
  writeFileSync(script, step.run);
  chmodSync(script, 0o755);
  return spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
    cwd: join(folder, 'workspace'),
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTION_PATH: join(folder, 'action'),
      GITHUB_WORKSPACE: join(folder, 'workspace'),
      ...machine,
      ...env,
    },
  });
}

function calledWith(given: Record<string, string>): string[] {
  const { stdout, stderr } = runner(given);
  expect(stderr).toBe('');
  const said: { arguments: string[] } = JSON.parse(stdout);
  return said.arguments;
}

describe('the Action', () => {
  it('is one step without a third party’s action, and never writes an input into a script', () => {
    expect(action.runs.using).toBe('composite');
    expect(action.runs.steps).toHaveLength(1);
    expect(action.runs.steps[0]?.shell).toBe('bash');
    expect(action.runs.steps[0]?.run).not.toContain('${{');
    expect(Object.keys(action.runs.steps[0] ?? {}).toSorted()).toEqual(['env', 'run', 'shell']);
  });

  it('lints the workspace and annotates, if nothing is said', () => {
    expect(calledWith({})).toEqual(['--fail-level', 'warning', '--format', 'github', '--', '.']);
  });

  it('passes on what is said', () => {
    expect(
      calledWith({
        path: 'apps/my shop',
        'fail-level': 'error',
        annotations: 'false',
        args: '--verbose\n--only  pool',
      }),
    ).toEqual(['--fail-level', 'error', '--format', 'text', '--verbose', '--only', 'pool', '--', 'apps/my shop']);
  });

  it('takes no input for code, and expands nothing', () => {
    const hostile = '$(touch pwned);`touch pwned`;*"\'';
    expect(calledWith({ path: hostile, 'fail-level': hostile, args: hostile })).toEqual([
      '--fail-level',
      hostile,
      '--format',
      'github',
      '$(touch',
      'pwned);`touch',
      'pwned`;*"\'',
      '--',
      hostile,
    ]);
    expect(execFileSync('ls', ['-A', join(folder, 'workspace')], { encoding: 'utf8' })).toBe('');
  });

  it('hands on the exit code, in the workspace', () => {
    const { status, stdout } = runner({});
    expect(status).toBe(1);
    expect(JSON.parse(stdout).folder).toBe(join(folder, 'workspace'));
  });

  it('annotates what the linter of this checkout finds', () => {
    const workspace = join(root, 'fixtures/sidekiq-c-25-on-an-anchored-pool-of-5');
    const { status, stdout } = runner({}, { GITHUB_ACTION_PATH: root, GITHUB_WORKSPACE: workspace });
    expect(stdout).toMatch(/^::(error|warning) [^\n]*file=config\/database\.yml,line=4,/m);
    expect(status).toBe(1);
    expect(
      runner({ path: '../healthy-three-tier' }, { GITHUB_ACTION_PATH: root, GITHUB_WORKSPACE: workspace }),
    ).toEqual(expect.objectContaining({ status: 0 }));
  });

  it('refuses an annotations that is neither true nor false', () => {
    const { status, stdout } = runner({ annotations: 'yes' });
    expect(status).toBe(2);
    expect(stdout).toContain('::error::annotations is true or false, not yes');
  });
});
