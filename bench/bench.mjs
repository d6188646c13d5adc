// How long a run takes, as ratios to what nobody can beat: an empty Node script, and reading the same files.
//
//   npm run bench                    `--version` against an empty script
//   npm run bench -- <folder> …      and a lint of each folder against `cat` of all its files
//
// The runs are interleaved, so that a busy moment of the machine falls on both sides, and medians are compared.
// Never a part of the tests: a machine that is busy proves nothing. Exits 1 if `--version` takes more than 15 ms
// longer than the empty script.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { argv, execPath } from 'node:process';
import { root } from '../scripts/build.mjs';

const cli = join(root, 'dist', 'cli.js');
const runs = 21;
const longestStart = 15;

function milliseconds(program, args, cwd = root) {
  const started = performance.now();
  const { error, signal } = spawnSync(program, args, { cwd, stdio: 'ignore' });
  if (error || signal) throw error ?? new Error(`${program} was killed by ${signal}`);
  return performance.now() - started;
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

/** Medians of two kinds of run, taken in turns after one of each that does not count. */
function against(one, other, times) {
  const taken = [[], []];
  for (let turn = -1; turn < times; turn += 1) {
    for (const [index, measure] of [one, other].entries()) {
      const took = measure();
      if (turn >= 0) taken[index].push(took);
    }
  }
  return taken.map(median);
}

function report(name, took, floor, of) {
  const more = took - floor;
  console.log(`${name}: ${took.toFixed(0)} ms, ${more.toFixed(0)} ms more than ${of} (${(took / floor).toFixed(2)} ×)`);
  return more;
}

if (!existsSync(cli)) {
  console.error('npm run build comes first');
  process.exit(2);
}

const scratch = mkdtempSync(join(tmpdir(), 'rails-pool-lint-bench-'));
try {
  const empty = join(scratch, 'empty.mjs');
  writeFileSync(empty, '');
  const [version, floor] = against(
    () => milliseconds(execPath, [cli, '--version']),
    () => milliseconds(execPath, [empty]),
    runs,
  );
  if (report('--version', version, floor, 'an empty script') > longestStart) process.exitCode = 1;

  for (const folder of argv.slice(2).map((path) => resolve(path))) {
    const [lint, cat] = against(
      () => milliseconds(execPath, [cli, '--exit-zero', '--no-config', '.'], folder),
      () => milliseconds('sh', ['-c', 'find . -name .git -prune -o -type f -print0 | xargs -0 cat'], folder),
      Math.ceil(runs / 3),
    );
    report(`lint ${basename(folder)}`, lint, cat, 'cat of all its files');
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
