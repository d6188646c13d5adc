// What action.yml runs: the linter from the Action's own checkout, on the workspace.
//
//   annotations   workflow commands on standard output; on a pull request the changed one of a finding's places
//   summary       what the change does to the connections (against the base of the pull request), then the findings
//   outputs       findings, connections-peak, sarif-file
//
// Inputs arrive as variables only (INPUT_…) and are handed on as arguments of a process, never as text of a script.
// git is asked for two things, both without hooks, external diffs or filters: the diff to the base and the files of the
// base, which go into a temporary folder. No token is needed beyond what actions/checkout leaves behind; without a base
// (a first push, a shallow clone that cannot be deepened) everything but the comparison works.

import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import process, { env, stderr, stdout } from 'node:process';
import { pathToFileURL } from 'node:url';
import { install } from './action_install.mjs';

const SUMMARY_LIMIT = 1024 * 1024;
const MISTAKE = 2;
/** Nothing that decides a number is larger, in bytes. */
const LARGEST = 2_000_000;

const tool = env.GITHUB_ACTION_PATH;
const workspace = env.GITHUB_WORKSPACE || '.';
const scratch = mkdtempSync(join(env.RUNNER_TEMP || tmpdir(), 'rails-pool-lint-'));

try {
  process.exitCode = await main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function main() {
  const annotations = flag('annotations', 'INPUT_ANNOTATIONS');
  const changedOnly = flag('changed-only', 'INPUT_CHANGED_ONLY');
  const summary = flag('summary', 'INPUT_SUMMARY');
  if (annotations === null || changedOnly === null || summary === null) return MISTAKE;
  await install(tool);
  const path = env.INPUT_PATH || '.';
  const base = baseCommit();
  const diff = base === null ? null : diffTo(base);
  const findings = join(scratch, 'findings.json');
  const sarif = env.INPUT_SARIF_FILE ? resolve(workspace, env.INPUT_SARIF_FILE) : null;
  const more = (env.INPUT_ARGS ?? '').split(/\s+/).filter((word) => word !== '');
  const config = env.INPUT_CONFIG ? ['--config', env.INPUT_CONFIG] : [];

  const lint = ['--fail-level', env.INPUT_FAIL_LEVEL || 'warning', ...config];
  // Annotations of a change stand on its lines; without changed-only the others are shown too.
  if (diff !== null) lint.push(changedOnly ? '--changed-lines' : '--annotate-changed', diff);
  lint.push('--format', annotations ? 'github' : 'text', '--format', 'json', '--output-file', findings);
  if (sarif !== null) lint.push('--format', 'sarif', '--output-file', sarif);
  const markdown = join(scratch, 'findings.md');
  if (summary) lint.push('--format', 'markdown', '--output-file', markdown);
  const status = run([...lint, ...more, '--', path]);

  const shared = [...config, ...(await sharedFlags(more))];
  const now = status === MISTAKE ? null : budget(workspace, path, shared, join(scratch, 'budget.json'));
  if (summary && status !== MISTAKE) writeSummary({ base, path, shared, markdown });
  writeOutputs({ findings, sarif, budget: now });
  return status;
}

/** An input that is true or false; null, with an annotation, for anything else. */
function flag(name, variable) {
  const given = env[variable] ?? '';
  if (given === 'true') return true;
  if (given === 'false') return false;
  const shown = JSON.stringify(given).replaceAll('%', '%25').replaceAll('\\n', '%0A');
  stdout.write(`::error::${name} is true or false, not ${shown}\n`);
  return null;
}

/** Runs the linter in the workspace with what it prints passed through, and gives its exit code. */
function run(args) {
  const { status, error } = spawnSync(process.execPath, [join(tool, 'dist/cli.js'), ...args], {
    cwd: workspace,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error) throw error;
  return status ?? MISTAKE;
}

/** The budget of an app in a folder as JSON in a file; null where it cannot be told. */
function budget(folder, path, shared, file) {
  const args = ['budget', '--format', 'json', '--output-file', file, ...shared, '--', path];
  const { status } = spawnSync(process.execPath, [join(tool, 'dist/cli.js'), ...args], {
    cwd: folder,
    stdio: 'ignore',
  });
  return status === 0 && existsSync(file) ? file : null;
}

/** Of the further arguments those that `budget` understands too. */
async function sharedFlags(words) {
  const { FLAGS } = await import(pathToFileURL(join(tool, 'dist/src/cli/flags.js')).href);
  const kept = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    const known = FLAGS.find(
      ({ name, short }) => word === `--${name}` || word.startsWith(`--${name}=`) || word === `-${short}`,
    );
    const takesNext = known?.value !== undefined && !word.includes('=');
    const isShared = known !== undefined && !known.only && !['format', 'output-file'].includes(known.name);
    if (isShared) kept.push(...words.slice(index, index + (takesNext ? 2 : 1)));
    if (takesNext) index += 1;
  }
  return kept;
}

/** The commit that a pull request, a merge group or a push starts from, present in the repository; else null. */
function baseCommit() {
  const event = eventPayload();
  const sha = event?.pull_request?.base?.sha ?? event?.merge_group?.base_sha ?? event?.before;
  if (typeof sha !== 'string' || !/^[0-9a-f]{40,64}$/.test(sha) || /^0+$/.test(sha)) return null;
  if (has(sha)) return sha;
  // actions/checkout brings one commit unless told otherwise.
  git(['fetch', '--quiet', '--no-tags', '--depth=1', 'origin', sha]);
  return has(sha) ? sha : null;
}

function eventPayload() {
  try {
    return JSON.parse(readFileSync(env.GITHUB_EVENT_PATH ?? '', 'utf8'));
  } catch {
    return null;
  }
}

function has(sha) {
  return git(['cat-file', '-e', `${sha}^{commit}`]) !== null;
}

/** What git prints, or null where it fails. The workspace may belong to another user of the runner. */
function git(args, input) {
  try {
    return execFileSync('git', ['-c', 'safe.directory=*', '-c', 'core.hooksPath=/dev/null', '-C', workspace, ...args], {
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'ignore'],
      input,
      maxBuffer: 512 * 1024 * 1024,
    });
  } catch {
    return null;
  }
}

