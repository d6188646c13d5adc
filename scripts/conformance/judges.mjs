// The Rubies that judge, in the order in which they are asked: this machine's own, and that of a Debian root, where gems
// find the newer Ruby they need. A root keeps its gems inside, so that it needs no mounts.

import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { getuid } from 'node:process';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** The Debian that a root is made of: its Ruby is 3.3. */
const DEBIAN = 'trixie';
const PACKAGES =
  'ruby,ruby-dev,build-essential,libpq-dev,libsqlite3-dev,libyaml-dev,libssl-dev,zlib1g-dev,ca-certificates';

/** Where a root keeps gems and drivers. */
const INSIDE = '/var/lib/rails-pool-lint-conformance';
/** What a root takes from this machine, each time: whom to ask for names, and whom to trust. */
const FROM_HERE = ['/etc/resolv.conf', '/etc/ssl/certs/ca-certificates.crt'];

/**
 * @typedef {object} Judge
 * @property {string} name "Ruby 3.3.8 in /srv/trixie"
 * @property {string} gems its folder of gems, as this machine finds it
 * @property {string} inside the same folder, as its programs find it
 * @property {string} drivers the folder of the drivers, as its programs find it
 * @property {readonly string[]} before the words that stand before a program and its words
 * @property {readonly string[]} platform what its RubyGems has to be told of platforms
 */

/**
 * This machine's Ruby. Throws where there is none.
 * @param {string} gems
 * @returns {Judge}
 */
export function thisMachine(gems) {
  mkdirSync(gems, { recursive: true });
  return judge({ gems, inside: gems, drivers: here, before: [] }, '');
}

/**
 * The Ruby of a Debian root, which is made first where the folder is empty. Throws where that cannot be.
 * @param {string} folder
 * @returns {Judge}
 */
export function inRoot(folder) {
  const root = resolve(folder);
  if (getuid?.() !== 0) throw new Error('only root can enter another root');
  if (!existsSync(root) || readdirSync(root).length === 0) make(root);
  const gems = join(root, INSIDE);
  mkdirSync(join(gems, 'drivers'), { recursive: true });
  for (const path of FROM_HERE.filter((one) => existsSync(one))) copyFileSync(path, join(root, path));
  for (const driver of readdirSync(here).filter((name) => name.endsWith('.rb')))
    copyFileSync(join(here, driver), join(gems, 'drivers', driver));
  return judge({ gems, inside: INSIDE, drivers: join(INSIDE, 'drivers'), before: ['chroot', root] }, ` in ${folder}`);
}

function make(root) {
  const words = ['--variant=minbase', `--include=${PACKAGES}`, DEBIAN, root];
  const { error, status } = spawnSync('debootstrap', words, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (error) throw new Error(`debootstrap cannot be started (${error.message})`);
  if (status !== 0) throw new Error(`debootstrap ends with ${status}`);
}

function judge(place, where) {
  const ask = 'puts RUBY_VERSION, Gem::VERSION, Gem::Version.new(Gem::VERSION) < Gem::Version.new("3.3.22")';
  const [program, ...words] = [...place.before, 'ruby', '-e', ask];
  const { stdout, status } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`there is no Ruby${where || ' on this machine'}`);
  const [ruby, , old] = stdout.trim().split('\n');
  // RubyGems before 3.3.22 takes a binary of another C library for its own: it compiles instead.
  return { ...place, name: `Ruby ${ruby}${where}`, platform: old === 'true' ? ['--platform', 'ruby'] : [] };
}
