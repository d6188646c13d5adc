import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ruleNames } from '../../src/lint/ignore.ts';
import { rules } from '../../rules/index.ts';

const root = join(import.meta.dirname, '../../rules');

/**
 * Names that comments, baselines and configurations of other people may hold. A rule that is merged, split or renamed
 * keeps its old one as an alias; nothing is ever taken out of this list.
 */
const PROMISED = [
  'boot-failure',
  'budget-exceeds-max-connections',
  'malformed-ignore',
  'missing-fork-disconnect-legacy',
  'missing-worker-boot-reconnect',
  'parse-error',
  'pool-smaller-than-puma-threads',
  'pool-smaller-than-sidekiq-concurrency',
  'pool-smaller-than-solid-queue',
  'pool-zero-or-not-a-number',
  'secondary-pool-smaller-than-threads',
  'stale-suppression',
  'unused-ignore',
];

describe('the rules', () => {
  it('answer to every name that was ever promised', () => {
    const { ids: names } = ruleNames(rules);
    expect(PROMISED.filter((name) => !names.has(name))).toEqual([]);
  });

  it('are called in a way that every place accepts', () => {
    for (const { id, aliases } of rules)
      for (const name of [id, ...aliases]) expect(name).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
  });

  it('have a file and a page each, and no page is without a rule', () => {
    for (const { group, id } of rules)
      for (const ending of ['.ts', '.md']) expect(existsSync(join(root, group, id + ending)), id + ending).toBe(true);
    const pages = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
      /^\w+[\\/].*\.md$/.test(path),
    );
    const ids = new Set(rules.map(({ id }) => id));
    expect(pages.map((path) => basename(path, '.md')).filter((id) => !ids.has(id))).toEqual([]);
  });

  it('say of every finding what is wrong only once the others have spoken, where it is about ignores', () => {
    expect(rules.filter(({ afterwards }) => afterwards).map(({ id }) => id)).toEqual([
      'malformed-ignore',
      'unused-ignore',
      'stale-suppression',
    ]);
  });
});
