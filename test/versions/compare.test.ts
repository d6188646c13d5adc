import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { atLeast, GemRequirement, GemVersion, version } from '../../src/versions/compare.ts';
import { bootGems, type GemOracle } from './gem-oracle.ts';

let gems: GemOracle;
beforeAll(async () => {
  gems = await bootGems();
});

// prettier-ignore
const VERSIONS = [
  '0', '1', '1.0', '1.0.0', '8.0.2', '8.0.2.1', '8.1', '8.1.0', '8.1.0.beta1', '8.1.0.rc1', '8.2.0.alpha', '8.2.0.a', '8.2',
  '5.2.8.1', '5.2.8.10', '1.0.a', '1.a', '1.0.0.a.0', '1.a.0.2', '1.0.b', '1.0.a1', '1.0.a10', '1.0-x', '1.0-1', '1.0.pre.x', '10.0',
  '9.9', '1.01', '01.0', '2.0.0.rc.1', '2.0.0.rc1', '7.1.3.4', '1.0.0.0.1', '', ' 1.0 ', '1.', '.1', 'a', 'v1', '1..2', '1.0_1', '1-',
];

// prettier-ignore
const REQUIREMENTS = [
  ['~> 8.0'], ['~> 8.0.2'], ['~> 8'], ['~> 8.1.0.beta1'], ['>= 7'], ['> 8.0.2'], ['< 8.1'], ['<= 8.1'], ['= 8.0.2'], ['8.0.2'],
  ['!= 8.0.2'], ['>= 7.0', '< 8.1'], ['~> 8.0', '!= 8.0.2'], [], ['>=7'], ['~>8.0.2'], ['=> 7'], ['~> x'], [''], ['~> 1.0.a'],
];

const order = (a: string, b: string): number | null => {
  const [left, right] = [GemVersion.parse(a), GemVersion.parse(b)];
  return left && right ? Math.sign(left.compare(right)) : null;
};

describe('versions are ordered as RubyGems orders them', () => {
  test('by hand', () => {
    const pairs = VERSIONS.flatMap((a) => VERSIONS.map((b) => [a, b] as [string, string]));
    const expected = gems.compare(pairs);
    expect(pairs.map(([a, b]) => ({ a, b, order: order(a, b) }))).toEqual(
      pairs.map(([a, b], at) => ({ a, b, order: expected[at] })),
    );
  });

  test('generated', () => {
    const part = fc.constantFrom('0', '1', '2', '10', 'a', 'b', 'rc', 'rc1', 'pre', 'beta2', '01', 'A');
    const text = fc
      .array(fc.tuple(fc.constantFrom('.', '.', '.', '-'), part), { maxLength: 5 })
      .map((parts) => `1${parts.map(([dot, one]) => dot + one).join('')}`);
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 50, maxLength: 100 }), (pairs) => {
        expect(pairs.map(([a, b]) => order(a, b))).toEqual(gems.compare(pairs));
      }),
      { numRuns: 20 },
    );
  });

  test('requirements allow what they allow in RubyGems', () => {
    const questions = REQUIREMENTS.flatMap((requirement) => VERSIONS.map((one) => ({ requirement, version: one })));
    const expected = gems.satisfied(questions);
    const ours = questions.map((question) => {
      const requirement = GemRequirement.parse(question.requirement);
      const one = GemVersion.parse(question.version);
      return requirement && one ? requirement.allows(one) : null;
    });
    expect(questions.map((question, at) => ({ ...question, allowed: ours[at] }))).toEqual(
      questions.map((question, at) => ({ ...question, allowed: expected[at] })),
    );
  });
});

test('a prerelease already behaves as its release', () => {
  expect(atLeast(version('8.1.0.beta1'), '8.1')).toBe(true);
  expect(atLeast(version('8.2.0.alpha'), '8.1')).toBe(true);
  expect(atLeast(version('8.0.9'), '8.1')).toBe(false);
  expect(() => version('x')).toThrow(RangeError);
});

test('what goes on without an end is soon known to be no version and no requirement', () => {
  expect(GemVersion.parse(`6${'.0'.repeat(200_000)}.a`)).toBeNull();
  expect(GemRequirement.parse([`>=${' '.repeat(300_000)}1 1`])).toBeNull();
});
