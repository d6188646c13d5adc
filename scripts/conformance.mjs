// Holds what the tests expect of Puma, Sidekiq, Solid Queue, GoodJob, Rails and Sequel to the gems themselves, and the
// predicted demand of small applications to what PostgreSQL sees:
//
//   npm run conformance -- [--gems <folder>] [system …]     a system is one of those below, or physics
//
// The tests compare our model with the rows of *.jsonl; this compares those rows with the gems, version by version, on
// this machine's Ruby. A version that cannot be installed or loaded here is listed as judged by nobody.

import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { argv, exit } from 'node:process';
import { physics } from './conformance/physics.mjs';
import { compareSystem, rubyVersion } from './conformance/compare.mjs';
import { installed } from './conformance/gems.mjs';
import { SYSTEMS } from './conformance/systems.mjs';

const PHYSICS_GEMS = [
  ['bundler', '2.6.9'],
  ['rails', '7.2.2.1'],
  ['pg', '1.5.9'],
  ['puma', '6.6.0'],
  ['solid_queue', '1.1.5'],
  ['sidekiq', '7.3.9'],
];

const words = argv.slice(2);
const at = words.indexOf('--gems');
const gems = resolve(at === -1 ? join(tmpdir(), 'rails-pool-lint-conformance-gems') : words.splice(at, 2)[1]);
const known = [...SYSTEMS.map(({ id }) => id), 'physics'];
const unknown = words.filter((word) => !known.includes(word));
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}; there are ${known.join(', ')}`);
  exit(2);
}
const asked = words.length > 0 ? words : known;
mkdirSync(gems, { recursive: true });

let failures = 0;
const judge = rubyVersion();
for (const system of SYSTEMS.filter(({ id }) => asked.includes(id))) {
  const { compared, different, judged, nobody } = await compareSystem(system, gems);
  if (judged.length > 0) console.log(`${system.id}: Ruby ${judge} judged ${judged.join(', ')}`);
  for (const { version, reason } of nobody) console.log(`${system.id}: nobody judged ${version} (${reason})`);
  for (const one of different) console.log(`  ${one}`);
  console.log(`${system.id}: ${compared} compared, ${different.length} different`);
  if (different.length > 0 || compared === 0) failures += 1;
}
if (asked.includes('physics')) {
  const folder = join(gems, 'physics');
  const missing = PHYSICS_GEMS.map(([name, version]) => installed(folder, name, version, join(folder, 'bin'))).find(
    (reason) => reason !== null,
  );
  if (missing) throw new Error(missing);
  if ((await physics(folder)) > 0) failures += 1;
}
exit(failures > 0 ? 1 : 0);