function diffTo(base) {
  const from = git(['merge-base', base, 'HEAD'])?.toString().trim() || base;
  const text = git(['diff', '--unified=0', '--no-color', '--no-ext-diff', '--no-textconv', from, 'HEAD']);
  if (text === null) return null;
  const file = join(scratch, 'changes.diff');
  writeFileSync(file, text);
  return file;
}

/**
 * The files of the base in a folder of their own, byte by byte as they were committed; null where git cannot say. An
 * archive would leave out what attributes exclude from releases, and a checkout would run filters.
 */
function checkoutOf(base) {
  const listed = git(['ls-tree', '-r', '-l', '-z', base])?.toString().split('\0') ?? [];
  const entries = listed.flatMap((line) => {
    const [, mode, name, size, path] = /^(\d+) blob (\w+) +(\d+)\t(.+)$/s.exec(line) ?? [];
    return path === undefined || Number(size) > LARGEST ? [] : [{ name, path, isLink: mode === '120000' }];
  });
  const contents = blobs(entries.map(({ name }) => name));
  if (contents === null) return null;
  const folder = join(scratch, 'base');
  mkdirSync(folder);
  const write = ({ name, path, isLink }) => {
    const target = resolve(folder, path);
    if (!target.startsWith(folder + sep)) return;
    mkdirSync(dirname(target), { recursive: true });
    if (isLink) symlinkSync(contents.get(name), target);
    else writeFileSync(target, contents.get(name), { flag: 'wx' });
  };
  // Links last, and none below another one: nothing is written through a link.
  const links = entries.filter(({ isLink }) => isLink);
  try {
    entries.filter(({ isLink }) => !isLink).forEach(write);
    links.filter(({ path }) => !links.some((other) => path.startsWith(`${other.path}/`))).forEach(write);
    return folder;
  } catch {
    // No tree that git has checked has a file and a folder of one name.
    return null;
  }
}

/** The content of blobs by their names; null where one of them is not there. */
function blobs(names) {
  const printed = names.length === 0 ? null : git(['cat-file', '--batch'], `${names.join('\n')}\n`);
  if (printed === null) return null;
  const found = new Map();
  let at = 0;
  while (at < printed.length) {
    const end = printed.indexOf('\n', at);
    const [, name, size] = /^(\w+) blob (\d+)$/.exec(printed.toString('utf8', at, end)) ?? [];
    if (name === undefined) return null;
    at = end + 1 + Number(size);
    found.set(name, printed.subarray(end + 1, at));
    at += 1;
  }
  return found;
}

/** Opens with what the change does to the connections, then the budget, then the findings. */
function writeSummary({ base, path, shared, markdown }) {
  const file = env.GITHUB_STEP_SUMMARY;
  if (!file) return;
  const compare = [];
  const outside = isAbsolute(path) || relative('.', path).startsWith('..');
  const before = base === null || outside ? null : checkoutOf(base);
  if (before !== null && existsSync(join(before, path))) {
    const earlier = budget(before, path, shared, join(scratch, 'base.json'));
    if (earlier !== null) compare.push('--compare', earlier);
  }
  const told = join(scratch, 'budget.md');
  const args = ['budget', '--format', 'markdown', '--output-file', told, ...compare, ...shared, '--', path];
  spawnSync(process.execPath, [join(tool, 'dist/cli.js'), ...args], { cwd: workspace, stdio: 'ignore' });
  const text = [told, markdown].flatMap((one) => (existsSync(one) ? [readFileSync(one, 'utf8')] : [])).join('\n');
  const room = SUMMARY_LIMIT - 1024;
  const shown = Buffer.byteLength(text) <= room ? text : `${Buffer.from(text).subarray(0, room).toString()}\n\n…\n`;
  appendFileSync(file, `${shown}\n`);
}

function writeOutputs({ findings, sarif, budget: now }) {
  const file = env.GITHUB_OUTPUT;
  if (!file) return;
  const reported = existsSync(findings) ? JSON.parse(readFileSync(findings, 'utf8')).findings : [];
  const outputs = {
    findings: String(reported.filter(({ suppressed }) => suppressed === null).length),
    'connections-peak': now === null ? '' : peakOf(JSON.parse(readFileSync(now, 'utf8'))),
    'sarif-file': sarif !== null && existsSync(sarif) ? relative(workspace, sarif) : '',
  };
  for (const [name, value] of Object.entries(outputs)) {
    // A value cannot end the block it stands in: nobody knows the delimiter beforehand.
    const delimiter = randomUUID();
    appendFileSync(file, `${name}<<${delimiter}\n${value}\n${delimiter}\n`);
  }
}

/** The most that any server sees: during a deploy, else at the top of autoscaling, else in steady state. */
function peakOf({ projects }) {
  const sums = projects.flatMap(({ servers }) =>
    servers.map(({ peak, autoscaled, demand }) => peak.value ?? autoscaled.value ?? demand.value),
  );
  const known = sums.filter((sum) => typeof sum === 'number');
  if (known.length < sums.length) stderr.write('connections-peak leaves out servers whose demand is not known\n');
  return known.length === 0 ? '' : String(Math.max(...known));
}
