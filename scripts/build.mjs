// Builds dist/ from src/ and rules/ with rolldown.
//
//   dist/cli.js                  what package.json's bin points at
//   dist/src/**                  the program in a few files instead of some four hundred, of which every run would load
//                                most: that takes as long again as a lint of a small app. What is loaded with `import()`
//                                stays apart. The packages are not taken in; they come as dependencies
//   dist/rules/**                the rules' pages. They lie as deep above dist/src/chunks as above src/cli, where the
//                                sources look for them
//   dist/tree-sitter-ruby.wasm   the Ruby grammar, with its licence. It is shipped because no package could be a
//                                dependency for it: tree-sitter-ruby itself has an install script that compiles C
//                                where its native binaries do not fit (any Linux on arm64), and
//                                @vscode/tree-sitter-wasm, which has the identical file and no script, brings
//                                sixteen other grammars
//   dist/schema.json             the JSON Schema of .rails-pool-lint.yml, for editors
//
// web-tree-sitter is a dependency and finds its own web-tree-sitter.wasm, so that is not copied.
//
// Nothing is type-checked here: that is `npm run types`. This is why building needs no @types package, takes under a
// second, and can be afforded wherever somebody installs from git. It needs a newer Node 20 than running does, because
// rolldown does.
//
// A file is written only when it differs, and takes its place as a whole; then what does not belong is removed. Who runs
// dist/ meanwhile may be told that two files do not fit, but never finds half of one, nor a function under the name of
// another: what the files hand each other keeps its name, where rolldown would give out letters in their order.

import { mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, isAbsolute, join, relative } from 'node:path';
import process, { argv } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The program, and what the Action reads of it before it starts it. */
const entries = { cli: 'src/cli/cli.ts', 'src/cli/flags': 'src/cli/flags.ts' };

/** @param {string} folder @returns {string[]} every file below the folder, as full paths, sorted */
function filesBelow(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .toSorted();
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

/** What whoever builds can do something about; the message says it. */
class CannotBuild extends Error {}

async function bundler(require) {
  try {
    return await import(pathToFileURL(require.resolve('rolldown')).href);
  } catch (error) {
    const { version, engines } = require('rolldown/package.json');
    throw new CannotBuild(
      `rails-pool-lint: building needs rolldown ${version}, which asks for Node ${engines.node} and does not run on ` +
        `${process.version}, ${process.platform} ${process.arch}: ${error.message}\n` +
        'Only building needs it: a packed rails-pool-lint (npm pack) runs on Node 20.0 and later.',
    );
  }
}

/** Waits for a script's work; where it cannot be done here, says why and lets the process fail. */
export async function orSayWhyNot(work) {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof CannotBuild)) throw error;
    console.error(error.message);
    process.exitCode = 1;
    return null;
  }
}

/** The JavaScript: path within dist/ → content. */
async function programFiles(require, more) {
  const { rolldown } = await bundler(require);
  const bundle = await rolldown({
    cwd: root,
    input: { ...entries, ...more },
    platform: 'node',
    external: (id) => !id.startsWith('.') && !isAbsolute(id),
    onLog(level, { message }) {
      if (level === 'warn') throw new Error(message);
    },
  });
  const { output } = await bundle.generate({
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'src/chunks/[name].js',
    minifyInternalExports: false,
    banner: ({ name }) => (name === 'cli' ? '#!/usr/bin/env node' : ''),
  });
  await bundle.close();
  return output.map(({ fileName, code }) => [fileName, Buffer.from(code)]);
}

/** What dist/ should hold: path within it → content. */
async function outputs(toolsFolder, more) {
  const require = createRequire(join(toolsFolder, 'package.json'));
  const wanted = new Map(await programFiles(require, more));
  const pages = filesBelow(join(root, 'rules')).filter((file) => extname(file) !== '.ts');
  for (const page of pages) wanted.set(relative(root, page), readFileSync(page));
  const grammars = dirname(require.resolve('@vscode/tree-sitter-wasm/package.json'));
  wanted.set('tree-sitter-ruby.wasm', readFileSync(join(grammars, 'wasm', 'tree-sitter-ruby.wasm')));
  wanted.set('schema.json', readFileSync(join(root, 'schema.json')));
  wanted.set('tree-sitter-ruby.LICENSE', readFileSync(join(root, 'scripts', 'licences', 'tree-sitter-ruby.txt')));
  return wanted;
}

function same(path, content) {
  try {
    return readFileSync(path).equals(content);
  } catch {
    return false;
  }
}

/**
 * Writes what differs: each file in a folder beside the output first, for a file that is written over is empty for a
 * moment, and another build that runs meanwhile would remove one that does not belong.
 */
function writeChanged(wanted, out) {
  const changed = [...wanted].filter(([path, content]) => !same(join(out, path), content));
  if (changed.length === 0) return 0;
  mkdirSync(dirname(out), { recursive: true });
  const desk = mkdtempSync(`${out}-`);
  try {
    for (const [path, content] of changed) {
      const fresh = join(desk, 'file');
      writeFileSync(fresh, content, { mode: path === 'cli.js' ? 0o755 : 0o644 });
      mkdirSync(dirname(join(out, path)), { recursive: true });
      renameSync(fresh, join(out, path));
    }
  } finally {
    rmSync(desk, { recursive: true, force: true });
  }
  return changed.length;
}

function removeEmptyFolders(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const path = join(folder, entry.name);
    removeEmptyFolders(path);
    if (readdirSync(path).length === 0) rmSync(path, { recursive: true, force: true });
  }
}

/**
 * @param {{ tools?: string, out?: string, more?: Record<string, string> }} [options] tools: a folder from which rolldown
 *   and @vscode/tree-sitter-wasm resolve, the project itself unless given; out: where to, dist/ unless given; more:
 *   further modules that can be imported, name without .js → source file
 * @returns {Promise<{ files: number, written: number, removed: number }>}
 */
export async function build({ tools = root, out = join(root, 'dist'), more = {} } = {}) {
  const wanted = await outputs(tools, more);
  const written = writeChanged(wanted, out);
  const stale = filesBelow(out).filter((file) => !wanted.has(relative(out, file)));
  for (const file of stale) rmSync(file, { force: true });
  removeEmptyFolders(out);
  return { files: wanted.size, written, removed: stale.length };
}

if (argv[1] && import.meta.url === pathToFileURL(argv[1]).href) {
  const started = performance.now();
  const built = await orSayWhyNot(build());
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (built)
    console.log(`dist: ${built.files} files, ${built.written} written, ${built.removed} removed, ${seconds} s`);
}
