import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Language, Parser } from 'web-tree-sitter';
import { beforeAll, describe, expect, it } from 'vitest';

// The Ruby grammar that is shipped is a file of a package that collects grammars. It must be the very file that the
// grammar's own package has, and it must see the same trees as the native parser, where that one runs.

interface NativeParser {
  setLanguage(language: unknown): void;
  parse(text: string): { readonly rootNode: { toString(): string } };
}

const require = createRequire(import.meta.url);
const fixtures = join(import.meta.dirname, '../../fixtures');
const shipped = readFileSync(require.resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-ruby.wasm'));

/** Null where no native binary fits the machine, as on any Linux on arm64. */
function nativeParser(): NativeParser | null {
  try {
    const Native = require('tree-sitter') as new () => NativeParser;
    const parser = new Native();
    parser.setLanguage(require('tree-sitter-ruby'));
    return parser;
  } catch {
    return null;
  }
}

describe('the grammar that is shipped', () => {
  const native = nativeParser();
  const ruby = readdirSync(fixtures, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.rb'));
  let parser: Parser;

  beforeAll(async () => {
    await Parser.init();
    parser = new Parser();
    parser.setLanguage(await Language.load(shipped));
  });

  it('is the file of the grammar’s own package', () => {
    expect(shipped.equals(readFileSync(require.resolve('tree-sitter-ruby/tree-sitter-ruby.wasm')))).toBe(true);
  });

  it.runIf(native)('sees the trees that the native parser sees', () => {
    expect(ruby.length).toBeGreaterThan(50);
    for (const path of ruby) {
      const text = readFileSync(join(fixtures, path), 'utf8');
      const tree = parser.parse(text);
      expect(tree?.rootNode.toString(), path).toBe(native?.parse(text).rootNode.toString());
      tree?.delete();
    }
  });
});
