import { describe, expect, it } from 'vitest';
import type { EngineOptions } from '../../../src/lint/engine.ts';
import { lintFiles, lockfile } from '../../support/lint.ts';

/** "severity rule snippet" of every finding about a line of the production section. */
async function findings(
  line: string,
  rails = '8.1.1',
  options: Partial<EngineOptions> = {},
): Promise<readonly string[]> {
  const result = await lintFiles(
    {
      'Gemfile.lock': lockfile({ pg: '1.6.2', puma: '7.1.0', rails }),
      'config/puma.rb': 'threads 3\n',
      'config/database.yml': `production:\n  adapter: postgresql\n  ${line}\n`,
    },
    options,
  );
  return result.findings.map(({ severity, rule, snippet }) => `${severity} ${rule} ${snippet}`);
}

describe('a size without a value', () => {
  it('is an accident where a variable should have given it', async () => {
    const fallback = 'warning pool-unlimited pool: <%= ENV.fetch("DB_POOL", 5) %>';
    expect(await findings('pool: <%= ENV["DB_POOL"] %>')).toEqual([fallback]);
    const set = [{ process: null, key: 'DB_POOL', value: '' }];
    expect(await findings('pool: <%= ENV.fetch("DB_POOL", 5) %>', '8.1.1', { set })).toEqual([
      'warning pool-unlimited pool: <%= ENV["DB_POOL"].presence || 5 %>',
    ]);
  });

  it('is a choice where somebody wrote it', async () => {
    expect(await findings('max_connections: -1')).toEqual(['info pool-unlimited max_connections: 5']);
    expect(await findings('max_connections:')).toEqual(['info pool-unlimited max_connections: 5']);
    expect(await findings('max_connections: <%= ENV.fetch("DB_POOL", -1) %>')).toEqual([
      'info pool-unlimited max_connections: 5',
    ]);
  });

  it('is 5 up to Rails 8.0', async () => {
    expect(await findings('pool: <%= ENV["DB_POOL"] %>', '8.0.4')).toEqual([
      'info env-without-fallback pool: <%= ENV.fetch("DB_POOL", 5) %>',
    ]);
    expect(await findings('pool:', '8.0.4')).toEqual([]);
  });

  it('is 0 in quotes, of which another rule speaks', async () => {
    expect(await findings(`pool: "<%= ENV['DB_POOL'] %>"`)).toEqual(['warning pool-zero-or-not-a-number pool: 3']);
  });

  it('is not there where the variable is set, or has a fallback', async () => {
    const set = [{ process: null, key: 'DB_POOL', value: '5' }];
    expect(await findings('pool: <%= ENV["DB_POOL"] %>', '8.1.1', { set })).toEqual([]);
    expect(await findings('pool: <%= ENV.fetch("DB_POOL", 5) %>')).toEqual([]);
    expect(await findings('host: db.example')).toEqual([]);
  });
});
