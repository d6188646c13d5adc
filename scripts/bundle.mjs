// Makes rails-pool-lint-bundle.tgz, which a release carries for the Action: dist/ and the packages it needs at run time,
// so that the Action installs nothing. Run on a clean checkout after `npm ci`.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, root } from './build.mjs';

const BUNDLE = 'rails-pool-lint-bundle.tgz';
const folder = mkdtempSync(join(tmpdir(), 'rails-pool-lint-bundle-'));
try {
  await build({ out: join(folder, 'dist') });
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(root, file), join(folder, file));
  execFileSync('npm', ['ci', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: 'inherit',
  });
  execFileSync('tar', ['-czf', join(root, BUNDLE), '-C', folder, 'dist', 'node_modules']);
  console.log(BUNDLE);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
