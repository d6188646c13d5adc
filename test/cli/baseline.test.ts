import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lint, read, RULE, SHOP } from './apps.ts';
import { folder } from './terminals.ts';

const FILE = '.rails-pool-lint-suppressions.json';
const ENTRY = { rule: RULE, file: 'config/database.yml', subject: 'production/web/primary', count: 1 };
const FOUND = `config/database.yml:4:9: error ${RULE}`;

function entries(cwd: string, path = FILE): unknown {
  return JSON.parse(read(cwd, path));
}

describe('--suppress-all', () => {
  it('writes what is found, and exits 0', async () => {
    const cwd = folder(SHOP);
    expect(await lint(cwd, ['--suppress-all'])).toMatchObject({ code: 0, err: `${FILE}: 1 suppression\n` });
    expect(entries(cwd)).toEqual({ version: 1, suppressions: [ENTRY] });
    const { code, out } = await lint(cwd, ['-f', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      findings: [{ rule: RULE, suppressed: { kind: 'baseline', file: FILE, line: 4 } }],
      summary: { errors: 0, warnings: 0, suppressed: 1, violated: 0 },
    });
    expect((await lint(cwd, ['-f', 'concise'])).out).toBe('');
  });

  it('knows a finding again when its lines move, and not another one', async () => {
    const cwd = folder(SHOP);
    await lint(cwd, ['--suppress-all']);
    writeFileSync(join(cwd, 'config/database.yml'), `# a\n# b\n${SHOP['config/database.yml']}`);
    expect((await lint(cwd, [])).code).toBe(0);
    writeFileSync(join(cwd, 'Procfile'), 'web: bundle exec puma\nadmin: bundle exec puma -t 9:9\n');
    const { code, out } = await lint(cwd, ['-f', 'concise']);
    expect([code, out.trim().split('\n').length]).toEqual([1, 1]);
    expect(out).toContain('admin runs 9 threads');
  });

  it('says the same twice, and writes nothing where nothing is found', async () => {
    const cwd = folder(SHOP);
    await lint(cwd, ['--suppress-all']);
    const first = read(cwd, FILE);
    await lint(cwd, ['--suppress-all']);
    expect(read(cwd, FILE)).toBe(first);
    const clean = folder({ ...SHOP, 'config/puma.rb': 'threads 5, 5\n' });
    expect((await lint(clean, ['--suppress-all'])).code).toBe(0);
    expect(existsSync(join(clean, FILE))).toBe(false);
  });

  it('keeps what a run did not look at', async () => {
    const staging = { ...ENTRY, subject: 'staging/web/primary' };
    const cwd = folder({ ...SHOP, [FILE]: JSON.stringify({ version: 1, suppressions: [staging] }) });
    await lint(cwd, ['--suppress-all', '--disable', RULE]);
    expect(entries(cwd)).toEqual({ version: 1, suppressions: [staging] });
    await lint(cwd, ['--suppress-all']);
    expect(entries(cwd)).toEqual({ version: 1, suppressions: [ENTRY, staging] });
  });

  it('writes beside the configuration, one file for all apps that share it', async () => {
    const cwd = folder({ '.rails-pool-lint.yml': '' });
    for (const app of ['apps/shop', 'apps/blog'])
      for (const [path, text] of Object.entries(SHOP)) {
        mkdirSync(join(cwd, app, path, '..'), { recursive: true });
        writeFileSync(join(cwd, app, path), text);
      }
    expect((await lint(cwd, ['--suppress-all'])).code).toBe(0);
    const both = ['apps/blog', 'apps/shop'].map((app) => ({ ...ENTRY, file: `${app}/config/database.yml` }));
    expect(entries(cwd)).toEqual({ version: 1, suppressions: both });
    expect((await lint(cwd, [])).code).toBe(0);
    // One app alone says nothing of the other one's entries.
    expect(await lint(cwd, ['apps/shop', '-f', 'concise'])).toMatchObject({ code: 0, out: '' });
    expect((await lint(join(cwd, 'apps/shop'), ['-f', 'concise'])).out).toContain(FOUND);
    expect((await lint(join(cwd, 'apps/shop'), ['-c', '../../.rails-pool-lint.yml'])).code).toBe(0);
  });
});

