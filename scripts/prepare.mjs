// npm runs this after installing a checkout (`npm ci`), before packing, and when somebody installs from git, as
// pre-commit does; the Action runs it by hand. It leaves a built dist/ behind in each of these cases.
//
// The build needs two development dependencies. In an ordinary `npm ci` they are there, and this costs what the build
// costs: under a second, and no network. They are missing after `npm ci --omit=dev`, and where npm installs a git
// dependency with --global: npm 10 and 11 hand that flag on to the install of the development dependencies, which then
// installs the clone instead, as a link to a folder that is gone when all is done, unless --install-links is given. Then
// the two, at the versions that package.json names, and nothing else of the development dependencies, are fetched into a
// temporary folder that is removed afterwards.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, orSayWhyNot, root } from './build.mjs';
import { npmInstall } from './npm.mjs';

const buildTools = ['rolldown', '@vscode/tree-sitter-wasm'];

function present() {
  const require = createRequire(join(root, 'package.json'));
  try {
    for (const tool of buildTools) require.resolve(`${tool}/package.json`);
    return true;
  } catch {
    return false;
  }
}

async function withFetchedTools(use) {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const dependencies = Object.fromEntries(buildTools.map((tool) => [tool, devDependencies[tool]]));
  const folder = mkdtempSync(join(tmpdir(), 'rails-pool-lint-build-'));
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
    npmInstall('install', folder, ['--no-package-lock']);
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await orSayWhyNot(present() ? build() : withFetchedTools((tools) => build({ tools })));
