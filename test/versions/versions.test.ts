import { describe, expect, test } from 'vitest';
import { SourceFile, span } from '../../src/text/source.ts';
import { known, unknown, type Traced } from '../../src/value/traced.ts';
import { GemVersion } from '../../src/versions/compare.ts';
import { constraintsOf, type GemCall } from '../../src/versions/gemfile.ts';
import { readLockfile } from '../../src/versions/lockfile.ts';
import { byVersion, lookup, Versions, type VersionTable } from '../../src/versions/versions.ts';

const gemfile = new SourceFile('Gemfile', 'gem "puma", "~> 6.0"\n');
const at = span(gemfile, 0, 20);

function locked(...gems: readonly string[]): Versions {
  const specs = gems.map((gem) => `    ${gem}\n`).join('');
  const file = new SourceFile('Gemfile.lock', `GEM\n  remote: https://gems.example/\n  specs:\n${specs}`);
  return new Versions({ lockfile: readLockfile(file), constraints: new Map(), assumed: new Map() });
}

function asked(...calls: readonly [name: string, ...requirements: string[]][]): Versions {
  const recorded = calls.map(([name, ...requirements]): GemCall => ({ name, requirements, at }));
  return new Versions({ lockfile: null, constraints: constraintsOf(recorded), assumed: new Map() });
}

const THREADS: VersionTable<number> = {
  gem: 'puma',
  rows: [
    { since: '0', value: 16, source: 'lib/puma/configuration.rb@v4.3.12' },
    { since: '5.0', value: 5, source: 'lib/puma/configuration.rb@v5.0.4' },
    { since: '7.0', value: 5, source: 'lib/puma/configuration.rb@v7.0.4' },
  ],
};
const threads = (versions: Versions): Traced<number> => lookup(THREADS, versions, "Puma's default");
const written = (traced: Traced<unknown>) =>
  traced.known
    ? { value: traced.value, assumes: traced.assumes }
    : { candidates: traced.candidates?.map((one) => one.value) ?? null };

describe('the version of a gem', () => {
  test('as the lockfile has it', () => {
    expect(locked('puma (6.4.3)').of('puma')).toMatchObject({
      known: true,
      value: { text: '6.4.3' },
      origin: { kind: 'literal' },
    });
    expect(locked('railties (7.0.4)').text('rails')).toBe('7.0.4');
  });

  test('not in the lockfile, not in the application', () => {
    expect(locked('puma (6.4.3)').of('sidekiq')).toMatchObject({ known: true, value: null });
    expect(locked().text('sidekiq')).toBeNull();
  });

  test('as the user says, whatever the lockfile has', () => {
    const origin = { kind: 'flag', text: '--assume puma=5.0' } as const;
    const assumed = new Map([['puma', { version: GemVersion.of('5.0'), origin }]]);
    expect(new Versions({ lockfile: null, constraints: new Map(), assumed }).of('puma')).toEqual(
      known(GemVersion.of('5.0'), origin),
    );
  });

  test('not known, with what the Gemfile asks for', () => {
    expect(asked(['puma', '~> 6.0', '!= 6.1']).of('puma')).toMatchObject({
      known: false,
      reason: 'puma is only known to be ~> 6.0, != 6.1',
    });
    expect(Versions.UNKNOWN.of('puma')).toMatchObject({ known: false, reason: 'the version of puma is not known' });
  });

  test('a lockfile that Bundler refuses says only what it lists', () => {
    const file = new SourceFile('Gemfile.lock', '<<<<<<< HEAD\nGEM\n  specs:\n    puma (6.0.0)\n');
    const versions = new Versions({ lockfile: readLockfile(file), constraints: new Map(), assumed: new Map() });
    expect(versions.text('puma')).toBe('6.0.0');
    expect(versions.of('sidekiq')).toMatchObject({ known: false });
  });
});

