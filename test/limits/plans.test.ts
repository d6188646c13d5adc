import { describe, expect, it } from 'vitest';
import { looksLikePlan, planNamed, PLANS } from '../../src/limits/plans.ts';
import { lintFiles, lockfile } from '../support/lint.ts';

describe('the catalogue of plans', () => {
  it('has every name once, a source for each, and leaves something to use', () => {
    expect(new Set(PLANS.map(({ name }) => name)).size).toBe(PLANS.length);
    for (const { name, source, limit, reserved } of PLANS) {
      expect(looksLikePlan(name)).toBe(true);
      expect(source).toMatch(/^https:\/\/|@/);
      expect(limit).toBeGreaterThan(reserved);
    }
  });

  it('is asked by name, in any case', () => {
    expect(planNamed('Heroku:Essential-0')).toMatchObject({ limit: 20, reserved: 0 });
    expect(planNamed('heroku:platinum')).toBeNull();
  });
});

describe('a plan in place of a number', () => {
  const files = {
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
    'config/puma.rb': 'workers 4\nthreads 5, 5\n',
    'config/database.yml': 'production:\n  adapter: postgresql\n  database: shop\n  pool: 5\n',
  };

  it('brings its own reserve', async () => {
    const { projects } = await lintFiles({ ...files, '.rails-pool-lint.yml': 'max_connections: azure:b1ms\n' });
    expect(projects[0]!.servers[0]).toMatchObject({
      limit: { value: 50 },
      reserved: { value: 15 },
      usable: { value: 35 },
      verdict: 'holds',
    });
  });

  it('is a warning at most where only third parties publish it', async () => {
    const result = await lintFiles({ ...files, '.rails-pool-lint.yml': 'max_connections: heroku:essential-0\n' });
    expect(result.findings.map(({ rule, severity }) => [rule, severity])).toEqual([
      ['budget-exceeds-max-connections', 'warning'],
    ]);
  });

  it('has to be one of the catalogue', async () => {
    const wrong = { ...files, '.rails-pool-lint.yml': 'max_connections: heroku:essential-9\n' };
    await expect(async () => lintFiles(wrong)).rejects.toMatchObject({
      message: 'max_connections must be a whole number from 1, or a plan',
      listedBy: 'rails-pool-lint explain plans',
    });
  });
});
