import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskTree } from '../../src/repo/disk.ts';
import { UnreadableFile } from '../../src/repo/tree.ts';

let root: string;
let outside: string;

beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), 'tree-'));
  root = join(outside, 'app');
  mkdirSync(root);
});

afterEach(() => rmSync(outside, { recursive: true }));

function put(path: string, text = ''): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function why(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof UnreadableFile) return `${error.path}: ${error.message}`;
    throw error;
  }
  throw new Error('it could be read');
}

describe('what is listed', () => {
  it('is every file, sorted by code unit', () => {
    for (const path of ['b', 'B', 'a/z', 'a-b', 'ä', '.env', '.kamal/secrets', '.github/workflows/ci.yml']) put(path);
    const tree = new DiskTree(root);
    expect(tree.list()).toEqual(['.env', '.github/workflows/ci.yml', '.kamal/secrets', 'B', 'a-b', 'a/z', 'b', 'ä']);
    expect(tree.list()).toBe(tree.list());
  });

  it('is nothing of dependencies, histories, logs, tests and built files', () => {
    for (const path of [
      '.git/config',
      'node_modules/a/b',
      'vendor/bundle/c',
      'tmp/x',
      'log/y',
      'storage/z',
      '.bundle/config',
      'public/assets/a.js',
      'spec/support/fixtures/cassette.yml',
      'test/models/photo_test.rb',
    ])
      put(path);
    put('Gemfile');
    put('app/models/test/run.rb');
    put('deploy/test/values.yaml');
    put('app/models/log/entry.rb');
    put('lib/tmp/a.rb');
    put('apps/shop/config/database.yml');
    put('apps/shop/tmp/a');
    put('apps/shop/node_modules/a');
    put('public/robots.txt');
    expect(new DiskTree(root).list()).toEqual([
      'Gemfile',
      'app/models/log/entry.rb',
      'app/models/test/run.rb',
      'apps/shop/config/database.yml',
      'deploy/test/values.yaml',
      'lib/tmp/a.rb',
      'public/robots.txt',
    ]);
  });

  it('follows links that stay inside and no others', () => {
    put('shared/database.yml', 'inside');
    writeFileSync(join(outside, 'secret'), 'outside');
    mkdirSync(join(outside, 'folder'));
    writeFileSync(join(outside, 'folder/x'), '');
    mkdirSync(join(root, 'config'));
    symlinkSync('../shared/database.yml', join(root, 'config/database.yml'));
    symlinkSync('shared', join(root, 'linked'));
    symlinkSync('../secret', join(root, 'leaving'));
    symlinkSync('../folder', join(root, 'away'));
    symlinkSync('nowhere', join(root, 'broken'));
    const tree = new DiskTree(root);
    expect(tree.list()).toEqual(['config/database.yml', 'linked/database.yml', 'shared/database.yml']);
    expect(tree.kind('leaving')).toBe('outside');
    expect(tree.kind('away/x')).toBe('outside');
    expect(tree.kind('broken')).toBe('unreadable');
    expect(why(() => tree.read('leaving'))).toMatch(/^leaving: lies outside the app/);
    expect(why(() => tree.read('broken'))).toBe('broken: is a link to nothing');
    expect(Buffer.from(tree.read('config/database.yml')).toString()).toBe('inside');
  });

  it('ends where links go in circles', () => {
    put('a/file');
    put('b/file');
    symlinkSync('..', join(root, 'a/up'));
    symlinkSync('.', join(root, 'a/self'));
    symlinkSync('../b', join(root, 'a/b'));
    symlinkSync('../a', join(root, 'b/a'));
    symlinkSync('round', join(root, 'round'));
    const tree = new DiskTree(root);
    expect(tree.list().length).toBeLessThan(10);
    expect(tree.list()).toEqual(expect.arrayContaining(['a/file', 'b/file']));
    expect(tree.kind('round')).toBe('unreadable');
    expect(why(() => tree.read('round'))).toBe('round: is a link to itself');
  });

  it('is the folder a link leads to, where the link was named', () => {
    put('config/database.yml');
    symlinkSync('app', join(outside, 'link'));
    expect(new DiskTree(join(outside, 'link')).list()).toEqual(['config/database.yml']);
  });

  it('has names of control characters and of bytes that are no text', () => {
    put('a\x1b[31m\n');
    const raw = Buffer.concat([Buffer.from(join(root, 'caf')), Buffer.from([0xe9]), Buffer.from('.rb')]);
    try {
      writeFileSync(raw, 'latin1');
    } catch {
      return; // This file system knows no such names.
    }
    const tree = new DiskTree(root);
    expect(tree.list()).toEqual(['a\x1b[31m\n', 'caf\ufffd.rb']);
    expect(Buffer.from(tree.read('caf\ufffd.rb')).toString()).toBe('latin1');
    expect(tree.kind('caf\ufffd.rb')).toBe('file');
  });
});

