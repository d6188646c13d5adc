// Runs the built linter over real repositories, and says what it found, how long it took, and, against a file of
// answers worked out by hand, what it read right, could not tell, and read wrong.
//
//   npm run crater -- <folder> …
//   npm run crater -- --truth answers.json <folder> …
//
// A folder is a checkout; with --truth its name is <owner>__<name>. Nothing of it is executed, and none of it belongs
// into this repository. The file of answers is a list of
//
//   { "repo": "owner/name",
//     "puma": { "workers": N, "threads_min": N, "threads_max": N },
//     "databases": [{ "env": "production", "name": "primary", "pool": N }],
//     "jobs": [{ "system": "sidekiq", "concurrency": N }],
//     "expected_findings": [{ "rule_hint": "…", "file": "…", "line": N, "severity": "…" }],
//     "not_findings": [{ "rule_hint": "…", "file": "…", "line": N, "why": "…" }] }
//
// where a number may also be a sentence: "unknown: why" must be answered with unknown; "… = 10", "… -> 10" and "10 …"
// are 10; a sentence without a number is not compared.
//
// A repository can be deployed in several ways and is then read in several ways, but has one answer. A setting is
// equal if one of the readings is, unknown if none is and one says so or none is there, and wrong otherwise; every
// reading is printed. Several processes can run one job system: what is read of one is no wrong answer for another.
//
// Exits 1 if a setting is wrong or a finding stands where there must be none.

import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { execPath } from 'node:process';
import { parseArgs, promisify } from 'node:util';
import { root } from './build.mjs';

const cli = join(root, 'dist', 'cli.js');

/** @returns {Promise<{ json: any, seconds: number, failure: string | null }>} */
async function run(folder, ...args) {
  const started = performance.now();
  const { stdout, stderr } = await promisify(execFile)(execPath, [cli, ...args, '--format', 'json', '.'], {
    cwd: folder,
    maxBuffer: 1 << 28,
  }).catch((error) => error);
  const seconds = (performance.now() - started) / 1000;
  try {
    return { json: JSON.parse(stdout), seconds, failure: null };
  } catch {
    return { json: null, seconds, failure: `${stderr ?? ''}`.trim().split('\n').at(-1) || 'no output' };
  }
}

/** What an answer asks for: a number, null for "must be unknown", undefined for "not comparable". */
export function wanted(answer) {
  if (typeof answer === 'number') return answer;
  const text = `${answer ?? ''}`;
  if (/unknown/.test(text)) return null;
  const number = /(?:->|=)\s*(\d+)(?: threads)?$/.exec(text) ?? /^(\d+)/.exec(text);
  return number ? Number(number[1]) : undefined;
}

/** The readings of one setting, over all deployments: `[{ where, value }]`, value null if unknown. */
function readings(shown, pick) {
  return (shown?.projects ?? []).flatMap((project) =>
    project.processes.flatMap((process) =>
      [pick(process)]
        .flat()
        .filter((traced) => traced && typeof traced === 'object' && 'value' in traced)
        .map((traced) => ({ where: `${project.deployment}/${process.name}`, value: traced.value })),
    ),
  );
}

function ofPuma(key) {
  return (process) => (process.system === 'puma' ? process.settings?.[key] : null);
}

function ofDatabase(name) {
  return (process) => {
    const databases = process.databases ?? {};
    return (databases[name] ?? (name.startsWith('default') ? Object.values(databases)[0] : null))?.pool;
  };
}

/** What `show` says of a job system of its own, and `budget` of one inside another process or without settings. */
function ofJobs(system) {
  return (process) => {
    const inside = (process.inside ?? []).filter((one) => one.system === system).map((one) => one.threads);
    if (process.system !== system) return inside;
    if (system === 'solid_queue') return (process.settings?.workers ?? []).map((worker) => worker.threads);
    if (process.settings) return process.settings.concurrency;
    return system === 'sidekiq' ? inside : process.threads;
  };
}

function comparisons(answers, shown, budget) {
  const rows = [];
  const compare = (setting, answer, sources, pick, others = []) => {
    const expected = wanted(answer);
    if (expected === undefined) return;
    const found = sources.flatMap((source) => readings(source, pick)).filter(({ value }) => !others.includes(value));
    const values = found.map(({ value }) => value);
    let verdict = 'wrong';
    if (values.includes(expected)) verdict = 'equal';
    else if (values.length === 0 || values.includes(null)) verdict = 'unknown';
    rows.push({ setting, expected: expected ?? 'unknown', found, verdict });
  };
  for (const key of ['workers', 'threads_min', 'threads_max']) {
    compare(`puma ${key}`, answers.puma?.[key], [shown], ofPuma(key));
  }
  for (const { name, pool } of answers.databases ?? []) compare(`pool of ${name}`, pool, [shown], ofDatabase(name));
  for (const job of answers.jobs ?? []) {
    const [id] = job.system.split(' ');
    const others = answers.jobs.filter((other) => other !== job && other.system.startsWith(id));
    const theirs = others
      .map(({ concurrency }) => wanted(concurrency))
      .filter((value) => value !== wanted(job.concurrency));
    compare(`${job.system} concurrency`, job.concurrency, [shown, budget], ofJobs(id), theirs);
  }
  return rows;
}

