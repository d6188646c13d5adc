import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

// Plays the runner: takes the step out of action.yml, fills in the inputs as the runner would, and runs it with bash on
// a workspace with a history. The linter is the one of this checkout.

const root = join(import.meta.dirname, '../..');

interface Step {
  readonly id: string;
  readonly shell: string;
  readonly run: string;
  readonly env: Record<string, string>;
}

interface Action {
  readonly inputs: Record<string, { readonly default: string }>;
  readonly outputs: Record<string, { readonly value: string }>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const action: Action = parse(readFileSync(join(root, 'action.yml'), 'utf8'));
let folder = '';
let workspace = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rails-pool-lint-action-'));
});

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  workspace = join(folder, 'workspace');
  mkdirSync(workspace, { recursive: true });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A workspace with these commits, as actions/checkout leaves it; the SHA of each. */
function history(...commits: readonly Record<string, string>[]): string[] {
  const git = (...args: string[]) => execFileSync('git', ['-C', workspace, ...args], { encoding: 'utf8' }).trim();
  git('init', '-q', '-b', 'main');
  return commits.map((files) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(workspace, path, '..'), { recursive: true });
      writeFileSync(join(workspace, path), text);
    }
    git('add', '-A');
    git('-c', 'user.name=a', '-c', 'user.email=a@shop.example', 'commit', '-q', '-m', 'c');
    return git('rev-parse', 'HEAD');
  });
}

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly summary: string;
  readonly outputs: Record<string, string>;
}

function runner(given: Record<string, string>, event: object = {}, machine: Record<string, string> = {}): Ran {
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
  const file = (name: string, text = ''): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const script = file('step.sh', step.run);
  const said = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
    cwd: workspace,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTION_PATH: root,
      GITHUB_WORKSPACE: workspace,
      GITHUB_EVENT_PATH: file('event.json', JSON.stringify(event)),
      GITHUB_STEP_SUMMARY: file('summary.md'),
      GITHUB_OUTPUT: file('output'),
      RUNNER_TEMP: folder,
      ...machine,
      ...env,
    },
  });
  return {
    status: said.status,
    stdout: said.stdout,
    stderr: said.stderr,
    summary: readFileSync(join(folder, 'summary.md'), 'utf8'),
    outputs: outputsIn(readFileSync(join(folder, 'output'), 'utf8')),
  };
}

/** As the runner reads it: `name<<delimiter`, lines, the delimiter. */
function outputsIn(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^(.+?)<<(.+)\n([^]*?)\n\2$/gm)].map(([, name, , value]) => [name!, value!]),
  );
}

const BEFORE = {
  'config/puma.rb': 'workers 2\npreload_app!\nthreads 3, 3\n',
  'config/database.yml': 'production:\n  adapter: postgresql\n  host: db.example\n  database: shop\n  pool: 5\n',
  'Gemfile.lock':
    'GEM\n  remote: https://gems.example/\n  specs:\n    puma (6.6.0)\n    rails (7.1.5)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  puma\n  rails\n',
  Procfile: 'web: bundle exec puma\n',
};
const AFTER = { 'config/puma.rb': 'workers 2\npreload_app!\nthreads 8, 8\n' };

function pullRequest(base: string | undefined): object {
  return { pull_request: { base: { sha: base } } };
}

