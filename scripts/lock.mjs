// Completes package-lock.json after dependencies were changed: npm forgets the optional packages of other platforms
// when a node_modules/ is there or a registry does not offer them, and `npm ci` then refuses the lock everywhere. Adds
// an entry for each that is missing, with the platform its name tells; and takes out addresses, which are a matter of
// where one installs, not of what.
//
//   npm run lock

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './build.mjs';

const systems = new Set([
  'android',
  'darwin',
  'freebsd',
  'linux',
  'openharmony',
  'win32',
  'aix',
  'netbsd',
  'openbsd',
  'sunos',
]);
const processors = new Set(['x64', 'arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'wasm32']);

/** `@oxlint/binding-linux-arm64-musl` is for Linux, arm64, musl. */
function platform(name) {
  const words = name.split(/[-/]/);
  const os = words.filter((word) => systems.has(word));
  const cpu = words.filter((word) => processors.has(word));
  const gnu = words.includes('gnu') ? ['glibc'] : [];
  const libc = words.includes('musl') ? ['musl'] : gnu;
  return {
    ...(cpu.length > 0 && { cpu }),
    ...(libc.length > 0 && os.includes('linux') && { libc }),
    ...(os.length > 0 && { os }),
  };
}

const path = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8'));
const added = [];
for (const entry of Object.values(lock.packages)) {
  delete entry.resolved;
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (lock.packages[`node_modules/${name}`]) continue;
    if (!/^\d/.test(version)) throw new Error(`${name}: which version is ${version}?`);
    const { dev, license, engines } = entry;
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(dev && { dev }),
      license,
      optional: true,
      ...platform(name),
      engines,
    };
    added.push(name);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).toSorted(([a], [b]) => a.localeCompare(b, 'en')));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length > 0 ? `added ${added.join(', ')}` : 'nothing was missing');
