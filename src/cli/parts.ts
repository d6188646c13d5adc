import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { RubyGrammar } from '../ruby/parse.ts';
import type { Parts } from './engine.ts';

const require = createRequire(import.meta.url);

/** The real engine, the real rules, the pages beside them. */
export const parts: Parts = {
  async appRoots(tree) {
    return (await import('../launch/apps.ts')).appRoots(tree);
  },
  async isApp(tree) {
    return (await import('../launch/apps.ts')).isApp(tree);
  },
  async analyse(apps, options) {
    const [{ analyse }, { rules }] = await Promise.all([import('../lint/engine.ts'), import('../../rules/index.ts')]);
    const chosen = rules.filter((rule) => options.only.includes(rule.id));
    return analyse(apps, options, chosen, grammar, rules);
  },
  async rules() {
    return (await import('../../rules/index.ts')).rules;
  },
  page({ group, id }) {
    return readIfThere(new URL(`../../rules/${group}/${id}.md`, import.meta.url));
  },
  version() {
    // From src/cli in a checkout, from dist/src/chunks where it is installed.
    const text =
      readIfThere(new URL('../../package.json', import.meta.url)) ??
      readIfThere(new URL('../../../package.json', import.meta.url));
    const manifest: unknown = JSON.parse(text ?? '{}');
    const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
    return known ? String(manifest.version) : 'unknown';
  },
};

/** Read when the parser asks: a repository without Ruby never does. */
const grammar: RubyGrammar = {
  get runtime() {
    return readFileSync(require.resolve('web-tree-sitter/web-tree-sitter.wasm'));
  },
  get grammar() {
    const beside = new URL('../../tree-sitter-ruby.wasm', import.meta.url);
    try {
      return readFileSync(beside);
    } catch {
      // In a checkout the built copy lies in dist/.
      return readFileSync(new URL('../../dist/tree-sitter-ruby.wasm', import.meta.url));
    }
  },
  get prism() {
    return readFileSync(require.resolve('@ruby/prism/src/prism.wasm'));
  },
};

function readIfThere(url: URL): string | null {
  try {
    return readFileSync(url, 'utf8');
  } catch {
    return null;
  }
}
