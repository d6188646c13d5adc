import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// What somebody gets who installs the package: packed by npm, unpacked into an empty folder, beside nothing but the
// dependencies it declares. Needs a built dist/, which `npm test` makes first, and no network.

const root = join(import.meta.dirname, '../..');

interface Manifest {
  readonly bin: Record<string, string>;
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly scripts: Record<string, string>;
}

interface Lock {
  readonly packages: Record<
    string,
    {
      readonly version?: string;
      readonly dev?: boolean;
      readonly hasInstallScript?: boolean;
      readonly optionalDependencies?: Record<string, string>;
    }
  >;
}

const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8');
const lock: Lock = JSON.parse(lockText);

let folder = '';
let installed = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rails-pool-lint-package-'));
  const packed: { filename: string }[] = JSON.parse(
    execFileSync(process.execPath, [npmProgram(), 'pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  installed = join(folder, 'node_modules', 'rails-pool-lint');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', packed[0]?.filename ?? '', '--strip-components=1', '-C', installed], { cwd: folder });
  for (const [path, { dev }] of Object.entries(lock.packages)) {
    const from = join(root, path);
    if (!path.startsWith('node_modules/') || path.indexOf('node_modules/', 1) > 0 || dev || !existsSync(from)) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    symlinkSync(from, join(folder, path));
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function npmProgram(): string {
  const outer = process.env['npm_execpath'];
  if (outer?.endsWith('npm-cli.js')) return outer;
  const places = [dirname(process.execPath), ...(process.env['PATH'] ?? '').split(delimiter)].flatMap((bin) => [
    join(bin, 'node_modules/npm/bin/npm-cli.js'),
    join(bin, '../lib/node_modules/npm/bin/npm-cli.js'),
  ]);
  const found = places.find((place) => existsSync(place));
  if (!found) throw new Error('no npm beside Node');
  return found;
}

function run(...args: string[]): { status: number; stdout: string } {
  try {
    const stdout = execFileSync(process.execPath, [join(installed, manifest.bin['rails-pool-lint'] ?? ''), ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return { status: 0, stdout };
  } catch (error) {
    if (error instanceof Error && 'status' in error && 'stdout' in error) {
      return { status: Number(error.status), stdout: String(error.stdout) };
    }
    throw error;
  }
}

describe('the package', () => {
  it('holds what runs, what it says about itself, and nothing else', () => {
    const files = readdirSync(installed, { recursive: true, withFileTypes: true, encoding: 'utf8' })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(installed.length + 1)
          .replaceAll('\\', '/'),
      );
    const outside = files.filter((path) => !path.startsWith('dist/'));
    expect(outside.toSorted()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
    expect(files).toEqual(expect.arrayContaining(['dist/cli.js', 'dist/src/cli/flags.js', 'dist/schema.json']));
    expect(files).toEqual(expect.arrayContaining(['dist/tree-sitter-ruby.wasm', 'dist/tree-sitter-ruby.LICENSE']));
    expect(files.filter((path) => /\.(ts|map)$|test/.test(path))).toEqual([]);
  });

  it('ships each rule’s page beside the rule', () => {
    const pages = readdirSync(join(root, 'rules'), { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.md'),
    );
    for (const page of pages) expect(existsSync(join(installed, 'dist/rules', page)), page).toBe(true);
  });

  it('says its version', () => {
    expect(run('--version')).toEqual({ status: 0, stdout: expect.stringMatching(/^rails-pool-lint \d+\.\d+\.\d+\n$/) });
  });

  it('lints a repository with Ruby in it', () => {
    const { status, stdout } = run('--format', 'json', join(root, 'fixtures/sidekiq-c-25-on-an-anchored-pool-of-5'));
    const { findings }: { findings: { rule: string }[] } = JSON.parse(stdout);
    expect(findings.map(({ rule }) => rule)).toContain('pool-smaller-than-sidekiq-concurrency');
    expect(status).toBe(1);
  });
});

describe('installing it', () => {
  it('prints the name of the packed file and nothing else, which pre-commit up to 4.6.0 takes for the name', () => {
    const printed = execFileSync(process.execPath, [npmProgram(), 'pack', '--pack-destination', folder], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(printed).toMatch(/^rails-pool-lint-\d+\.\d+\.\d+\.tgz\n$/);
  });

  it('needs no install script, of its own or of anything in either kind of dependencies', () => {
    const own = ['preinstall', 'install', 'postinstall'].filter((script) => script in manifest.scripts);
    const theirs = Object.keys(lock.packages).filter((path) => lock.packages[path]?.hasInstallScript);
    expect([...own, ...theirs]).toEqual([]);
  });

  it('is possible on every platform: `npm run lock` completes a lock in which npm forgot some', () => {
    const forgotten = Object.values(lock.packages)
      .flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}))
      .filter((name) => !lock.packages[`node_modules/${name}`]);
    expect(forgotten).toEqual([]);
  });

  it('names no host, in the locks of the package and of the test oracles', () => {
    const oracles = readFileSync(join(root, 'test/oracle/package-lock.json'), 'utf8');
    for (const text of [lockText, oracles]) expect(text.includes('"resolved"')).toBe(false);
  });

  it('takes exact versions of what it is built with', () => {
    const loose = Object.entries(manifest.devDependencies).filter(([, version]) => !/^\d/.test(version));
    expect(loose).toEqual([]);
  });
});
