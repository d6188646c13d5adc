// Modules of src/ for a script: bundled as the program is, because Node 20 reads no TypeScript and dist/ has no file for
// each of them. They lie in node_modules until the script ends, where the packages are found.

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { build, root } from './build.mjs';

/**
 * @param {...string} paths source files from the root of the project, such as src/lint/engine.ts
 * @returns {Promise<any[]>} their exports, in the same order
 */
export async function sources(...paths) {
  const out = mkdtempSync(join(root, 'node_modules', `.rails-pool-lint-${process.pid}-`));
  // Not earlier: some of it is loaded late.
  process.once('exit', () => rmSync(out, { recursive: true, force: true }));
  const names = paths.map((path) => path.replace(/\.ts$/, ''));
  await build({ out, more: Object.fromEntries(names.map((name, index) => [name, paths[index]])) });
  return Promise.all(names.map((name) => import(pathToFileURL(join(out, `${name}.js`)).href)));
}
