// One Ruby process for each version of a gem, which answers every case of that version.

import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { firstLine, installed } from './gems.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const CANNOT_JUDGE = 3;

/** The version of this machine's Ruby. Throws where there is none. */
export function rubyVersion() {
  const { stdout, status } = spawnSync('ruby', ['-e', 'print RUBY_VERSION'], { encoding: 'utf8' });
  if (status !== 0) throw new Error('there is no Ruby on this machine');
  return stdout;
}

/**
 * @param {import('./systems.mjs').Compared} system
 * @param {string} gems the folder that gems are kept in
 */
export async function compareSystem(system, gems) {
  const folder = join(gems, system.gem);
  const rows = readFileSync(join(here, '../..', system.rows), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const cases = byVersion(rows);
  const result = { compared: 0, different: [], judged: [], nobody: [] };
  for (const [version, expectations] of cases) {
    const missing = [[system.gem, version], ...(system.beside ?? [])]
      .map(([name, wanted]) => installed(folder, name, wanted))
      .find((reason) => reason !== null);
    const answers = missing ? { reason: missing } : await answersOf(system, version, folder, expectations);
    if ('reason' in answers) {
      result.nobody.push({ version, reason: answers.reason });
      continue;
    }
    result.judged.push(version);
    for (const [index, { row, expected }] of expectations.entries()) {
      const { is, because } = answers.lines[index];
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

async function answersOf(system, version, folder, expectations) {
  const child = spawn('ruby', ['-W0', join(here, `${system.id}.rb`), system.gem, version], {
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
  child.stdin.end(expectations.map(({ row }) => `${JSON.stringify({ ...row, is: null })}\n`).join(''));
  const [status, output, errors] = await Promise.all([
    new Promise((resolve) => child.once('close', resolve)),
    textOf(child.stdout),
    textOf(child.stderr),
  ]);
  if (status === CANNOT_JUDGE) return { reason: firstLine(errors) };
  const lines = output.split('\n').filter((line) => line !== '');
  if (status !== 0 || lines.length !== expectations.length)
    throw new Error(`${system.id}.rb ${version} failed: ${errors}`);
  const answers = lines.map((line) => JSON.parse(line));
  // What raises whatever it is given is a driver that asks wrongly, not a gem.
  if (answers.every(({ is }) => is === 'raises')) throw new Error(`${system.id}.rb ${version}: ${answers[0].because}`);
  return { lines: answers };
}

async function textOf(stream) {
  let text = '';
  for await (const piece of stream.setEncoding('utf8')) text += piece;
  return text;
}
