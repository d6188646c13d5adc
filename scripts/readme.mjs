// Puts into the README what its first example really prints. A test fails where the two differ.
//
//   npm run build && npm run readme

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env, execPath } from 'node:process';
import { root } from './build.mjs';

const path = join(root, 'README.md');
const text = readFileSync(path, 'utf8');
const example = /(npx rails-pool-lint (.*)\n```[\s\S]*?\n```text\n)[\s\S]*?(?=^```$)/m;
const args = example.exec(text)?.[2];
if (!args) throw new Error('README.md: no command followed by a text block');
const { stdout } = spawnSync(execPath, [join(root, 'dist', 'cli.js'), ...args.split(' ')], {
  cwd: root,
  encoding: 'utf8',
  env: { PATH: env.PATH },
});
writeFileSync(
  path,
  text.replace(example, (_, before) => before + stdout),
);
