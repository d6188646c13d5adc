// Installs what the tests in test/oracle compare with: the real Ruby, as WebAssembly, and the native tree-sitter.
// They are a hundred megabytes that nobody but the tests needs, so they have a package.json of their own, and an
// ordinary `npm ci` stays small. Does nothing when they are there.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './build.mjs';
import { npmInstall } from './npm.mjs';

const folder = join(root, 'test', 'oracle');

/** @param {...string} path @returns {any} */
function json(...path) {
  return JSON.parse(readFileSync(join(folder, ...path), 'utf8'));
}

function upToDate() {
  try {
    const wanted = Object.entries(json('package.json').dependencies);
    return wanted.every(([name, version]) => json('node_modules', name, 'package.json').version === version);
  } catch {
    return false;
  }
}

if (!upToDate()) npmInstall('ci', folder);
