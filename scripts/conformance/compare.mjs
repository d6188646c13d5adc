// One Ruby process for each version of a gem, which answers every case of that version.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { firstLine, installed } from './gems.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const CANNOT_JUDGE = 3;

/** @typedef {import('./judges.mjs').Judge} Judge @typedef {import('./systems.mjs').Compared} Compared */

/**
 * Compares the rows of a system with its gem; each version with the first judge that can install and load it.
 * @param {Compared} system
 * @param {readonly Judge[]} judges
 */
export async function compareSystem(system, judges) {
  const result = { compared: 0, different: [], judged: new Map(judges.map(({ name }) => [name, []])), nobody: [] };
  for (const [version, expectations] of byVersion(rowsOf(system))) {
    const { judge, lines, reasons } = await answers(
      system,
      version,
      judges,
      expectations.map(({ row }) => row),
    );
    if (judge === null) {
      result.nobody.push({ version, reason: reasons.join('; ') });
      continue;
    }
    result.judged.get(judge.name).push(version);
    for (const [index, { row, expected }] of expectations.entries()) {
      const { is, because } = lines[index];
      result.compared += 1;
      if (is === expected) continue;
      const { is: _, ...given } = row;
      result.different.push(
        `${version} ${JSON.stringify(given)}: the gem says ${is}${because ? ` (${because})` : ''}, the row ${expected}`,
      );
    }
  }
  return result;
}

/** The rows that our model is held to. */
export function rowsOf(system) {
  return readFileSync(pathOf(system), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The file of these rows. */
export function pathOf(system) {
  return join(here, '../..', system.rows);
}

function byVersion(rows) {
  const cases = new Map();
  for (const row of rows) {
    for (const [versions, expected] of Object.entries(row.is)) {
      for (const version of versions.split(' ')) {
        if (!cases.has(version)) cases.set(version, []);
        cases.get(version).push({ row, expected });
      }
    }
  }
  return cases;
}

/**
 * What one version of a gem makes of cases: the answer to each, from the first judge that has one.
 * @param {Compared} system
 * @param {readonly Judge[]} judges
 */
export async function answers(system, version, judges, cases) {
  const reasons = [];
  for (const judge of judges) {
    const missing = firstMissing(judge, system, version);
    const given = missing ? { reason: missing } : await answersOf(system, version, judge, cases);
    if ('lines' in given) return { judge, lines: given.lines, reasons };
    reasons.push(`${judge.name}: ${given.reason}`);
  }
  return { judge: null, lines: [], reasons };
}

/** Why a judge lacks a gem, of the first that it lacks; null where it has all. */
function firstMissing(judge, system, version) {
  for (const [name, wanted] of [[system.gem, version], ...(system.beside?.(version) ?? [])]) {
    const reason = installed(judge, system.gem, name, wanted);
    if (reason !== null) return reason;
  }
  return null;
}

async function answersOf(system, version, judge, cases) {
  const folder = join(judge.inside, system.gem);
  const driver = join(judge.drivers, `${system.id}.rb`);
  const [program, ...words] = [...judge.before, 'ruby', '-W0', driver, system.gem, version];
  const child = spawn(program, words, {
    env: {
      PATH: env.PATH,
      HOME: folder,
      LANG: 'C.UTF-8',
      GEM_HOME: folder,
      GEM_PATH: folder,
      ...(env.DEBUG ? { DEBUG: '1' } : {}),
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => {});
  child.stdin.end(cases.map((row) => `${JSON.stringify({ ...row, is: null })}\n`).join(''));
  const [status, output, errors] = await Promise.all([
    new Promise((resolve) => child.once('close', resolve)),
    textOf(child.stdout),
    textOf(child.stderr),
  ]);
  if (status === CANNOT_JUDGE) return { reason: firstLine(errors) };
  const lines = output.split('\n').filter((line) => line !== '');
  if (status !== 0 || lines.length !== cases.length) throw new Error(`${system.id}.rb ${version} failed: ${errors}`);
  const answered = lines.map((line) => JSON.parse(line));
  // What raises whatever it is given is a driver that asks wrongly, not a gem.
  if (answered.every(({ is }) => is === 'raises'))
    throw new Error(`${system.id}.rb ${version}: ${answered[0].because}`);
  return { lines: answered };
}

async function textOf(stream) {
  let text = '';
  for await (const piece of stream.setEncoding('utf8')) text += piece;
  return text;
}
