// How long a run takes, as ratios to what nobody can beat: an empty Node script, and reading the same files.
//
//   npm run bench                    `--version` against an empty script
//   npm run bench -- <folder> …      and a lint of each folder against `cat` of its Ruby files, and ripgrep where it is
//   npm run bench -- --against rubocop=<program> --against brakeman=<program> <folder> …
//                                    and against RuboCop with nothing but ThreadSafety/NewThread (it needs the gem
//                                    rubocop-thread_safety), and Brakeman; both are also taken from PATH
//
// The runs are interleaved, so that a busy moment of the machine falls on all sides, and medians are compared.
// Never a part of the tests: a machine that is busy proves nothing. Exits 1 if `--version` takes more than 15 ms
// longer than the empty script, or a lint more than four times as long as `cat` beside it, or more than 250 MB.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execPath } from 'node:process';
import { parseArgs } from 'node:util';
import { root } from '../scripts/build.mjs';

const cli = join(root, 'dist', 'cli.js');
const runs = 21;
const longestStart = 15;
const mostTimesCat = 4;
const mostMegabytes = 250;

const { values, positionals } = parseArgs({
  options: { against: { type: 'string', multiple: true, default: [] } },
  allowPositionals: true,
});

function milliseconds(program, args, cwd = root) {
  const started = performance.now();
  const { error, signal } = spawnSync(program, args, { cwd, stdio: 'ignore' });
  if (error || signal) throw error ?? new Error(`${program} was killed by ${signal}`);
  return performance.now() - started;
}

function sh(command, cwd) {
  return spawnSync('sh', ['-c', command], { cwd, encoding: 'utf8' }).stdout;
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

/** Medians of several kinds of run, taken in turns after one of each that does not count. */
function inTurns(kinds, times) {
  const taken = kinds.map(() => []);
  for (let turn = -1; turn < times; turn += 1) {
    for (const [index, measure] of kinds.entries()) {
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

/** Only the cop, whatever the repository configures: its own plugins are not installed. */
const RUBOCOP = `plugins: [rubocop-thread_safety]\nAllCops: { DisabledByDefault: true, SuggestExtensions: false }\n`;

/** What else looks through Ruby, with its arguments. A run of theirs takes so long that one is enough. */
const others = {
  rubocop: {
    what: 'RuboCop with ThreadSafety/NewThread alone, without its cache',
    args: (scratch) => {
      const config = join(scratch, 'rubocop.yml');
      writeFileSync(config, RUBOCOP);
      return ['--config', config, '--only', 'ThreadSafety/NewThread', '--cache', 'false', '--format', 'quiet', '.'];
    },
    // 1: offenses were found
    succeeded: [0, 1],
  },
  brakeman: {
    what: 'Brakeman',
    args: (scratch) =>
      `-q --no-exit-on-warn --no-exit-on-error --no-pager --force -o ${join(scratch, 'brakeman.json')} .`.split(' '),
    succeeded: [0],
  },
};

/** Where a program is: as said, or in PATH; null where it does not start. */
function programOf(name) {
  const said = values.against.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
  const program = said === undefined ? name : resolve(said);
  return spawnSync(program, ['--version'], { cwd: tmpdir() }).status === 0 ? program : null;
}

/** Compares a lint of the folder, from its start to its end, with each of them. */
function compare(folder, lint, scratch) {
  for (const [name, { what, args, succeeded }] of Object.entries(others)) {
    const program = programOf(name);
    if (program === null) {
      console.log(`  ${name} is not installed: not compared (--against ${name}=<program>)`);
      continue;
    }
    const given = args(scratch);
    const started = performance.now();
    const { status, stderr } = spawnSync(program, given, { cwd: folder, encoding: 'utf8' });
    const took = performance.now() - started;
    if (!succeeded.includes(status)) {
      console.log(`  ${what}: it failed here (${status}): ${(stderr ?? '').trim().split('\n')[0]}`);
      continue;
    }
    console.log(`  ${what}: ${took.toFixed(0)} ms, ${(took / lint).toFixed(1)} × the lint`);
  }
}

const unknown = values.against.find((one) => !Object.keys(others).some((name) => one.startsWith(`${name}=`)));
if (unknown !== undefined) {
  console.error(`--against ${unknown}: say ${Object.keys(others).join(' or ')}, an equals sign and where it is`);
  process.exit(2);
}
if (!existsSync(cli)) {
  console.error('npm run build comes first');
  process.exit(2);
}

const scratch = mkdtempSync(join(tmpdir(), 'rails-pool-lint-bench-'));
try {
  const empty = join(scratch, 'empty.mjs');
  writeFileSync(empty, '');
  const startEmpty = () => milliseconds(execPath, [empty]);
  const [version, floor] = inTurns([() => milliseconds(execPath, [cli, '--version']), startEmpty], runs);
  if (report('--version', version, floor, 'an empty script') > longestStart) process.exitCode = 1;

  const peak = join(scratch, 'peak');
  const measured = join(scratch, 'peak.mjs');
  const write = `writeFileSync(${JSON.stringify(peak)}, String(process.resourceUsage().maxRSS))`;
  writeFileSync(measured, `import { writeFileSync } from 'node:fs';\nprocess.on('exit', () => ${write});\n`);
  const hasRipgrep = spawnSync('rg', ['--version']).status === 0;
  for (const folder of positionals.map((path) => resolve(path))) {
    const files = `find . -name .git -prune -o -type f -name '*.rb' -print0`;
    const [count = '0'] = sh(`${files} | tr -cd '\\0' | wc -c`, folder).trim().split(/\s+/);
    const lintArgs = ['--import', pathToFileURL(measured).href, cli, '--exit-zero', '--no-config', '.'];
    const [lint, none, cat, rg] = inTurns(
      [
        () => milliseconds(execPath, lintArgs, folder),
        startEmpty,
        () => milliseconds('sh', ['-c', `${files} | xargs -0 cat`], folder),
        ...(hasRipgrep ? [() => milliseconds('rg', ['-l', '-t', 'ruby', 'Thread', '.'], folder)] : []),
      ],
      Math.ceil(runs / 3),
    );
    const megabytes = Number(readFileSync(peak, 'utf8')) / 1024;
    const ratio = (lint - none) / cat;
    console.log(
      `lint ${basename(folder)} (${count} Ruby files): ${lint.toFixed(0)} ms and ${megabytes.toFixed(0)} MB; without the ` +
        `${none.toFixed(0)} ms of an empty script ${ratio.toFixed(2)} × cat (${cat.toFixed(0)} ms)` +
        (rg === undefined ? '' : `, ${((lint - none) / rg).toFixed(2)} × ripgrep (${rg.toFixed(0)} ms)`),
    );
    if (!hasRipgrep) console.log('  ripgrep is not installed: not compared');
    compare(folder, lint, scratch);
    if (ratio > mostTimesCat || megabytes > mostMegabytes) process.exitCode = 1;
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
