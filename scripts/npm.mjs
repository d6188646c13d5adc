// Runs npm without a shell, on any platform, and without what an outer npm was told to do.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { env, execPath } from 'node:process';

/** npm as a program that Node can run: the one that runs this script, or the one beside Node. */
function npmProgram() {
  const node = dirname(execPath);
  const candidates = [
    basename(env.npm_execpath ?? '') === 'npm-cli.js' ? env.npm_execpath : '',
    join(node, 'node_modules/npm/bin/npm-cli.js'),
    join(node, '../lib/node_modules/npm/bin/npm-cli.js'),
    join(node, '../share/nodejs/npm/bin/npm-cli.js'),
    '/usr/share/nodejs/npm/bin/npm-cli.js',
  ];
  const found = candidates.find((path) => path && existsSync(path));
  if (!found) throw new Error('rails-pool-lint: npm was not found beside node; run this through npm');
  return found;
}

/** The environment without where the outer npm installs and what it leaves out. */
function ownEnvironment() {
  const outer =
    /^npm_config_(global|location|prefix|local_prefix|omit|include|only|production|dry_run|install_links|package_lock_only)$/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !outer.test(name)));
}

/**
 * Installs what the package.json of a folder asks for, into that folder. No install script of a package is run.
 *
 * @param {'ci' | 'install'} command
 * @param {string} folder
 * @param {string[]} [flags]
 */
export function npmInstall(command, folder, flags = []) {
  const always = ['--no-global', '--ignore-scripts', '--no-audit', '--no-fund'];
  execFileSync(execPath, [npmProgram(), command, ...always, ...flags], {
    cwd: folder,
    env: ownEnvironment(),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
