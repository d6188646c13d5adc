import { describe, expect, it } from 'vitest';
import { BadConfiguration } from '../../src/lint/bad_configuration.ts';
import type { EngineOptions } from '../../src/lint/engine.ts';
import type { ReportedFinding } from '../../src/lint/result.ts';
import { placeOf } from '../../src/text/source.ts';
import { concise, lintFiles, lockfile } from '../support/lint.ts';

const RULE = 'pool-smaller-than-puma-threads';

/** What is found in an app in which two processes have more threads than their pool has connections. */
async function reported(
  configuration: string,
  options: Partial<EngineOptions> = {},
): Promise<readonly ReportedFinding[]> {
  const files = {
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.4.3', rails: '7.1.5' }),
    'config/database.yml': 'production:\n  adapter: postgresql\n  database: shop\n  pool: 5\n',
    Procfile: 'web: bundle exec puma -t 8:8\nadmin: bundle exec puma -t 9:9\n',
    '.rails-pool-lint.yml': configuration,
  };
  return (await lintFiles(files, options)).findings;
}

async function left(configuration: string): Promise<readonly (readonly [string, readonly string[], string | null])[]> {
  return (await reported(configuration)).map(
    ({ rule, processes, suppressed }) => [rule, processes, suppressed?.kind ?? null] as const,
  );
}

describe('an ignore of the configuration', () => {
  it.each([
    ['of a rule', `rule: ${RULE}`],
    ['of a rule in a file', `rule: ${RULE}, path: config/*.yml`],
    ['of a rule in a file that the finding shows besides', `rule: ${RULE}, path: Procfile`],
    ['of a rule and a database', `rule: ${RULE}, database: primary`],
  ])('%s suppresses what it describes', async (_what, text) => {
    expect(await left(`ignore:\n  - { ${text}, reason: known }\n`)).toEqual([
      [RULE, expect.arrayContaining(['web', 'admin']), 'config'],
    ]);
  });

  it('of one process leaves the others alone', async () => {
    expect(await left(`ignore:\n  - { rule: ${RULE}, process: web, reason: known }\n`)).toEqual(
      expect.arrayContaining([
        [RULE, ['web'], 'config'],
        [RULE, ['admin'], null],
      ]),
    );
  });

  it.each(['path: config/puma.rb', 'database: cache', 'process: worker'])('does nothing else: %s', async (text) => {
    const found = await left(`ignore:\n  - { rule: ${RULE}, ${text}, reason: known }\n`);
    expect(found.find(([rule]) => rule === RULE)?.[2]).toBe(null);
  });

  it('has a place and a reason', async () => {
    const { findings } = await lintFiles({
      'config/database.yml': 'production: [\n',
      '.rails-pool-lint.yml': 'ignore:\n  - rule: parse-error\n    reason: a template of ours\n',
    });
    expect(findings.map(({ suppressed }) => suppressed)).toEqual([
      { kind: 'config', reason: 'a template of ours', file: '.rails-pool-lint.yml', line: 2 },
    ]);
  });

  it.each([
    ['rules:\n  pool-to-small: off\n', '2:3 no rule is called `pool-to-small`'],
    ['ignore:\n  - { rule: pool-to-small, reason: known }\n', '2:13 no rule is called `pool-to-small`'],
  ])('names a rule that exists: %s', async (text, said) => {
    const error = await left(text).catch((thrown: unknown) => thrown);
    if (!(error instanceof BadConfiguration)) throw error;
    const { line, column } = placeOf(error.at);
    expect(`${line}:${column} ${error.message}`).toBe(said);
    expect(error.choices).toContain(RULE);
  });
});

describe('a group of rules', () => {
  it.each([
    ['rules:\n  fork: off\n', '2:3'],
    ['ignore:\n  - { rule: fork, reason: known }\n', '2:13'],
  ])('is named one by one: %s', async (text, place) => {
    const error = await left(text).catch((thrown: unknown) => thrown);
    if (!(error instanceof BadConfiguration)) throw error;
    const { line, column } = placeOf(error.at);
    expect([`${line}:${column}`, error.message, error.choices]).toEqual([
      place,
      expect.stringMatching(
        /^`fork` is a group and no rule: name its rules one by one: [a-z-]+, .*redundant-fork-reconnect/,
      ),
      [],
    ]);
  });
});

describe('an ignore of the configuration that suppresses nothing', () => {
  const parse = 'ignore:\n  - { rule: parse-error, reason: soon }\n';

  it('is a finding at the rule it names, which says what it limits itself to', async () => {
    const entries = [
      `{ rule: ${RULE}, reason: known }`,
      `{ rule: ${RULE}, process: worker, database: cache, reason: later }`,
      '{ rule: parse-error, path: config, reason: soon }',
    ];
    const found = await reported(`ignore:\n${entries.map((one) => `  - ${one}\n`).join('')}`);
    expect(found.filter(({ suppressed }) => !suppressed).map(concise)).toEqual([
      `.rails-pool-lint.yml:3:13: warning unused-ignore no finding of ${RULE} in worker about cache needs this ignore`,
      '.rails-pool-lint.yml:4:13: warning unused-ignore no finding of parse-error with a place in that path needs this ignore',
    ]);
  });

  it.each([
    [
      'is needed where another one says the same',
      `ignore:\n  - { rule: ${RULE}, reason: a }\n  - { rule: ${RULE}, reason: b }\n`,
    ],
    ['is none of a rule that does not run', `rules: { parse-error: off }\n${parse}`],
    ['is none where unused-ignore is off', `rules: { unused-ignore: off }\n${parse}`],
    ['can be ignored itself', `${parse}  - { rule: unused-ignore, path: .rails-pool-lint.yml, reason: soon }\n`],
  ])('%s', async (_what, text) => {
    expect((await reported(text)).filter(({ rule, suppressed }) => rule !== RULE && !suppressed)).toEqual([]);
  });

  it('is none in a run that assumes something', async () => {
    expect((await reported(parse, { cpus: 2 })).map(({ rule }) => rule)).toEqual([RULE]);
  });
});

describe('what is excluded', () => {
  it('is as good as not there', async () => {
    expect(await left('exclude: [Procfile]\n')).toEqual([]);
    expect(await left('exclude: [config]\n')).toEqual([]);
    expect(await left('exclude: [app]\n')).toHaveLength(1);
  });
});
