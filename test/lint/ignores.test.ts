import { describe, expect, it } from 'vitest';
import type { ReportedFinding } from '../../src/lint/result.ts';
import { placeOf } from '../../src/text/source.ts';
import { concise, lintFiles, lockfile } from '../support/lint.ts';

const RULE = 'pool-smaller-than-puma-threads';
const IGNORE = `rails-pool-lint: ignore[${RULE}] -- measured: 3 at once`;

/** Puma runs 8 threads on a pool of 5, said where the tests put their comments. */
function shop(files: Record<string, string> = {}): Record<string, string> {
  return {
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.4.3', rails: '7.1.5' }),
    'config/puma.rb': 'threads 8, 8\n',
    'config/database.yml': database(),
    ...files,
  };
}

function database(behind = '', above = ''): string {
  return `default: &default\n  adapter: postgresql\n${above}  pool: 5${behind}\n\nproduction:\n  <<: *default\n  database: shop\n`;
}

async function findings(files: Record<string, string>): Promise<readonly string[]> {
  return (await lintFiles(shop(files))).findings.map(brief);
}

/** "rule: suppressed by ignore" or "rule". */
function brief({ rule, suppressed }: ReportedFinding): string {
  return suppressed ? `${rule}: ${suppressed.kind} ${suppressed.file}:${suppressed.line}` : rule;
}

describe('an ignore', () => {
  it.each([
    ['at the end of the line', database(` # ${IGNORE}`), 3],
    ['alone on the line above', database('', `  # ${IGNORE}\n`), 3],
    ['in a comment of the template', database(` <%# ${IGNORE} %>`), 3],
    ['in a template’s comment with a line of its own', database('', `  <%# ${IGNORE} -%>\n`), 3],
    ['above another ignore', database('', `  # ${IGNORE}\n  # rails-pool-lint: ignore[parse-error] -- no\n`), 3],
    ['behind other words of the comment', database(` # enough # ${IGNORE}`), 3],
  ])('is heard %s', async (_where, text, line) => {
    const found = await findings({ 'config/database.yml': text });
    expect(found).toContain(`${RULE}: ignore config/database.yml:${line}`);
  });

  it('is heard at every place of a finding: where the value passes, and where it is compared', async () => {
    const merged = database().replace('*default', `*default # ${IGNORE}`);
    expect(await findings({ 'config/database.yml': merged })).toEqual([`${RULE}: ignore config/database.yml:6`]);
    expect(await findings({ 'config/puma.rb': `threads 8, 8 # ${IGNORE}\n` })).toEqual([
      `${RULE}: ignore config/puma.rb:1`,
    ]);
    expect(await findings({ 'config/puma.rb': `# ${IGNORE}\nthreads 8, 8\n` })).toEqual([
      `${RULE}: ignore config/puma.rb:1`,
    ]);
  });

  it('is heard in the code of the application', async () => {
    const code = (comment: string) => ({
      'app/models/photo.rb': `class Photo < ApplicationRecord\n  def self.all_of(ids)\n    ids.each { |id| Thread.new { find(id) } }${comment}\n  end\nend\n`,
      'config/puma.rb': 'threads 5, 5\n',
    });
    expect(await findings(code(''))).toEqual(['thread-new-in-loop']);
    const ignored = code(' # rails-pool-lint: ignore[thread-new-in-loop] -- at most 3');
    expect(await findings(ignored)).toEqual(['thread-new-in-loop: ignore app/models/photo.rb:3']);
    const unneeded = { 'app/models/note.rb': '# rails-pool-lint: ignore[thread-new-in-loop] -- no\nclass Note\nend\n' };
    expect(await findings({ ...unneeded, 'config/puma.rb': 'threads 5, 5\n' })).toEqual(['unused-ignore']);
  });

  it('is only heard in a comment', async () => {
    const yaml = `production:\n  adapter: postgresql\n  database: shop\n  note: "# ${IGNORE}"\n  pool: 5\n`;
    const block = `production:\n  adapter: postgresql\n  database: shop\n  note: |\n    # ${IGNORE}\n  pool: 5\n`;
    for (const text of [yaml, block]) expect(await findings({ 'config/database.yml': text })).toEqual([RULE]);
    for (const text of [
      `puts "# ${IGNORE}"; threads 8, 8\n`,
      `threads(*[8, 8].tap { puts '# ${IGNORE}' })\n`,
      `x = <<~TEXT\n# ${IGNORE}\nTEXT\nthreads 8, 8\n`,
    ])
      expect(await findings({ 'config/puma.rb': text })).toEqual([RULE]);
  });

  it('is not heard on another line, or of another rule', async () => {
    const far = database().replace('database: shop', `database: shop # ${IGNORE}`);
    expect(await findings({ 'config/database.yml': far })).toEqual([RULE, 'unused-ignore']);
    const other = database(' # rails-pool-lint: ignore[parse-error] -- no');
    expect(await findings({ 'config/database.yml': other })).toEqual([RULE, 'unused-ignore']);
  });

  it('may name several rules; those that find nothing are named', async () => {
    const text = database(` # rails-pool-lint: ignore[parse-error, ${RULE}] -- measured`);
    const { findings: found } = await lintFiles(shop({ 'config/database.yml': text }));
    expect(found.map(brief)).toEqual(['unused-ignore', `${RULE}: ignore config/database.yml:3`].toSorted());
    const unused = found.find(({ rule }) => rule === 'unused-ignore');
    expect(concise(unused!)).toBe(
      'config/database.yml:3:37: warning unused-ignore no finding of parse-error needs this ignore',
    );
  });

  it('carries its reason and its place', async () => {
    const { findings: found, verdicts } = await lintFiles(shop({ 'config/database.yml': database(` # ${IGNORE}`) }));
    expect(found.map(({ suppressed }) => suppressed)).toEqual([
      { kind: 'ignore', reason: 'measured: 3 at once', file: 'config/database.yml', line: 3 },
    ]);
    expect(verdicts.violated).toBe(0);
  });

  it('speaks of the process at its line only', async () => {
    const files = shop({
      Procfile: 'web: bundle exec puma\nadmin: bundle exec puma -t 9:9\n',
      'config/puma.rb': `# ${IGNORE}\nthreads 8, 8\n`,
    });
    const { findings: found } = await lintFiles(files);
    expect(found.map(({ suppressed, processes }) => [suppressed?.kind ?? null, processes])).toEqual(
      expect.arrayContaining([
        [null, ['admin']],
        ['ignore', ['web']],
      ]),
    );
  });
});