const shownAlways = new Set(['error', 'warning']);

function places(finding) {
  return [finding, ...(finding.related ?? [])].map(({ file, line }) => `${file}:${line}`);
}

async function inspect(folder, truth) {
  const name = basename(folder).replace('__', '/');
  const answers = truth?.find(({ repo }) => repo === name);
  const lint = await run(folder, '--exit-zero');
  const findings = (lint.json?.findings ?? []).filter((finding) => !finding.suppressed);
  const { checked, holds, violated, unknown } = lint.json?.summary ?? {};
  console.log(`\n${name}  ${lint.seconds.toFixed(2)} s`);
  if (lint.failure) console.log(`  FAILED: ${lint.failure}`);
  else console.log(`  checked ${checked}: ${holds} hold, ${violated} violated, ${unknown} unknown`);

  let alarms = 0;
  for (const finding of findings) {
    const excused = (answers?.not_findings ?? []).find(({ file, line }) => places(finding)[0] === `${file}:${line}`);
    if (!shownAlways.has(finding.severity)) continue;
    console.log(
      `  ${finding.severity} (${finding.confidence}) ${places(finding)[0]} ${finding.rule}: ${finding.message}`,
    );
    if (!excused) continue;
    alarms += 1;
    console.log(`    MUST NOT BE: ${excused.rule_hint}: ${excused.why}`);
  }
  for (const expected of answers?.expected_findings ?? []) {
    const place = `${expected.file}:${expected.line}`;
    const seen = findings.filter((finding) => places(finding).includes(place)).map(({ rule }) => rule);
    const said = seen.length ? `seen as ${[...new Set(seen)].join(', ')}` : 'NOT SEEN';
    console.log(`  expected ${expected.severity} ${place} ${expected.rule_hint}: ${said}`);
  }
  if (!answers) return { name, findings, rows: [], alarms };

  const [show, budget] = [await run(folder, 'show'), await run(folder, 'budget')];
  for (const [command, { failure }] of Object.entries({ show, budget })) {
    if (failure) console.log(`  ${command} FAILED: ${failure}`);
  }
  const rows = comparisons(answers, show.json, budget.json);
  for (const { setting, expected, found, verdict } of rows) {
    if (verdict === 'equal') continue;
    const readAs = found.map(({ where, value }) => `${value ?? 'unknown'} (${where})`).join(', ') || 'not found';
    console.log(`  ${verdict}: ${setting} is ${expected}, read as ${readAs}`);
  }
  return { name, findings, rows, alarms };
}

function table(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => `${line[column]}`.length)));
  for (const line of lines) {
    const cells = line.map((cell, column) =>
      column === 0 ? `${cell}`.padEnd(widths[column]) : `${cell}`.padStart(widths[column]),
    );
    console.log(cells.join('  ').trimEnd());
  }
}

const { values, positionals } = parseArgs({ options: { truth: { type: 'string' } }, allowPositionals: true });
if (positionals.length === 0 || !existsSync(cli)) {
  console.error(existsSync(cli) ? 'usage: npm run crater -- [--truth FILE] <folder> …' : 'npm run build comes first');
  process.exit(2);
}
const truth = values.truth ? JSON.parse(readFileSync(values.truth, 'utf8')) : null;
const results = [];
for (const folder of positionals) results.push(await inspect(resolve(folder), truth));

const count = (rows, verdict) => rows.filter((row) => row.verdict === verdict).length;
const line = (name, findings, rows) => [
  name,
  findings.filter(({ severity }) => severity === 'error').length,
  findings.filter(({ severity }) => severity === 'warning').length,
  findings.filter(({ severity }) => severity === 'info').length,
  rows.length,
  ...['equal', 'unknown', 'wrong'].map((verdict) => count(rows, verdict)),
];
console.log('');
table([
  ['repository', 'errors', 'warnings', 'infos', 'compared', 'equal', 'unknown', 'wrong'],
  ...results.map(({ name, findings, rows }) => line(name, findings, rows)),
  line(
    'all',
    results.flatMap(({ findings }) => findings),
    results.flatMap(({ rows }) => rows),
  ),
]);
const bad = results.some(({ rows, alarms }) => alarms > 0 || count(rows, 'wrong') > 0);
process.exitCode = bad ? 1 : 0;
