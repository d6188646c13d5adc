// npm runs this after installing a checkout (`npm ci`), before packing, and when somebody installs from git, as
// pre-commit does; the Action runs it by hand. It leaves a built dist/ behind in each of these cases.
//
// The build needs typescript and @vscode/tree-sitter-wasm, both development dependencies. In an ordinary `npm ci` they are
// there, and this costs what the build costs: under a second, and no network. They are missing where npm installs a
// git dependency with --global (npm 10 and 11 hand that flag on to the install of the development dependencies, which
// then lands nowhere) and after `npm ci --omit=dev`. Then the two, at the versions package.json names, and nothing
// else of the development dependencies, are fetched into a temporary folder that is removed afterwards.
//
// RAILS_POOL_LINT_NO_BUILD=1 turns it off.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { env, execPath } from 'node:process';
import { build, root } from './build.mjs';

const buildTools = ['typescript', '@vscode/tree-sitter-wasm'];

function present() {
  const require = createRequire(join(root, 'package.json'));
  try {
    for (const tool of buildTools) require.resolve(`${tool}/package.json`);
    return true;
  } catch {
    return false;
  }
}

/** npm as a program that Node can run: no shell, whatever the platform. */
function npmProgram() {
  const node = dirname(execPath);
  const candidates = [
    basename(env.npm_execpath ?? '') === 'npm-cli.js' ? env.npm_execpath : '',
    join(node, 'node_modules/npm/bin/npm-cli.js'),
    join(node, '../lib/node_modules/npm/bin/npm-cli.js'),
    join(node, '../share/nodejs/npm/bin/npm-cli.js'),
  ];
  const found = candidates.find((path) => path && existsSync(path));
  if (!found) throw new Error('rails-pool-lint: npm was not found beside node; run this through npm');
  return found;
}

/** The environment without what an outer npm was told to do: where to install, and what to leave out. */
function ownEnvironment() {
  const outer =
    /^npm_config_(global|location|prefix|local_prefix|omit|include|only|production|dry_run|install_links)$/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !outer.test(name)));
}

function withFetchedTools(use) {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const dependencies = Object.fromEntries(buildTools.map((tool) => [tool, devDependencies[tool]]));
  const folder = mkdtempSync(join(tmpdir(), 'rails-pool-lint-build-'));
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
    const flags = ['--no-global', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--omit=peer'];
    execFileSync(execPath, [npmProgram(), 'install', ...flags], {
      cwd: folder,
      env: ownEnvironment(),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (env.RAILS_POOL_LINT_NO_BUILD !== '1') {
  if (present()) build();
  else withFetchedTools((tools) => build({ tools }));
}