describe('an ignore that is not needed', () => {
  const unneeded = shop({
    'config/puma.rb': 'threads 5, 5\n',
    'config/database.yml': database(` # ${IGNORE}`),
  });

  it('is a finding', async () => {
    const { findings: found } = await lintFiles(unneeded);
    expect(found.map(brief)).toEqual(['unused-ignore']);
    expect(placeOf(found[0]!.at)).toMatchObject({ line: 3, column: 11 });
  });

  it('is none where the rule does not run', async () => {
    const configured = { ...unneeded, '.rails-pool-lint.yml': `rules:\n  ${RULE}: off\n` };
    expect((await lintFiles(configured)).findings).toEqual([]);
  });

  it('is none where the rule cannot tell', async () => {
    const files = shop({
      'config/puma.rb': 'threads 5, 5\n',
      'config/database.yml': database(` # ${IGNORE}`).replace('5', '<%= ENV.fetch("DB_POOL") %>'),
    });
    expect((await lintFiles(files)).findings).toEqual([]);
  });

  it('is none in a run that assumes something', async () => {
    expect((await lintFiles(unneeded, { cpus: 4 })).findings).toEqual([]);
    expect((await lintFiles(unneeded, { environment: 'staging' })).findings).toEqual([]);
    expect((await lintFiles(unneeded, { environment: 'production' })).findings.map(brief)).toEqual(['unused-ignore']);
  });
});

describe('a comment that means to be an ignore', () => {
  it.each([
    ['rails-pool-lint: ignore -- why', 'it names no rule'],
    ['rails-pool-lint: ignore[] -- why', 'it names no rule'],
    [`rails-pool-lint: ignore[${RULE}]`, 'it gives no reason'],
    [`rails-pool-lint: ignore[${RULE}] --`, 'it gives no reason'],
    [`rails-pool-lint: ignore[${RULE}] because`, 'it gives no reason'],
    ['rails-pool-lint: ignore[pool-to-small] -- why', 'no rule is called `pool-to-small`'],
    ['rails-pool-lint: ignore[fork] -- why', '`fork` is a group and no rule'],
    [`rails-pool-lint ignore[${RULE}] -- why`, 'there is no colon after `rails-pool-lint`'],
    [`rails-pool-lint: disable[${RULE}] -- why`, '`disable` is no word of rails-pool-lint'],
  ])('and is none ignores nothing: %s', async (comment, problem) => {
    const { findings: found } = await lintFiles(shop({ 'config/database.yml': database(` # ${comment}`) }));
    expect(found.map(({ rule, message }) => [rule, message])).toEqual(
      expect.arrayContaining([
        [RULE, expect.any(String)],
        ['malformed-ignore', `this comment ignores nothing: ${problem}`],
      ]),
    );
  });

  it('is not every comment that names the program', async () => {
    for (const prose of ['rails-pool-lint: 8 threads need 8', 'checked by rails-pool-lint', 'see .rails-pool-lint.yml'])
      expect(await findings({ 'config/database.yml': database(` # ${prose}`) })).toEqual([RULE]);
  });
});
