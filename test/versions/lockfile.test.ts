import { beforeAll, describe, expect, test } from 'vitest';
import { SourceFile, spanText } from '../../src/text/source.ts';
import { lockedGem, readLockfile } from '../../src/versions/lockfile.ts';
import { bootGems, type GemOracle } from './gem-oracle.ts';

let gems: GemOracle;
beforeAll(async () => {
  gems = await bootGems();
});

const GEM = 'GEM\n  remote: https://gems.example/\n  specs:\n';
const END = '\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  rails\n';

const LOCKFILES: Readonly<Record<string, string>> = {
  'an ordinary one': `${GEM}    actioncable (8.0.2)\n      actionpack (= 8.0.2)\n    rails (8.0.2)\n      actioncable (= 8.0.2)\n    puma (6.4.3)\n      nio4r (~> 2.0)\n${END}  puma (>= 5.0)\n\nRUBY VERSION\n   ruby 3.4.1p0\n\nBUNDLED WITH\n   2.6.2\n`,
  'gems for platforms': `${GEM}    nokogiri (1.16.0)\n      racc (~> 1.4)\n    nokogiri (1.16.0-arm64-darwin)\n      racc (~> 1.4)\n    nokogiri (1.16.0-x86_64-linux)\n    rails (7.1.3.4)\n\nPLATFORMS\n  arm64-darwin\n  x86_64-linux\n\nDEPENDENCIES\n  nokogiri\n  rails (~> 7.1)\n`,
  'only for one platform': `${GEM}    nokogiri (1.16.0-x86_64-linux-gnu)\n    rails (7.1.3)\n${END}`,
  'several remotes': `GEM\n  remote: https://gems.example/\n  remote: https://pro.example/\n  specs:\n    rails (7.0.8)\n\nGEM\n  remote: https://enterprise.example/\n  specs:\n    sidekiq-pro (7.1.0)\n${END}`,
  'git, path and gems': `GIT\n  remote: https://code.example/rails/rails.git\n  revision: abcdef\n  branch: main\n  specs:\n    activerecord (8.2.0.alpha)\n    rails (8.2.0.alpha)\n      activerecord (= 8.2.0.alpha)\n    railties (8.2.0.alpha)\n\nPATH\n  remote: engines/shop\n  specs:\n    shop (0.1.0)\n      rails\n\n${GEM}    puma (6.0.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  puma\n  rails!\n  shop!\n`,
  checksums: `${GEM}    rails (8.0.2)\n${END}\nCHECKSUMS\n  rails (8.0.2) sha256=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n\nBUNDLED WITH\n   2.6.2\n`,
  'Windows line ends': `${GEM}    rails (8.0.2)\n    puma (6.4.3)\n${END}`.replaceAll('\n', '\r\n'),
  'no last line break': `${GEM}    rails (8.0.2)\n${END}`.trimEnd(),
  'nothing in it': '',
  prereleases: `${GEM}    rails (8.1.0.rc1)\n    solid_queue (1.2.0.beta)\n${END}`,
};

describe('a lockfile lists what Bundler reads in it', () => {
  test.each(Object.entries(LOCKFILES))('%s', (_what, text) => {
    const expected = gems.lockfile(text);
    const { gems: ours, dependencies, problem } = readLockfile(new SourceFile('Gemfile.lock', text));
    expect(problem).toBeNull();
    const first = new Map(expected!.specs.toReversed().map(([name, version]) => [name, version]));
    expect(Object.fromEntries([...ours.values()].map((gem) => [gem.name, gem.version.text]))).toEqual(
      Object.fromEntries(first),
    );
    expect([...dependencies.keys()].toSorted()).toEqual(expected!.dependencies.toSorted());
    for (const gem of ours.values()) expect(spanText(gem.at)).toBe(gem.version.text);
  });

  test('a merge conflict stops it, at its place', () => {
    const text = `${GEM}<<<<<<< HEAD\n    rails (8.0.1)\n=======\n    rails (8.0.2)\n>>>>>>> main\n${END}`;
    expect(gems.lockfile(text)).toBeNull();
    const { problem } = readLockfile(new SourceFile('Gemfile.lock', text));
    expect(problem?.message).toContain('merge conflicts');
    expect(spanText(problem!.at)).toBe('<<<<<<< HEAD');
  });
});

test('what else a lockfile says', () => {
  const read = (name: string) => readLockfile(new SourceFile('Gemfile.lock', LOCKFILES[name]!));
  const ordinary = read('an ordinary one');
  expect(ordinary.ruby && [ordinary.ruby.text, spanText(ordinary.ruby.at)]).toEqual(['3.4.1', '3.4.1']);
  expect(ordinary.bundler && [ordinary.bundler.text, spanText(ordinary.bundler.at)]).toEqual(['2.6.2', '2.6.2']);
  expect(ordinary.dependencies.get('puma')).toMatchObject({ requirement: '>= 5.0' });
  expect(read('git, path and gems').gems.get('rails')).toMatchObject({ source: 'git' });
  expect(read('git, path and gems').gems.get('shop')).toMatchObject({ source: 'path' });
  expect(read('gems for platforms').gems.get('nokogiri')).toMatchObject({ platform: null });
  expect(read('only for one platform').gems.get('nokogiri')).toMatchObject({ platform: 'x86_64-linux-gnu' });
});

test('Rails by its parts', () => {
  const text = `${GEM}    activerecord (7.0.4)\n    railties (7.0.4)\n${END}`;
  const lockfile = readLockfile(new SourceFile('Gemfile.lock', text));
  expect(lockedGem(lockfile, 'rails')).toMatchObject({ name: 'railties', version: { text: '7.0.4' } });
  expect(lockedGem(lockfile, 'puma')).toBeNull();
});

test('rubbish is read without harm', () => {
  for (const text of [
    '\uFEFFGEM\n  specs:\n    rails (8.0.2)\n',
    'x\n  y\n',
    '    rails (8.0.2)\n',
    'GEM\n    rails ()\n    rails (x)\n',
    '\0\0',
  ])
    expect(() => readLockfile(new SourceFile('Gemfile.lock', text))).not.toThrow();
});
