import { describe, expect, it } from 'vitest';
import { lint, RULE, SHOP } from './apps.ts';
import { folder } from './terminals.ts';

const HEALTHY = { 'config/puma.rb': 'threads 5, 5\n' };

/** Two apps under one configuration: Puma of the shop has too many threads, that of the library has not. */
function repository(ignore: string, shop: Readonly<Record<string, string>> = {}): string {
  const below = (name: string, files: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(files).map(([path, text]) => [`apps/${name}/${path}`, text]));
  return folder({
    '.rails-pool-lint.yml': `ignore:\n  - { ${ignore}, reason: known }\n`,
    ...below('library', { ...SHOP, ...HEALTHY }),
    ...below('shop', { ...SHOP, ...shop }),
  });
}

async function unused(cwd: string, argv: readonly string[] = []): Promise<readonly string[]> {
  const { out } = await lint(cwd, [...argv, '-f', 'concise']);
  return out.split('\n').filter((line) => line.includes('unused-ignore'));
}

describe('an ignore of a configuration that apps share', () => {
  const SAID = [`.rails-pool-lint.yml:2:13: warning unused-ignore no finding of ${RULE} needs this ignore`];

  it('is needed where one of them needs it', async () => {
    expect(await unused(repository(`rule: ${RULE}`))).toEqual([]);
  });

  it('is said to be unused once, where none does', async () => {
    expect(await unused(repository(`rule: ${RULE}`, HEALTHY))).toEqual(SAID);
    expect(await unused(repository(`rule: ${RULE}`, HEALTHY), ['apps'])).toEqual([]);
  });

  it('is left alone where not all of them are read', async () => {
    const cwd = repository(`rule: ${RULE}`);
    for (const path of ['apps/library', 'apps/library/config/puma.rb']) expect(await unused(cwd, [path])).toEqual([]);
  });

  it('is left alone where one of them cannot tell', async () => {
    const cannotTell = { 'config/puma.rb': 'n = ENV.fetch("THREADS")\nthreads n, n\n' };
    expect(await unused(repository(`rule: ${RULE}`, cannotTell))).toEqual([]);
  });
});

describe('an ignore of the configuration of one app', () => {
  const app = { ...SHOP, ...HEALTHY, '.rails-pool-lint.yml': `ignore: [{ rule: ${RULE}, reason: known }]\n` };

  it('is said to be unused whatever path of the app is named', async () => {
    const cwd = folder(app);
    for (const path of ['.', 'config', 'config/puma.rb']) expect(await unused(cwd, [path])).toHaveLength(1);
  });

  it('is left alone where a file is named and another app lies in this one', async () => {
    const nested = Object.entries(SHOP).map(([path, text]) => [`engines/admin/${path}`, text] as const);
    const cwd = folder({ ...app, ...Object.fromEntries(nested) });
    expect(await unused(cwd, ['config/puma.rb'])).toEqual([]);
    expect(
      await unused(folder({ ...app, ...Object.fromEntries(nested), 'engines/admin/config/puma.rb': 'threads 5, 5\n' })),
    ).toHaveLength(1);
  });
});