describe('what a Gemfile asks for', () => {
  test('twice is both', () => {
    const constraints = constraintsOf([
      { name: 'rails', requirements: ['~> 8.0'], at },
      { name: 'rails', requirements: ['< 8.1'], at },
      { name: 'puma', requirements: null, at },
      { name: 'x', requirements: ['nonsense'], at },
    ]);
    expect(constraints.get('rails')?.requirement.toString()).toBe('~> 8.0, < 8.1');
    expect(constraints.get('puma')?.requirement.toString()).toBe('>= 0');
    expect(constraints.get('x')?.requirement.toString()).toBe('>= 0');
  });

  const stretches: [requirement: string[], possible: number[]][] = [
    [[], [0, 1, 2, 3]],
    [['~> 8.0'], [2, 3]],
    [['~> 8.0.2'], [2]],
    [
      ['>= 7.1', '< 8.1'],
      [1, 2],
    ],
    [['> 8.0.2'], [2, 3]],
    [['< 7.0'], [0]],
    [['<= 7.0'], [0, 1]],
    [['!= 7.0'], [0, 1, 2, 3]],
    [['8.1.0.beta1'], [3]],
    [['7.0'], [1]],
    [['~> 7'], [1]],
    [
      ['> 9', '< 8'],
      [0, 1, 2, 3],
    ],
  ];
  test.each(stretches)('%j leaves the stretches %j', (requirement, possible) => {
    const versions = asked(['rails', ...requirement]);
    const stretchOf = (one: GemVersion): number =>
      ['7.0', '8.0', '8.1'].filter((boundary) => one.release().compare(GemVersion.of(boundary)) >= 0).length;
    expect(versions.possible('rails', ['8.1', '7.0', '8.0']).map(stretchOf)).toEqual(possible);
  });
});

describe('a table by version', () => {
  test('of a known version', () => {
    expect(threads(locked('puma (4.3.12)'))).toEqual(
      known(16, {
        kind: 'default',
        text: "Puma's default",
        row: { gem: 'puma', versions: 'Puma before 5.0', source: 'lib/puma/configuration.rb@v4.3.12' },
      }),
    );
    expect(threads(locked('puma (5.0.0.beta1)'))).toMatchObject({
      value: 5,
      origin: { row: { versions: 'Puma 5.0 to before 7.0' } },
    });
    expect(threads(locked('puma (8.0.2)'))).toMatchObject({ value: 5, origin: { row: { versions: 'Puma ≥ 7.0' } } });
  });

  test('of an unknown version is known where all rows agree', () => {
    expect(written(threads(asked(['puma', '>= 5.0'])))).toEqual({
      value: 5,
      assumes: [],
    });
  });

  test('and has candidates where they differ', () => {
    expect(written(threads(Versions.UNKNOWN))).toEqual({ candidates: [16, 5] });
    expect(written(threads(asked(['puma', '~> 4.0'])))).toEqual({
      value: 16,
      assumes: [],
    });
  });

  test('of a gem the application does not have is unknown', () => {
    expect(threads(locked('rails (8.0.2)'))).toMatchObject({
      known: false,
      reason: 'the application does not have puma',
    });
  });

  test('compares values as it is told', () => {
    const table: VersionTable<readonly string[]> = {
      gem: 'solid_queue',
      rows: [
        { since: '0', value: ['a'], source: 'x' },
        { since: '1.0', value: ['a'], source: 'y' },
      ],
    };
    expect(lookup(table, Versions.UNKNOWN, 'queues', (a, b) => a.join(',') === b.join(','))).toMatchObject({
      known: true,
    });
    expect(lookup(table, Versions.UNKNOWN, 'queues')).toMatchObject({ known: false });
    expect(lookup(table, locked('solid_queue (1.2.0)'), 'queues')).toMatchObject({
      origin: { row: { versions: 'Solid Queue ≥ 1.0' } },
    });
  });
});

test('whatever depends on a version is joined over what is possible', () => {
  const origin = { kind: 'assumed', text: 'x' } as const;
  const pool = (rails: GemVersion): Traced<number | null> =>
    rails.compare(GemVersion.of('8.1')) >= 0 ? known(null, origin) : known(5, origin);
  expect(written(byVersion('rails', ['8.1'], locked('rails (8.0.2)'), pool))).toEqual({ value: 5, assumes: [] });
  expect(written(byVersion('rails', ['8.1'], asked(['rails', '~> 8.0']), pool))).toEqual({ candidates: [5, null] });
  expect(written(byVersion('rails', ['8.1'], asked(['rails', '~> 8.0.1']), pool))).toEqual({
    value: 5,
    assumes: [],
  });
  const never = byVersion('rails', ['8.1'], Versions.UNKNOWN, () => unknown<number>('no', origin));
  expect(never).toMatchObject({ known: false, reason: 'no' });
});
