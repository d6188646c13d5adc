import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// The scripts that make dist/, and those that read the sources through it.

interface Built {
  readonly files: number;
  readonly written: number;
  readonly removed: number;
}

const root = join(import.meta.dirname, '../..');
const script = pathToFileURL(join(root, 'scripts/build.mjs')).href;
const { build }: { build(options: { out?: string; tools?: string }): Promise<Built> } = await import(script);

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rails-pool-lint-build-test-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a module that is written here, in the root of the project. */
function run(text: string) {
  return spawnSync(process.execPath, ['--input-type=module', '--eval', text], { cwd: root, encoding: 'utf8' });
}

describe('the build', () => {
  it('writes what differs, removes what does not belong, and leaves nothing of its own behind', async () => {
    const out = join(folder, 'dist');
    const first = await build({ out });
    expect(first).toEqual({ files: first.files, written: first.files, removed: 0 });
    mkdirSync(join(out, 'old'));
    writeFileSync(join(out, 'old/chunk.js'), '');
    writeFileSync(join(out, 'cli.js'), '');
    expect(await build({ out })).toEqual({ files: first.files, written: 1, removed: 1 });
    expect(readdirSync(out)).toEqual([
      'cli.js',
      'rules',
      'schema.json',
      'src',
      'tree-sitter-ruby.LICENSE',
      'tree-sitter-ruby.wasm',
    ]);
    expect(statSync(join(out, 'cli.js')).mode & 0o111).toBe(0o111);
    expect(await build({ out })).toEqual({ files: first.files, written: 0, removed: 0 });
    expect(readdirSync(folder)).toEqual(['dist']);
  });

  it('keeps the names of what files hand each other: of two builds, they could otherwise be each other’s', () => {
    const chunks = join(root, 'dist/src/chunks');
    const texts = readdirSync(chunks).map((name) => readFileSync(join(chunks, name), 'utf8'));
    const exported = texts.flatMap((text) =>
      [...text.matchAll(/^export \{(.*)\};$/gm)].flatMap(([, names = '']) =>
        names.split(',').map((name) => name.replace(/.* as /, '').trim()),
      ),
    );
    expect(exported).toEqual(expect.arrayContaining(['placeOf', 'rules', 'analyse']));
    expect(exported.filter((name) => /^\w$/.test(name))).toEqual([]);
  });

  it('says without a stack where it cannot be done, and what can', () => {
    const rolldown = join(folder, 'tools/node_modules/rolldown');
    mkdirSync(rolldown, { recursive: true });
    const manifest = { version: '9.8.7', main: 'index.cjs', engines: { node: '>=99' } };
    writeFileSync(join(rolldown, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(rolldown, 'index.cjs'), 'throw new Error("no styleText");');
    const options = JSON.stringify({ tools: join(folder, 'tools'), out: join(folder, 'nothing') });
    const { status, stderr } = run(
      `import { build, orSayWhyNot } from ${JSON.stringify(script)}; await orSayWhyNot(build(${options}));`,
    );
    expect(stderr).toContain('building needs rolldown 9.8.7, which asks for Node >=99');
    expect(stderr).toContain(process.version);
    expect(stderr).toContain('no styleText');
    expect(stderr).toContain('runs on Node 20.0 and later');
    expect(stderr).not.toMatch(/^ +at /m);
    expect(status).toBe(1);
  });
});

describe('the sources for scripts', () => {
  it('are modules of src/, and gone when the script ends', () => {
    const { pid, stdout, stderr } = run(
      `import { sources } from './scripts/sources.mjs';
       const [{ configurationSchema }, { parts }] = await sources('src/lint/configuration_keys.ts', 'src/cli/parts.ts');
       console.log(Object.keys(configurationSchema().properties).includes('hosts'), (await parts.rules()).length > 40);`,
    );
    expect({ stdout, stderr }).toEqual({ stdout: 'true true\n', stderr: '' });
    expect(
      readdirSync(join(root, 'node_modules')).filter((name) => name.startsWith(`.rails-pool-lint-${pid}-`)),
    ).toEqual([]);
  });
});
