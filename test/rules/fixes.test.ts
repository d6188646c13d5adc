import { describe, expect, it } from 'vitest';
import { applyEdits, chooseFixes, editsByFile } from '../../src/lint/fixes.ts';
import { rules } from '../../rules/index.ts';
import { lintFiles, lockfile } from '../support/lint.ts';
import { readPage } from '../support/page.ts';

type Files = Record<string, string>;

/** The files after every fix, round by round as the command line applies them; null where nothing has a fix. */
async function fixed(files: Files, unsafe: boolean): Promise<Files | null> {
  const now = { ...files };
  for (let round = 0; round < 10; round++) {
    const chosen = chooseFixes((await lintFiles(now)).findings, unsafe);
    if (chosen.length === 0) return round === 0 ? null : now;
    for (const { finding, fix } of chosen)
      expect(rules.find(({ id }) => id === finding.rule)?.fix, finding.rule).toBe(fix.safety);
    for (const [path, edits] of editsByFile(chosen)) now[path] = applyEdits(now[path]!, edits);
  }
  throw new Error('fixes without end');
}

const WEIGHT = { info: 1, warning: 2, error: 3 };

const fixing = rules.filter(({ fix }) => fix !== null);

/** Rules whose page shows a fault that no fix can guess the number for: their fixes are tested below. */
const TESTED_BELOW = new Set(['pool-zero-or-not-a-number']);

describe.each(fixing.map((rule) => [rule.id, rule] as const))('the fix of %s', (id, rule) => {
  it('silences the example of its page', async () => {
    const { example } = readPage(rule);
    const { findings } = await lintFiles(example);
    const fixable = findings.filter((finding) => finding.rule === id && finding.fix !== null);
    if (TESTED_BELOW.has(id)) return expect(fixable).toEqual([]);
    expect(fixable).not.toEqual([]);
    const files = await fixed(example, true);
    const left = (await lintFiles(files!)).findings.filter((finding) => finding.rule === id);
    // Where the same rule still has something to say, it says less.
    const worst = (of: typeof left): number => Math.max(0, ...of.map(({ severity }) => WEIGHT[severity]));
    expect(worst(left)).toBeLessThan(worst(fixable));
    expect(left.filter(({ fix }) => fix !== null)).toEqual([]);
    expect(await fixed(files!, true)).toBe(null);
  });
});

/** An app with that database.yml, in which Puma runs 8 threads. */
function shop(database: string, puma = 'threads 8, 8\n'): Files {
  return {
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.4.3', rails: '7.1.5' }),
    'config/puma.rb': puma,
    'config/database.yml': database,
  };
}

describe('the size of a pool', () => {
  it.each([
    ['a number', 'pool: 5', 'pool: 8'],
    ['a number with a comment', 'pool: 5 # five', 'pool: 8 # five'],
    ['a quoted number', 'pool: "5"', 'pool: "8"'],
    ['a fallback', 'pool: <%= ENV.fetch("DB_POOL", 5) %>', 'pool: <%= ENV.fetch("DB_POOL", 8) %>'],
    ['a fallback in a block', 'pool: <%= ENV.fetch("DB_POOL") { 5 } %>', 'pool: <%= ENV.fetch("DB_POOL") { 8 } %>'],
    ['a fallback behind ||', "pool: <%= ENV['DB_POOL'] || 5 %>", "pool: <%= ENV['DB_POOL'] || 8 %>"],
    ['a quoted fallback', 'pool: <%= ENV.fetch("DB_POOL", "5") %>', 'pool: <%= ENV.fetch("DB_POOL", "8") %>'],
    ['a converted fallback', 'pool: <%= ENV.fetch("A", 5).to_i %>', 'pool: <%= ENV.fetch("A", 8).to_i %>'],
    ['none at all', 'pool: 0', 'pool: 8'],
  ])('is raised where it is %s', async (_what, before, after) => {
    const text = (line: string) => `production:\n  adapter: postgresql\n  database: shop\n  ${line}\n`;
    expect(await fixed(shop(text(before)), false)).toBe(null);
    expect((await fixed(shop(text(before)), true))?.['config/database.yml']).toBe(text(after));
  });

  it('is raised in the anchor it comes from, which stays one', async () => {
    const text = (size: number) =>
      `default: &default # all\n  adapter: postgresql\n  pool: ${size}\n\nproduction:\n  <<: *default\n  database: shop\n`;
    expect((await fixed(shop(text(5)), true))?.['config/database.yml']).toBe(text(8));
  });

  it.each([
    ['a variable that is set', 'pool: <%= ENV.fetch("DB_POOL", 5) %>', 'ENV["DB_POOL"] ||= "5"\nthreads 8, 8\n'],
    ['a sum', 'pool: <%= ENV.fetch("DB_POOL", 3).to_i + 2 %>', undefined],
    ['a parameter of the URL', 'url: postgresql://db.example/shop?pool=5', undefined],
    ['the default of Rails', 'database: store', undefined],
  ])('is left alone where it is %s', async (_what, line, puma) => {
    const files = shop(`production:\n  adapter: postgresql\n  ${line}\n`, puma);
    expect((await lintFiles(files)).findings).not.toEqual([]);
    expect(await fixed(files, true)).toBe(null);
  });
});
