// Gems in folders of their own, outside of every repository, kept from run to run.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Sees to it that a gem is in a folder.
 * @param {string | null} version null: any
 * @param {string} programs where its programs go: old and new versions may bring one of the same name
 * @returns {string | null} why it is not, or null
 */
export function installed(folder, name, version, programs = join(folder, `bin-${name}-${version}`)) {
  const specifications = join(folder, 'specifications');
  const pattern = version === null ? new RegExp(`^${name}-\\d`) : new RegExp(`^${name}-${version}[.-]`);
  const there = () => existsSync(specifications) && readdirSync(specifications).some((file) => pattern.test(file));
  if (there()) return null;
  const wanted = version === null ? [name] : [name, '-v', version];
  const { stderr } = spawnSync(
    'gem',
    // Compiled here: old RubyGems takes a binary of another C library for its own.
    ['install', '--no-document', '--platform', 'ruby', '--install-dir', folder, '--bindir', programs, ...wanted],
    { encoding: 'utf8' },
  );
  return there() ? null : `${name} ${version ?? ''} cannot be installed: ${firstLine(stderr)}`;
}

export function firstLine(text) {
  const lines = (text ?? '').split('\n').map((line) => line.trim());
  return lines.find((line) => line !== '' && !line.startsWith('WARN')) ?? 'no reason given';
}