describe('what stands at a path', () => {
  it('is a file, a folder, nothing, or outside', () => {
    put('config/puma.rb');
    const tree = new DiskTree(root);
    expect(
      [
        'config/puma.rb',
        './config//puma.rb',
        'config',
        '.',
        '',
        'a',
        'config/puma.rb/x',
        '../secret',
        '/etc/passwd',
        'config/../../x',
      ].map((path) => tree.kind(path)),
    ).toEqual([
      'file',
      'file',
      'directory',
      'directory',
      'directory',
      'missing',
      'missing',
      'outside',
      'outside',
      'outside',
    ]);
  });
});

describe('what cannot be read', () => {
  it('says why in plain English', () => {
    put('config/puma.rb');
    put('large');
    truncateSync(join(root, 'large'), 16 * 1024 * 1024 + 1);
    const tree = new DiskTree(root);
    expect(why(() => tree.read('config'))).toBe('config: is a directory');
    expect(why(() => tree.read('nothing'))).toBe('nothing: does not exist');
    expect(why(() => tree.read('config/puma.rb/x'))).toBe('config/puma.rb/x: does not exist');
    expect(why(() => tree.read('large'))).toBe('large: is larger than 16 MB');
    expect(why(() => tree.read('../x'))).toMatch(/lies outside the app/);
  });

  it('is never opened where it is no file', async () => {
    put('config/puma.rb');
    execFileSync('mkfifo', [join(root, 'pipe')]);
    symlinkSync('../pipe', join(root, 'config/linked'));
    const server = createServer();
    await new Promise<void>((done) => server.listen(join(root, 'socket'), done));
    const tree = new DiskTree(root);
    const paths = ['pipe', 'config/linked', 'socket'];
    expect(tree.list()).toEqual(['config/puma.rb']);
    expect(paths.map((path) => tree.kind(path))).toEqual(['unreadable', 'unreadable', 'unreadable']);
    expect(paths.map((path) => why(() => tree.read(path)))).toEqual([
      'pipe: is a named pipe',
      'config/linked: is a named pipe',
      'socket: is a socket',
    ]);
    expect(new DiskTree('/dev').kind('null')).toBe('unreadable');
    expect(why(() => new DiskTree('/dev').read('null'))).toBe('null: is a device');
    server.close();
  });

  it('does not stop the listing', () => {
    put('closed/a');
    put('secret', 'x');
    chmodSync(join(root, 'closed'), 0o000);
    chmodSync(join(root, 'secret'), 0o000);
    const tree = new DiskTree(root);
    expect(tree.list()).toContain('secret');
    if (!canReadAnything()) expect(why(() => tree.read('secret'))).toBe('secret: permission denied');
    chmodSync(join(root, 'closed'), 0o700);
  });
});

function canReadAnything(): boolean {
  try {
    readFileSync(join(root, 'secret'));
    return true;
  } catch {
    return false;
  }
}

describe('a tree below', () => {
  const alike = (path: string): void => {
    const tree = new DiskTree(root);
    tree.list();
    const below = tree.below(path);
    const alone = new DiskTree(join(root, path));
    expect(below.list()).toEqual(alone.list());
    for (const file of alone.list()) expect(below.read(file)).toEqual(alone.read(file));
  };

  it('has what a tree of that folder has', () => {
    for (const path of ['shop/config/application.rb', 'shop/app/a.rb', 'shop/vendor/b.rb', 'shop/tmp/c', 'other/d']) {
      put(path, path);
    }
    alike('shop');
  });

  it('follows links as a tree of that folder would', () => {
    for (const path of ['shop/config/application.rb', 'shop/app/a.rb', 'shared/models/b.rb', 'shared/c.rb']) put(path);
    symlinkSync('../../shared/models', join(root, 'shop/app/models'));
    symlinkSync('../../shared/c.rb', join(root, 'shop/app/c.rb'));
    symlinkSync('../app/a.rb', join(root, 'shop/config/inside.rb'));
    symlinkSync('../app', join(root, 'shop/config/folder'));
    alike('shop');
  });

  it('enters a folder that another link above it has led into', () => {
    for (const path of ['a/config/application.rb', 'a/lib/x.rb', 'b/config/application.rb']) put(path);
    symlinkSync('../a/lib', join(root, 'b/lib'));
    mkdirSync(join(root, 'a/engines'));
    symlinkSync('../lib', join(root, 'a/engines/lib'));
    alike('a');
    alike('b');
  });
});

it('a file that is something else since it was listed is looked at again', () => {
  put('a.rb', 'first');
  put('secret.rb', 'second');
  writeFileSync(join(outside, 'outside.rb'), 'third');
  const tree = new DiskTree(root);
  expect(tree.list()).toEqual(['a.rb', 'secret.rb']);
  rmSync(join(root, 'a.rb'));
  expect(why(() => tree.read('a.rb'))).toBe('a.rb: does not exist');
  symlinkSync('../outside.rb', join(root, 'a.rb'));
  expect(why(() => tree.read('a.rb'))).toContain('outside the app');
  rmSync(join(root, 'a.rb'));
  symlinkSync('secret.rb', join(root, 'a.rb'));
  expect(new TextDecoder().decode(tree.read('a.rb'))).toBe('second');
});
