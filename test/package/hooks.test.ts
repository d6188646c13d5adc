import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');

interface Hook {
  readonly id: string;
  readonly language: string;
  readonly entry: string;
  readonly pass_filenames: boolean;
  readonly require_serial: boolean;
  readonly files: string;
}

const hooks: Hook[] = parse(readFileSync(join(root, '.pre-commit-hooks.yaml'), 'utf8'));

/** A verbose Python pattern, which is what pre-commit compiles, as JavaScript writes it. */
function compile(pattern: string): RegExp {
  expect(pattern).toMatch(/^\(\?x\)/);
  return new RegExp(pattern.slice(4).replaceAll(/\s/g, ''));
}

describe('.pre-commit-hooks.yaml', () => {
  it('has the hook and its twin, which differ in the language only', () => {
    expect(hooks.map(({ id, language }) => [id, language])).toEqual([
      ['rails-pool-lint', 'node'],
      ['rails-pool-lint-system', 'system'],
    ]);
    for (const hook of hooks) {
      expect(hook).toMatchObject({ entry: 'rails-pool-lint', pass_filenames: false, require_serial: true });
      expect(hook.files).toBe(hooks[0]?.files);
    }
  });

  it('names the bin that package.json installs', () => {
    const manifest: { bin: Record<string, string> } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(Object.keys(manifest.bin)).toEqual([hooks[0]?.entry]);
  });

  it('runs for whatever a fixture is made of', () => {
    const pattern = compile(hooks[0]?.files ?? '');
    const files = readdirSync(join(root, 'fixtures'), { recursive: true, withFileTypes: true, encoding: 'utf8' })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(root, 'fixtures').length + 1))
      .map((path) => path.replaceAll('\\', '/').replace(/^[^/]+\//, ''));
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((path) => !pattern.test(path))).toEqual([]);
  });

  it.each([
    'config/database.yml',
    'apps/shop/config/puma.rb',
    'docker-compose.production.yml',
    'compose.yaml',
    'deploy/production/web.yaml',
    'production.Dockerfile',
    '.env.production',
    '.rails-pool-lint.yml',
  ])('runs for %s', (path) => {
    expect(compile(hooks[0]?.files ?? '').test(path)).toBe(true);
  });

  it.each(['README.md', 'config/locales/de.yml', 'app/views/shop/index.html.erb', 'public/500.html', 'spec/a_spec.rb'])(
    'does not run for %s',
    (path) => {
      expect(compile(hooks[0]?.files ?? '').test(path)).toBe(false);
    },
  );
});