describe('the Action', () => {
  it('is one step without a third party’s action, and never writes an input into a script', () => {
    expect(action.runs.using).toBe('composite');
    expect(action.runs.steps).toHaveLength(1);
    expect(action.runs.steps[0]?.shell).toBe('bash');
    expect(action.runs.steps[0]?.run).not.toContain('${{');
    expect(Object.keys(action.runs.steps[0] ?? {}).toSorted()).toEqual(['env', 'id', 'run', 'shell']);
    expect(Object.keys(action.inputs)).toEqual([
      'path',
      'config',
      'fail-level',
      'annotations',
      'changed-only',
      'sarif-file',
      'summary',
      'args',
    ]);
    for (const [name, { value }] of Object.entries(action.outputs))
      expect(value).toBe(`\${{ steps.${action.runs.steps[0]?.id}.outputs.${name} }}`);
  });

  it('opens the summary of a pull request with what it changes about the connections', () => {
    const [base] = history(BEFORE, AFTER);
    const { status, stdout, summary, outputs } = runner({}, pullRequest(base));
    expect(status).toBe(1);
    // On the line that has changed, with the place of what is too small.
    expect(stdout).toMatch(/^::error file=config\/puma\.rb,line=3,.*::config\/database\.yml:5:9: /m);
    expect(summary.split('\n')[0]).toMatch(/6.*10/);
    expect(summary).toContain('config/puma.rb:3');
    expect(summary).toContain('pool-smaller-than-puma-threads');
    expect(outputs).toEqual({ findings: '1', 'connections-peak': '10', 'sarif-file': '' });
  });

  it('compares with the base as it was committed, whatever its attributes keep out of an archive', () => {
    const attributes = { '.gitattributes': 'config export-ignore\nProcfile export-subst\n* filter=evil\n' };
    symlinkSync('config/puma.rb', join(workspace, 'puma.rb'));
    const [base] = history({ ...BEFORE, ...attributes }, AFTER);
    const { summary } = runner({}, pullRequest(base));
    expect(summary.split('\n')[0]).toMatch(/6.*10/);
    expect(summary).not.toContain('(new)');
  });

  it('keeps to what the pull request changes, if that is asked for', () => {
    const [, base] = history({ ...BEFORE, ...AFTER }, { 'README.md': 'shop\n' }, { 'README.md': 'the shop\n' });
    expect(runner({ 'changed-only': 'true' }, pullRequest(base))).toMatchObject({
      status: 0,
      outputs: { findings: '0' },
    });
    expect(runner({}, pullRequest(base))).toMatchObject({ status: 1, outputs: { findings: '1' } });
  });

  it('works without a base: a first push, no event, no repository', () => {
    history({ ...BEFORE, ...AFTER });
    expect(runner({ 'changed-only': 'true' }, { before: '0'.repeat(40) }).status).toBe(1);
    expect(runner({ 'changed-only': 'true' }, pullRequest('f'.repeat(40))).status).toBe(1);
    rmSync(join(workspace, '.git'), { recursive: true });
    expect(runner({}).outputs).toMatchObject({ findings: '1' });
  });

  it('writes SARIF where it is told, and says where', () => {
    history({ ...BEFORE, ...AFTER });
    const { outputs } = runner({ 'sarif-file': 'out.sarif' });
    expect(outputs['sarif-file']).toBe('out.sarif');
    expect(JSON.parse(readFileSync(join(workspace, 'out.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' });
  });

  it('passes on what is said, to the budget too', () => {
    history({ ...BEFORE, 'other.yml': 'overhead: 7\n' });
    const { status, outputs, summary } = runner({
      config: 'other.yml',
      'fail-level': 'error',
      annotations: 'false',
      args: '--hosts web=4\n--only  pool --max-connections 100',
    });
    expect(status).toBe(0);
    expect(outputs['connections-peak']).toBe('24');
    expect(summary).toContain('7');
  });

  it('takes no input for code, and expands nothing', () => {
    history(BEFORE);
    const hostile = '$(touch pwned);`touch pwned`;*"\'';
    for (const name of [
      'path',
      'config',
      'fail-level',
      'sarif-file',
      'args',
      'annotations',
      'changed-only',
      'summary',
    ]) {
      const { status } = runner({ [name]: hostile });
      expect([name, status]).toEqual([name, name === 'sarif-file' ? 0 : 2]);
    }
    expect(existsSync(join(workspace, 'pwned'))).toBe(false);
    expect(runner({ annotations: 'yes' }).stdout).toContain('::error::annotations is true or false, not "yes"');
  });

  it('runs nothing of the repository when it asks git for the base', () => {
    const [base] = history(BEFORE, { ...AFTER, '.gitattributes': '* diff=evil filter=evil\n' });
    const hooks = join(workspace, '.git/hooks');
    mkdirSync(hooks, { recursive: true });
    writeFileSync(join(hooks, 'reference-transaction'), '#!/bin/sh\ntouch ../pwned\n', { mode: 0o755 });
    execFileSync('git', ['-C', workspace, 'config', 'diff.evil.textconv', 'touch pwned; cat']);
    execFileSync('git', ['-C', workspace, 'config', 'diff.external', 'touch pwned']);
    runner({ 'changed-only': 'true' }, pullRequest(base));
    expect(existsSync(join(workspace, 'pwned'))).toBe(false);
  });

  it('leaves nothing behind but what it was asked for', () => {
    const [base] = history(BEFORE, AFTER);
    runner({}, pullRequest(base));
    expect(execFileSync('git', ['-C', workspace, 'status', '--porcelain'], { encoding: 'utf8' })).toBe('');
    const left = execFileSync('ls', ['-A', folder], { encoding: 'utf8' }).split('\n');
    expect(left.filter((name) => name.startsWith('rails-pool-lint-'))).toEqual([]);
  });

  it('ends with the exit code of a call that is wrong, and says why', () => {
    const { status, stderr, outputs } = runner({ path: 'nowhere' });
    expect(status).toBe(2);
    expect(stderr).toContain('no such path: nowhere');
    expect(outputs).toEqual({ findings: '0', 'connections-peak': '', 'sarif-file': '' });
  });
});

describe('installing the Action', () => {
  it('takes what is there, and otherwise installs what it needs and builds', () => {
    const checkout = join(folder, 'action');
    for (const path of ['scripts', 'package.json', 'dist/src'])
      cpSync(join(root, path), join(checkout, path), { recursive: true });
    writeFileSync(join(checkout, 'dist/cli.js'), 'process.exit(0);');
    cpSync(join(root, 'dist/src/cli/flags.js'), join(checkout, 'dist/src/cli/flags.js'));
    // A stand-in for npm says what it was asked to do, and does no more.
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'npm'), '#!/bin/sh\necho "npm $*"\nexit 7\n', { mode: 0o755 });
    const machine = { GITHUB_ACTION_PATH: checkout, PATH: `${bin}:${process.env['PATH']}` };
    const failed = runner({}, {}, machine);
    expect(failed.stdout).toContain('npm ci --ignore-scripts --omit=dev');
    expect(failed.status).not.toBe(0);
    mkdirSync(join(checkout, 'node_modules'));
    expect(runner({}, {}, machine)).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });
});
