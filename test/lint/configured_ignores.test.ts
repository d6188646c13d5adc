import { describe, expect, it } from 'vitest';
import { BadConfiguration } from '../../src/lint/bad_configuration.ts';
import { placeOf } from '../../src/text/source.ts';
import { lintFiles, lockfile } from '../support/lint.ts';

const RULE = 'pool-smaller-than-puma-threads';

/** What is left of an app in which two processes have more threads than their pool has connections. */
async function left(configuration: string): Promise<readonly (readonly [string, readonly string[], string | null])[]> {
  const { findings } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.4.3', rails: '7.1.5' }),
    'config/database.yml': 'production:\n  adapter: postgresql\n  database: shop\n  pool: 5\n',
    Procfile: 'web: bundle exec puma -t 8:8\nadmin: bundle exec puma -t 9:9\n',
    '.rails-pool-lint.yml': configuration,
  });
  return findings.map(({ rule, processes, suppressed }) => [rule, processes, suppressed?.kind ?? null] as const);
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
    const [finding] = await left(`ignore:\n  - { rule: ${RULE}, ${text}, reason: known }\n`);
    expect(finding?.[2]).toBe(null);
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

describe('what is excluded', () => {
  it('is as good as not there', async () => {
    expect(await left('exclude: [Procfile]\n')).toEqual([]);
    expect(await left('exclude: [config]\n')).toEqual([]);
    expect(await left('exclude: [app]\n')).toHaveLength(1);
  });
});
