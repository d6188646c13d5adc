// Writes down what a version of a gem makes of the cases that are there.

import { writeFileSync } from 'node:fs';
import { answers, pathOf, rowsOf } from './compare.mjs';

/**
 * Asks versions of a gem and completes the rows of its system with the answers. A version answers the rows that already
 * have an answer of it, or for a new one of the newest version before it, and the rows that nobody has answered yet.
 * @param {import('./systems.mjs').Compared} system
 * @param {readonly string[]} versions
 * @param {readonly import('./judges.mjs').Judge[]} judges
 */
export async function recordSystem(system, versions, judges) {
  const rows = rowsOf(system);
  const before = rows.map(answersByVersion);
  const known = [...new Set(before.flatMap((row) => [...row.keys()]))].toSorted(byNumber);
  const recorded = rows.map((_, index) => new Map(before[index]));
  for (const version of versions) {
    const model = known.includes(version) ? version : known.findLast((one) => byNumber(one, version) < 0);
    const asked = rows.flatMap((_, index) => (before[index].size === 0 || before[index].has(model) ? [index] : []));
    const given = await answers(
      system,
      version,
      judges,
      asked.map((index) => rows[index]),
    );
    if (given.judge === null) throw new Error(`${system.id} ${version}: ${given.reasons.join('; ')}`);
    for (const [at, index] of asked.entries()) recorded[index].set(version, given.lines[at].is);
    console.log(`${system.id}: ${given.judge.name} answered ${asked.length} rows for ${version}`);
  }
  const lines = rows.map((row, index) => JSON.stringify({ ...row, is: grouped(recorded[index]) }));
  writeFileSync(pathOf(system), `${lines.join('\n')}\n`);
}

function answersByVersion({ is }) {
  const pairs = Object.entries(is).flatMap(([versions, answer]) => versions.split(' ').map((one) => [one, answer]));
  return new Map(pairs);
}

/** Equal answers together, as the file has them. */
function grouped(answersOfRow) {
  const groups = new Map();
  for (const version of [...answersOfRow.keys()].toSorted(byNumber)) {
    const answer = answersOfRow.get(version);
    groups.set(answer, [...(groups.get(answer) ?? []), version]);
  }
  return Object.fromEntries([...groups].map(([answer, versions]) => [versions.join(' '), answer]));
}

function byNumber(one, other) {
  const [ours, theirs] = [one, other].map((version) => version.split('.').map(Number));
  const differs = ours.findIndex((part, index) => part !== (theirs[index] ?? 0));
  if (differs === -1) return ours.length - theirs.length;
  return ours[differs] - (theirs[differs] ?? 0);
}