describe('an entry of the baseline', () => {
  it('that matches nothing is stale until it is pruned', async () => {
    const cwd = folder(SHOP);
    await lint(cwd, ['--suppress-all']);
    writeFileSync(join(cwd, 'config/puma.rb'), 'threads 5, 5\n');
    const stale = `${FILE}:4:5: warning stale-suppression`;
    expect(await lint(cwd, ['-f', 'concise'])).toMatchObject({ code: 1, out: expect.stringContaining(stale) });
    expect((await lint(cwd, ['-f', 'concise', '--set', 'A=1'])).out).toBe('');
    expect((await lint(cwd, ['-f', 'concise', '-e', 'production', '--only', 'hygiene'])).out).toBe('');
    expect(await lint(cwd, ['-f', 'concise', '--prune-suppressions'])).toMatchObject({ code: 0, out: '' });
    expect(entries(cwd)).toEqual({ version: 1, suppressions: [] });
  });

  it('is pruned alone: what is found stays found', async () => {
    const other = { ...ENTRY, subject: 'production/admin/primary' };
    const cwd = folder({ ...SHOP, [FILE]: JSON.stringify({ version: 1, suppressions: [other] }) });
    const { code, out } = await lint(cwd, ['--prune-suppressions', '-f', 'concise']);
    expect([code, entries(cwd)]).toEqual([1, { version: 1, suppressions: [] }]);
    expect(out).toContain(FOUND);
  });
});

describe('a baseline that is not one', () => {
  const complaint = async (text: string): Promise<string> => {
    const { code, err } = await lint(folder({ ...SHOP, [FILE]: text }), []);
    return `${code} ${err.replace('rails-pool-lint: ', '').trim()}`;
  };
  it.each([
    ['{\n  "version": 1,\n  "suppressions": [}\n', `2 ${FILE}:3:20: this is no JSON: value expected`],
    ['', `2 ${FILE}:1:1: this is no JSON: value expected`],
    ['[]', `2 ${FILE}:1:1: a baseline is an object`],
    ['{"version": 2, "suppressions": []}', `2 ${FILE}:1:13: the version of a baseline is 1`],
    ['{"version": 1, "suppressions": {}}', `2 ${FILE}:1:32: suppressions must be a list`],
    ['{"version": 1, "suppressions": [{"rule": 1}]}', `2 ${FILE}:1:42: rule must be a text`],
    [
      '{"version": 1, "supressions": []}',
      `2 ${FILE}:1:16: unknown key \`supressions\`; did you mean \`suppressions\`?`,
    ],
  ])('exits 2 and says where: %s', async (text, said) => expect(await complaint(text)).toContain(said));

  it('exits 2 where it names a rule that does not exist', async () => {
    const text = JSON.stringify({ version: 1, suppressions: [{ ...ENTRY, rule: 'pool-too-small' }] });
    expect(await complaint(text)).toMatch(
      /^2 \S+:1:\d+: no rule is called `pool-too-small`; `rails-pool-lint rules` lists them$/,
    );
  });
});

describe('flags that contradict each other', () => {
  it.each([
    ['--suppress-all', '--fix'],
    ['--prune-suppressions', '--diff'],
    ['--suppress-all', '--changed-lines', '-'],
    ['--suppress-all', '--stdin-filename', 'config/puma.rb'],
    ['--fix', '--stdin-filename', 'config/puma.rb'],
    ['--stdin-filename', 'config/puma.rb', '--changed-lines', '-'],
  ])('%s %s', async (...argv) => {
    const cwd = folder(SHOP);
    expect((await lint(cwd, argv)).code).toBe(2);
    expect(existsSync(join(cwd, FILE))).toBe(false);
    rmSync(cwd, { recursive: true });
  });
});
