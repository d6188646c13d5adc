import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { breaches, readModule, WALLS, type Sources } from './walls.ts';

const root = join(import.meta.dirname, '../..');

function projectSources(): Sources {
  const sources = new Map<string, string>();
  for (const folder of ['src', 'rules']) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      const path = `${folder}/${name.replaceAll('\\', '/')}`;
      if (path.endsWith('.ts')) sources.set(path, readFileSync(join(root, path), 'utf8'));
    }
  }
  return sources;
}

function dependencies(): string[] {
  const manifest: { dependencies: Record<string, string>; devDependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const types = Object.keys(manifest.devDependencies).filter((name) => name.startsWith('@types/'));
  return [...Object.keys(manifest.dependencies), ...types];
}

describe('the walls of the house', () => {
  it('stand', () => {
    expect(breaches(projectSources(), dependencies())).toEqual([]);
  });

  it('have a line for every room', () => {
    const rooms = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(Object.keys(WALLS)).toEqual(expect.arrayContaining(rooms.map((entry) => entry.name)));
  });
});

describe('a breach is seen', () => {
  const seen: [what: string, path: string, text: string, message: RegExp][] = [
    [
      'a rule that reads a file',
      'rules/pool/a.ts',
      "import { read } from '../../src/repo/disk.ts';",
      /never know files/,
    ],
    ['a type across a wall', 'rules/pool/a.ts', "import type { F } from '../../src/repo/tree.ts';", /never know files/],
    ['a lazy import across a wall', 'src/model/a.ts', "await import('../yaml/psych.ts');", /never knows file formats/],
    [
      'a re-export across a wall',
      'src/report/a.ts',
      "export * from '../../rules/index.ts';",
      /how findings were found/,
    ],
    ['a foundation that looks up', 'src/text/a.ts', "import { x } from '../value/traced.ts';", /knows only itself/],
    ['a platform that knows Puma', 'src/platforms/a/b.ts', "import '../../systems/puma/threads.ts';", /systems’ files/],
    ['a room nobody drew', 'src/attic/a.ts', '', /attic is no room/],
    ['Node where it is not allowed', 'src/yaml/a.ts', "import { readFileSync } from 'node:fs';", /node:fs outside/],
    ['a program started', 'src/cli/a.ts', "import { spawn } from 'node:child_process';", /nothing is spawned/],
    ['eval', 'src/ruby/a.ts', 'export const x = eval("1");', /runs text as a program/],
    ['new Function', 'src/ruby/a.ts', 'export const x = new Function("return 1");', /runs text as a program/],
    ['Function through globalThis', 'src/ruby/a.ts', 'globalThis.Function("return 1")();', /runs text as a program/],
    ['a package nobody declared', 'src/ruby/a.ts', "import x from 'left-pad/lib';", /left-pad is not among/],
    ['a vague name', 'src/ruby/string-utils.ts', '', /a name that says nothing/],
    ['a vague folder', 'src/ruby/helpers/a.ts', '', /a name that says nothing/],
    ['a file that does everything', 'src/ruby/a.ts', 'x;\n'.repeat(401), /401 lines/],
    ['a parser loaded at once', 'src/cli/cli.ts', "import { parse } from 'yaml';", /before anything asks for it/],
  ];
  it.each(seen)('%s', (_what, path, text, message) => {
    const found = breaches(new Map([[path, text]]), ['yaml']);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });

  it('a parser loaded at once, three files away', () => {
    const sources = new Map([
      ['src/cli/cli.ts', "import { lint } from './lint.ts';"],
      ['src/cli/lint.ts', "import { run } from '../lint/engine.ts';"],
      ['src/lint/engine.ts', "import { type Parser } from 'web-tree-sitter';"],
    ]);
    expect(breaches(sources, ['web-tree-sitter'])).toEqual([
      'src/cli/cli.ts → src/cli/lint.ts → src/lint/engine.ts → web-tree-sitter: loaded before anything asks for it',
    ]);
  });
});

describe('no breach is imagined', () => {
  const fine: [what: string, path: string, text: string][] = [
    ['a type of a heavy package', 'src/cli/cli.ts', "import type { Parser } from 'yaml';"],
    ['a heavy package when it is needed', 'src/cli/cli.ts', "export const load = () => import('yaml');"],
    ['a neighbour in the same room', 'src/text/a.ts', "import { x } from './b.ts';"],
    ['the rules as the engine runs them', 'src/lint/engine.ts', "import { rules } from '../../rules/index.ts';"],
    ['Node in the two places it belongs', 'src/repo/disk.ts', "import { readdirSync } from 'node:fs';"],
    ['the word eval in a sentence', 'src/ruby/a.ts', "export const x = 'eval(1)'; // eval(1)"],
    ['a name that only contains a vague one', 'src/database/database.ts', ''],
  ];
  it.each(fine)('%s', (_what, path, text) => {
    expect(breaches(new Map([[path, text]]), ['yaml'])).toEqual([]);
  });

  it('reads each kind of import', () => {
    const { imports } = readModule(
      'a.ts',
      "import type { A } from './a.ts';\nimport { type B } from './b.ts';\nlet c: import('./c.ts').C;\nimport('./d.ts');",
    );
    expect(imports.map(({ specifier, typeOnly, lazy }) => [specifier, typeOnly, lazy])).toEqual([
      ['./a.ts', true, false],
      ['./b.ts', false, false],
      ['./c.ts', true, false],
      ['./d.ts', false, true],
    ]);
  });
});
