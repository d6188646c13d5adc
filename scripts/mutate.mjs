// Breaks healthy repositories in one place at a time, and demands that the right rule says so at the right line.
//
//   npm run mutate
//   npm run mutate -- --verbose <folder> …
//
// Without a folder: every fixture that is healthy (fixtures/pristine-*, fixtures/healthy-*). A folder is any checkout; it
// is read into memory and never written to. Faults are those of scripts/mutate/operators.mjs, one file each.
//
// Prints how many mutants each operator and each rule killed of those they should. Exits 1 if one survives that must be
// killed: a finding of the rule has to be there, on that line, and must not have been there before.

import { readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './build.mjs';
import { operators } from './mutate/operators.mjs';
import { siteOf } from './mutate/site.mjs';
import { sources } from './sources.mjs';

/** A tree over another one, with some files replaced. */
function overlaid(tree, files) {
  const bytes = new Map(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)]));
  return {
    list: () => [...new Set([...tree.list(), ...bytes.keys()])].toSorted(),
    kind: (path) => (bytes.has(path) ? 'file' : tree.kind(path)),
    read: (path) => bytes.get(path) ?? tree.read(path),
  };
}

const OPTIONS = {
  environment: null,
  deployments: [],
  set: [],
  cpus: null,
  hosts: new Map(),
  maxConnections: [],
  assume: new Map(),
  disable: [],
  minConfidence: 'low',
};

async function loaded() {
  const [{ parts }, { DiskTree }, { placeOf, SourceFile }, { writtenIn, unsetVariables }, { readConfiguration }] =
    await sources(
      'src/cli/parts.ts',
      'src/repo/disk.ts',
      'src/text/source.ts',
      'src/value/history.ts',
      'src/lint/configuration.ts',
    );
  const only = (await parts.rules()).map(({ id }) => id);
  const text = (tree, path) => (tree.kind(path) === 'file' ? new TextDecoder().decode(tree.read(path)) : null);
  const lint = (tree) => {
    const own = text(tree, '.rails-pool-lint.yml');
    const configuration = own === null ? null : readConfiguration(new SourceFile('.rails-pool-lint.yml', own));
    return parts.analyse([{ root: '.', tree, configuration }], { ...OPTIONS, only });
  };
  const places = ({ findings }) =>
    findings.map(({ rule, at }) => ({ rule, path: at.file.pathInTree, line: placeOf(at).line }));
  return { DiskTree, lint, text, places, tools: { placeOf, writtenIn, unsetVariables } };
}

function isFound(expected, places) {
  const { rule, at } = expected;
  return places.some((one) => one.rule === rule && (at === null || (one.path === at.path && one.line === at.line)));
}

/** Every expectation of every mutant of one tree, with how it ended. */
async function mutated(folder, { DiskTree, lint, text, places, tools }) {
  const tree = new DiskTree(folder);
  const healthy = await lint(tree);
  const before = places(healthy);
  const site = siteOf(healthy, (path) => text(tree, path), tools);
  const ends = [];
  for (const operator of site ? operators : []) {
    for (const { files, expect } of operator.mutants(site)) {
      let after = null;
      let failure = '';
      try {
        after = places(await lint(overlaid(tree, files)));
      } catch (error) {
        failure = error.message;
      }
      for (const expected of expect) {
        if (isFound(expected, before)) continue;
        const killed = after !== null && isFound(expected, after);
        const said = after?.map(({ rule, path, line }) => `${rule} ${path}:${line}`).join(', ') || failure || 'nothing';
        ends.push({ folder, operator: operator.name, ...expected, must: expected.must ?? true, killed, files, said });
      }
    }
  }
  return ends;
}

function healthyFixtures() {
  const fixtures = join(root, 'fixtures');
  const names = readdirSync(fixtures).filter((name) => /^(?:pristine|healthy)-/.test(name));
  return names.toSorted().map((name) => join(fixtures, name));
}

function table(title, ends, keyOf) {
  const groups = new Map();
  for (const end of ends) groups.set(keyOf(end), [...(groups.get(keyOf(end)) ?? []), end]);
  const width = Math.max(...[...groups.keys()].map((key) => key.length));
  console.log(title);
  for (const [key, group] of groups) {
    console.log(`  ${key.padEnd(width)}  ${group.filter(({ killed }) => killed).length}/${group.length}`);
  }
  console.log();
}

const { values, positionals } = parseArgs({ options: { verbose: { type: 'boolean' } }, allowPositionals: true });
const folders = positionals.length > 0 ? positionals.map((folder) => resolve(folder)) : healthyFixtures();
const program = await loaded();
const ends = [];
for (const folder of folders) ends.push(...(await mutated(folder, program)));
if (ends.length === 0) throw new Error('nothing was mutated: no folder has a web process with a database');

table('Killed by operator', ends, ({ operator }) => operator);
table('Killed by rule', ends, ({ rule }) => rule);
const survivors = ends.filter(({ killed, must }) => must && !killed);
for (const { folder, operator, rule, at, said, files } of survivors) {
  console.log(
    `survived: ${basename(folder)}, ${operator}: no ${rule} at ${at ? `${at.path}:${at.line}` : 'any place'}; said ${said}`,
  );
  if (values.verbose) for (const [path, text] of Object.entries(files)) console.log(`--- ${path}\n${text}`);
}
console.log(
  `${ends.filter(({ killed }) => killed).length} of ${ends.length} killed in ${folders.length} repositories.`,
);
process.exitCode = survivors.length > 0 ? 1 : 0;
