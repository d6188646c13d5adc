// Holds what the tests expect of Puma, Sidekiq, Solid Queue, GoodJob, Rails and Sequel to the gems themselves, and the
// predicted demand of small applications to what PostgreSQL sees:
//
//   npm run conformance -- [--gems <folder>] [--root <folder>] [system …]     a system is one of those below, or physics
//   npm run conformance -- [--gems <folder>] [--root <folder>] --record <system> <version> …
//
// The tests compare our model with the rows of *.jsonl; this compares those rows with the gems, version by version, on
// the first Ruby that takes the version: this machine's, or that of the Debian root that `--root` names, which is made
// where its folder is empty (by root, with debootstrap). A version that no Ruby takes is listed as judged by nobody.
// `--record` lets other versions answer the rows, and writes the answers down.

import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { argv, exit } from 'node:process';
import { parseArgs } from 'node:util';
import { physics } from './conformance/physics.mjs';
import { compareSystem } from './conformance/compare.mjs';
import { installed } from './conformance/gems.mjs';
import { inRoot, thisMachine } from './conformance/judges.mjs';
import { recordSystem } from './conformance/record.mjs';
import { SYSTEMS } from './conformance/systems.mjs';

const PHYSICS_GEMS = [
  ['bundler', '2.6.9'],
  ['rails', '7.2.2.1'],
  ['pg', '1.5.9'],
  ['puma', '6.6.0'],
  ['solid_queue', '1.1.5'],
  ['sidekiq', '7.3.9'],
];

const { values, positionals } = parseArgs({
  args: argv.slice(2),
  options: { gems: { type: 'string' }, root: { type: 'string' }, record: { type: 'boolean' } },
  allowPositionals: true,
});
const known = [...SYSTEMS.map(({ id }) => id), 'physics'];
const named = values.record ? positionals.slice(0, 1) : positionals;
const unknown = named.filter((word) => !known.includes(word));
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}; there are ${known.join(', ')}`);
  exit(2);
}
const asked = named.length > 0 ? named : known;
const machine = thisMachine(resolve(values.gems ?? join(tmpdir(), 'rails-pool-lint-conformance-gems')));
const judges = [machine, ...rootJudges(values.root)];
const systems = SYSTEMS.filter(({ id }) => asked.includes(id));
if (values.record) {
  for (const system of systems) await recordSystem(system, positionals.slice(1), judges);
  exit(0);
}

let failures = 0;
for (const system of systems) {
  const { compared, different, judged, nobody } = await compareSystem(system, judges);
  for (const [name, versions] of judged) {
    if (versions.length > 0) console.log(`${system.id}: ${name} judged ${versions.join(', ')}`);
  }
  for (const { version, reason } of nobody) console.log(`${system.id}: nobody judged ${version} (${reason})`);
  for (const one of different) console.log(`  ${one}`);
  console.log(`${system.id}: ${compared} compared, ${different.length} different`);
  if (different.length > 0 || compared === 0) failures += 1;
}
if (asked.includes('physics')) {
  const missing = PHYSICS_GEMS.map(([name, version]) => installed(machine, 'physics', name, version, 'bin')).find(
    (reason) => reason !== null,
  );
  if (missing) throw new Error(missing);
  if ((await physics(join(machine.gems, 'physics'))) > 0) failures += 1;
}
exit(failures > 0 ? 1 : 0);

/** The judge of `--root`, or none and why. */
function rootJudges(folder) {
  if (folder === undefined) return [];
  try {
    return [inRoot(folder)];
  } catch (error) {
    console.log(`nobody judges in ${folder}: ${error.message}`);
    return [];
  }
}
