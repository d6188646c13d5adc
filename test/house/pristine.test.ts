import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { concise, lintFixture } from '../support/lint.ts';

// What `rails new` writes has nothing wrong with it, in any version: no error, no warning, no info. But silence is
// worth something only if the repository was read.

const fixtures = readdirSync(join(import.meta.dirname, '../../fixtures'));

describe.each(fixtures.filter((name) => name.startsWith('pristine-')))('%s', (name) => {
  it('is read, and has no finding of any severity', async () => {
    const { projects, findings, verdicts } = await lintFixture(name);
    expect(findings.map(concise)).toEqual([]);
    expect(projects.length).toBeGreaterThan(0);
    for (const { processes, versions, problems } of projects) {
      expect(problems).toEqual([]);
      expect(versions['rails']).toMatch(/^\d/);
      expect(versions['puma']).toMatch(/^\d/);
      expect(processes.map((process) => process.name)).toContain('web');
    }
    expect(verdicts.holds).toBeGreaterThan(0);
    expect(verdicts.violated).toBe(0);
  });
});

it('covers every line of Rails from 5.2 on', () => {
  const lines = fixtures
    .map((name) => /^pristine-rails-(\d+\.\d+)/.exec(name)?.[1])
    .filter((line) => line !== undefined);
  expect([...new Set(lines)].toSorted()).toEqual(['5.2', '6.1', '7.0', '7.1', '7.2', '8.0', '8.1']);
});
