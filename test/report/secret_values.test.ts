import { describe, expect, it } from 'vitest';
import { concise } from '../../src/report/concise.ts';
import { json } from '../../src/report/json.ts';
import { secretsOf } from '../../src/report/secrets.ts';
import { hiding, secretValues } from '../../src/report/secret_values.ts';
import { show } from '../../src/report/show.ts';
import { text } from '../../src/report/text.ts';
import { SourceFile } from '../../src/text/source.ts';
import { Environment } from '../../src/value/environment.ts';
import { known } from '../../src/value/traced.ts';
import { entry, finding, launch, place, project, result } from './results.ts';

const puma = new SourceFile('config/puma.rb', 'threads Integer(ENV["DB_PASSWORD"]) # s3cretValue\n');
const yaml = new SourceFile('config/database.yml', 'password: <%= Integer("s4cretValue") %>\n');
const set = { kind: 'flag', text: '.rails-pool-lint.yml' } as const;

function leaking() {
  const environment = Environment.EMPTY.with('DB_PASSWORD', known('s3cretValue', set)).with(
    'A_TOKEN',
    known('web', set),
  );
  const primary = entry('primary');
  const settings = new Map(primary.settings).set('username', known('hunter2', set));
  const launches = [
    {
      launch: launch('web'),
      read: ['DB_PASSWORD'],
      environment,
      databases: [{ ...primary, settings }],
      settings: { note: known('was hunter2 once', set) },
      server: null,
      noticed: [],
      missing: [],
    },
  ];
  const said = 'web: invalid value for Integer(): "s3cretValue", and xs4cretValuey, and hunter2';
  return result(
    [
      finding({ at: place(puma, 'threads'), message: said, label: said, related: [] }),
      finding({ at: place(yaml, 'password'), message: said, related: [{ at: place(puma, 'ENV'), message: said }] }),
    ],
    { projects: [project({ launches })], unresolved: [{ what: said, reason: said, at: place(yaml, 'password') }] },
  );
}

describe('secret values', () => {
  const all = leaking();
  const values = secretValues(all, secretsOf);

  it('are those of secret variables, of secret keys and of the files that are in trouble', () => {
    expect(values).toEqual(['s3cretValue', 's4cretValue', 'hunter2']);
  });

  it('come out in no report, whatever repeats them', () => {
    const options = { color: false, width: 90, verbose: true, quiet: false, failLevel: 'warning', files: [] } as const;
    const reports = hiding(values, () => [
      text(all, options),
      concise(all),
      json(all, { tool: { name: 'a', version: '1' } }),
      show(all.projects, options),
    ]);
    for (const report of reports) expect(report).not.toMatch(/s3cretValue|s4cretValue|hunter2/);
    expect(reports[1]).toContain('web: invalid value for Integer(): "***", and x***y, and ***');
    expect(reports[3]).toContain('was *** once');
  });

  it('are hidden no longer than it takes to print', () => {
    hiding(['web'], () => concise(all));
    expect(concise(all)).toContain('s3cretValue');
  });
});

it('takes no word for a secret that only a name in code makes one', () => {
  const code = new SourceFile(
    'lib/tasks/upgrade.rake',
    "Parallel.map(plans, in_threads: 8)\nlog(token_type: 'plans', api_token: 's5cretValue')\n",
  );
  const values = secretValues(result([finding({ at: place(code, 'Parallel'), related: [] })]), secretsOf);
  expect(values).toContain('s5cretValue');
  expect(values).not.toContain('plans');
});
