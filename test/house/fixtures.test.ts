import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lintFixture } from '../support/lint.ts';

// The name of a fixture says what is wrong with it, or right. These are the names that speak of pools and parsing;
// the pristine ones have a test of their own.

const SAYS: Record<string, readonly string[]> = {
  'animals-connect-to-an-entry-production-lacks': ['missing-database-entry'],
  'broken-erb-in-database-yml': ['parse-error'],
  'broken-yaml-in-database-yml': ['parse-error'],
  'capsules-above-the-pool-on-heroku-and-in-compose': ['pool-smaller-than-sidekiq-concurrency'],
  'compose-scripts-that-set-threads-and-pool-alike': [],
  'dotenv-in-production-below-the-threads-of-puma': ['pool-smaller-than-puma-threads'],
  'hanami-gateway-of-6-under-8-threads': ['orm-pool-smaller-than-threads'],
  'healthy-three-tier': [],
  'kamal-asks-for-more-than-its-postgres-has': ['budget-exceeds-max-connections'],
  'one-pool-per-launch': [],
  'puma-threads-above-the-pool': ['pool-smaller-than-puma-threads'],
  'sidekiq-c-25-on-an-anchored-pool-of-5': ['pool-smaller-than-sidekiq-concurrency'],
  'solid-queue-pool-below-threads-plus-2': ['pool-smaller-than-solid-queue', 'shared-anchor-pool-size'],
  'unicorn-and-delayed-jobs-fit-a-pool-of-1': [],
};

it.each(Object.entries(SAYS))('%s: %j', async (name, rules) => {
  const { findings, verdicts } = await lintFixture(name);
  expect(findings.map(({ rule }) => rule)).toEqual(rules);
  if (rules.length === 0) expect(verdicts).toMatchObject({ holds: expect.any(Number), violated: 0, unknown: 0 });
  if (rules.length === 0) expect(verdicts.holds).toBeGreaterThan(0);
});

it('looks at fixtures that are there', () => {
  const there = readdirSync(join(import.meta.dirname, '../../fixtures'));
  expect(there).toEqual(expect.arrayContaining(Object.keys(SAYS)));
});
