// Makes the Action's checkout runnable: takes what is there, else the bundle of its release, else installs and builds.
//
// A release carries rails-pool-lint-bundle.tgz: dist/ and the packages it needs, made by `npm run bundle`. It saves the
// seconds of npm ci. A branch or a commit has no release, and then the checkout builds itself as pre-commit's does.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, stdout } from 'node:process';

const BUNDLE = 'rails-pool-lint-bundle.tgz';
const PATIENCE = 20_000;

/** @param {string} tool the Action's checkout */
export async function install(tool) {
  if (isRunnable(tool) || ((await unpackRelease(tool)) && isRunnable(tool))) return;
  stdout.write('::group::rails-pool-lint: install\n');
  const options = { cwd: tool, stdio: ['ignore', 'inherit', 'inherit'] };
  execFileSync('npm', ['ci', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund'], options);
  execFileSync(process.execPath, ['scripts/prepare.mjs'], options);
  stdout.write('::endgroup::\n');
}

function isRunnable(tool) {
  return existsSync(join(tool, 'dist/cli.js')) && existsSync(join(tool, 'node_modules'));
}

/** Whether there was a bundle of this release, and it is unpacked now. */
async function unpackRelease(tool) {
  const { GITHUB_SERVER_URL: server, GITHUB_ACTION_REPOSITORY: repository, GITHUB_ACTION_REF: ref } = env;
  if (!server || !repository || !ref || !/^v\d/.test(ref)) return false;
  const address = `${server}/${repository}/releases/download/${encodeURIComponent(ref)}/${BUNDLE}`;
  const folder = mkdtempSync(join(env.RUNNER_TEMP || tmpdir(), 'rails-pool-lint-'));
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) return false;
    const file = join(folder, BUNDLE);
    writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
    return spawnSync('tar', ['-xzf', file, '-C', tool], { stdio: 'ignore' }).status === 0;
  } catch {
    // No network, or no such release: it is built here.
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
