import { readFileSync } from 'node:fs';
import ajvDraft04 from 'ajv-draft-04';
import type { Log, Result } from 'sarif';
import { describe, expect, it } from 'vitest';
import { rules } from '../../rules/index.ts';
import { sarif, type DocumentedRule, type SarifOptions } from '../../src/report/sarif.ts';
import { SourceFile } from '../../src/text/source.ts';
import { databaseYml, finding, place, result } from './results.ts';

// The schema that OASIS publishes: sarif-2.1/schema/sarif-schema-2.1.0.json of oasis-tcs/sarif-spec.
const schema: object = JSON.parse(readFileSync(new URL('schemas/sarif-2.1.0.json', import.meta.url), 'utf8'));
const ajv = new ajvDraft04.default({ strict: false, validateFormats: false });
const validate = ajv.compile(schema);

const documented: readonly DocumentedRule[] = rules.map((rule) => ({ ...rule, page: `# ${rule.id}\n` }));
const options: SarifOptions = {
  tool: { name: 'rails-pool-lint', version: '1.2.3' },
  workspace: null,
  rules: documented,
};

function logOf(findings: Parameters<typeof result>[0], change: Partial<SarifOptions> = {}): Log {
  const log: Log = JSON.parse(sarif(result(findings), { ...options, ...change }));
  expect(validate(log), ajv.errorsText(validate.errors)).toBe(true);
  return log;
}

function onlyResult(findings: Parameters<typeof result>[0], change: Partial<SarifOptions> = {}): Result {
  const results = logOf(findings, change).runs[0]?.results ?? [];
  expect(results).toHaveLength(1);
  return results[0]!;
}

describe('sarif', () => {
  it('is valid, and lists every rule with its page as help', () => {
    const driver = logOf([]).runs[0]?.tool.driver;
    expect(driver?.rules?.map(({ id }) => id)).toEqual(rules.map(({ id }) => id));
    expect(driver?.rules?.[0]?.help?.markdown).toBe(`# ${rules[0]?.id}\n`);
  });

  it('is refused by the schema where it is broken', () => {
    expect(validate({ version: '2.1.0', runs: [{ results: [] }] })).toBe(false);
  });

  it('points at the place, at what it is compared with, and at its rule', () => {
    const one = onlyResult([finding()]);
    expect(one.ruleIndex).toBe(rules.findIndex(({ id }) => id === one.ruleId));
    expect(one.level).toBe('warning');
    expect(one.locations?.[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'config/database.yml', uriBaseId: '%SRCROOT%' },
      region: { startLine: 4, startColumn: 9, endLine: 4, endColumn: 49 },
    });
    expect(one.relatedLocations?.map(({ message }) => message?.text)).toEqual([
      '25 threads in each worker process',
      'reaches production.primary here',
    ]);
    expect(one.message.text).toContain('What to do: let one variable size both');
  });

  it('names files from the root of the repository, encoded as a URI', () => {
    const file = new SourceFile('config/data base#1.yml', databaseYml.text);
    const one = onlyResult([finding({ at: place(file, 'adapter') })], { workspace: 'apps/shop' });
    expect(one.locations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe('apps/shop/config/data%20base%231.yml');
  });

  it('keeps the fingerprint of a finding that moves to another line, and tells two apart', () => {
    const moved = new SourceFile('config/database.yml', `# a comment\n${databaseYml.text}`);
    const before = onlyResult([finding()]).partialFingerprints;
    expect(onlyResult([finding({ at: place(moved, 'adapter') })]).partialFingerprints).toEqual(before);
    const prints = logOf([finding(), finding()]).runs[0]?.results?.map((one) =>
      JSON.stringify(one.partialFingerprints),
    );
    expect(new Set(prints).size).toBe(2);
  });

  it('keeps suppressed findings, and says who suppressed them and why', () => {
    const suppressed = { kind: 'ignore', reason: 'jobs only mail', file: 'Procfile', line: 2 } as const;
    expect(onlyResult([finding({ suppressed })]).suppressions).toMatchObject([
      { kind: 'inSource', status: 'accepted', justification: 'jobs only mail' },
    ]);
    const baseline = { ...suppressed, kind: 'baseline' } as const;
    expect(onlyResult([finding({ suppressed: baseline })]).suppressions?.[0]?.kind).toBe('external');
    expect(onlyResult([finding()]).suppressions).toEqual([]);
  });

  it('offers a fix, but none that would write a mask into a file', () => {
    const at = place(databaseYml, '5) %>');
    const fix = { safety: 'unsafe', description: 'raise it', edits: [{ at, text: '25) %>' }] } as const;
    const change = onlyResult([finding({ fix })]).fixes?.[0]?.artifactChanges[0];
    expect(change?.replacements).toEqual([
      {
        deletedRegion: { startLine: 4, startColumn: 44, endLine: 4, endColumn: 49 },
        insertedContent: { text: '25) %>' },
      },
    ]);
    const secret = { ...fix, edits: [{ at, text: 'postgres://bob:hunter2@db.internal/app' }] };
    expect(onlyResult([finding({ fix: secret })]).fixes).toBeUndefined();
  });

  it('says what cannot be told as notifications, and no secret anywhere', () => {
    const at = place(databaseYml, 'pool: <%= ENV');
    const log = sarif(
      result([finding({ message: 'url is postgres://bob:hunter2@db.internal/app' })], {
        unresolved: [{ what: 'pool of cache in web', reason: 'nothing sets CACHE_POOL', at }],
      }),
      options,
    );
    expect(log).toContain('pool of cache in web: nothing sets CACHE_POOL');
    expect(log).not.toContain('hunter2');
  });
});
