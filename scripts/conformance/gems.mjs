// Gems in folders of their own, outside of every repository, kept from run to run.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Sees to it that a gem is in a folder of a judge.
 * @param {import('./judges.mjs').Judge} judge
 * @param {string} folder below the judge's folder of gems
 * @param {string | null} version null: any
 * @param {string} programs where its programs go: old and new versions may bring one of the same name
 * @returns {string | null} why it is not, or null
 */
export function installed(judge, folder, name, version, programs = `bin-${name}-${version}`) {
  const specifications = join(judge.gems, folder, 'specifications');
  const pattern = version === null ? new RegExp(`^${name}-\\d`) : new RegExp(`^${name}-${version}[.-]`);
  const there = () => existsSync(specifications) && readdirSync(specifications).some((file) => pattern.test(file));
  if (there()) return null;
  const inside = join(judge.inside, folder);
  const wanted = version === null ? [name] : [name, '-v', version];
  const install = ['gem', 'install', '--no-document', ...judge.platform, '--install-dir', inside];
  const [program, ...words] = [...judge.before, ...install, '--bindir', join(inside, programs), ...wanted];
  const { stderr } = spawnSync(program, words, { encoding: 'utf8' });
  return there() ? null : `${name} ${version ?? ''} cannot be installed: ${firstLine(stderr)}`;
}

/** The first line that says something. */
export function firstLine(text) {
  const lines = (text ?? '').split('\n').map((line) => line.trim());
  return lines.find((line) => !/^(WARN.*|ERROR: +Error installing .*|)$/.test(line)) ?? 'no reason given';
}
