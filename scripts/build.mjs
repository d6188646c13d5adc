// Builds dist/ from src/ and rules/ with TypeScript alone.
//
//   dist/cli.js                  what package.json's bin points at
//   dist/src/**, dist/rules/**   one JavaScript file for each TypeScript file, in the same places, so that the
//                                relative imports between the two folders are those of the sources; every other
//                                file found there (the rules' pages) is copied beside them
//   dist/tree-sitter-ruby.wasm   the Ruby grammar, with its licence. It is shipped because no package could be a
//                                dependency for it: tree-sitter-ruby itself has an install script that compiles C
//                                where its native binaries do not fit (any Linux on arm64), and
//                                @vscode/tree-sitter-wasm, which has the identical file and no script, brings
//                                sixteen other grammars
//   dist/schema.json             the JSON Schema of .rails-pool-lint.yml, for editors
//
// web-tree-sitter is a dependency and finds its own web-tree-sitter.wasm, so that is not copied.
//
// Files are translated one at a time (tsconfig.json has isolatedModules and erasableSyntaxOnly, so this is all that
// tsc would do) and not type-checked: that is `npm run types`. This is why building needs no @types package, takes
// under a second, and can be afforded wherever somebody installs from git.
//
// A file is written only when it differs, and what does not belong is removed: nobody who runs dist/ meanwhile finds
// it half empty.

import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, relative } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const sourceFolders = ['src', 'rules'];
const shim = "#!/usr/bin/env node\nimport './src/cli/cli.js';\n";

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

/** The options of tsconfig.json that decide what the JavaScript looks like. */
function compilerOptions(ts) {
  const path = join(root, 'tsconfig.json');
  const { config, error } = ts.readConfigFile(path, (file) => readFileSync(file, 'utf8'));
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root, path);
  // A single file cannot look for the package.json that says it is a module.
  return { ...options, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler };
}

/** What dist/ should hold: path within it → content. */
function outputs(toolsFolder) {
  const require = createRequire(join(toolsFolder, 'package.json'));
  const ts = require('typescript');
  const options = compilerOptions(ts);
  const wanted = new Map([['cli.js', Buffer.from(shim)]]);

  for (const file of sourceFolders.flatMap((folder) => filesBelow(join(root, folder)))) {
    const path = relative(root, file);
    if (extname(file) !== '.ts') {
      wanted.set(path, readFileSync(file));
      continue;
    }
    const { outputText, diagnostics } = ts.transpileModule(readFileSync(file, 'utf8'), {
      fileName: file,
      reportDiagnostics: true,
      compilerOptions: options,
    });
    if (diagnostics?.length) {
      throw new Error(ts.formatDiagnostics(diagnostics, ts.createCompilerHost(options)).trim());
    }
    wanted.set(path.replace(/\.ts$/, '.js'), Buffer.from(outputText));
  }

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

function removeEmptyFolders(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const path = join(folder, entry.name);
    removeEmptyFolders(path);
    if (readdirSync(path).length === 0) rmSync(path, { recursive: true });
  }
}

/**
 * @param {{ tools?: string, out?: string }} [options] tools: a folder from which typescript and
 *   @vscode/tree-sitter-wasm resolve, the project itself unless given; out: where to, dist/ unless given
 * @returns {{ files: number, written: number, removed: number }}
 */
export function build({ tools = root, out = join(root, 'dist') } = {}) {
  const wanted = outputs(tools);
  let written = 0;
  for (const [path, content] of wanted) {
    const target = join(out, path);
    if (same(target, content)) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
    written += 1;
  }
  chmodSync(join(out, 'cli.js'), 0o755);
  const stale = filesBelow(out).filter((file) => !wanted.has(relative(out, file)));
  for (const file of stale) rmSync(file);
  removeEmptyFolders(out);
  return { files: wanted.size, written, removed: stale.length };
}

if (argv[1] && import.meta.url === pathToFileURL(argv[1]).href) {
  const started = performance.now();
  const { files, written, removed } = build();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`dist: ${files} files, ${written} written, ${removed} removed, ${seconds} s`);
}
