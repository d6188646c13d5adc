import { describe, expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

async function findings(size: string, rails = '8.0.2', files: Record<string, string> = {}): Promise<readonly string[]> {
  const result = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '7.1.0', rails }),
    'config/puma.rb': 'threads 2, 2\n',
    'config/database.yml': `production:\n  adapter: postgresql\n  pool: ${size}\n`,
    ...files,
  });
  return result.findings.map(concise);
}

const PLACE = 'config/database.yml:3:9:';

describe('a variable without a fallback', () => {
  it('leaves the default up to Rails 8.0, and no bound from 8.1', async () => {
    const message = "pool reads X, which nothing sets for web: the size is 5, Active Record's default";
    expect(await findings('<%= ENV["X"] %>')).toEqual([`${PLACE} info env-without-fallback ${message}`]);
    expect(await findings('<%= ENV["A"] || ENV["X"] %>')).toHaveLength(1);
    expect(await findings('<%= ENV["X"] %>', '8.1.1')).toEqual([
      `${PLACE} warning pool-unlimited the pool of primary in web has no bound`,
    ]);
  });

  it('leaves the rest of a sum', async () => {
    const message = 'pool adds to X, which nothing sets for web: the size is 2';
    for (const rails of ['7.0.8', '8.0.2', '8.1.1']) {
      expect(await findings('<%= ENV["X"].to_i + 2 %>', rails)).toEqual([
        `${PLACE} warning env-without-fallback ${message}`,
      ]);
    }
    expect(await findings('<%= 2 + ENV["X"].to_i * 3 %>')).toEqual([
      `${PLACE} warning env-without-fallback ${message}`,
    ]);
  });

  it('leaves 0, of which another rule speaks', async () => {
    expect(await findings('<%= ENV["X"].to_i %>')).toEqual([
      `${PLACE} warning pool-zero-or-not-a-number the pool of primary in web has the size 0`,
    ]);
  });

  it('is no fault where a fallback is named, in whatever way', async () => {
    const fine = ['ENV.fetch("X", 5)', 'ENV["X"] || 5', 'ENV["X"].presence || 5', '[ENV["X"].to_i, 5].max'];
    for (const expression of [...fine, '(ENV["X"] || 5).to_i + 2', '[ENV["A"].to_i, ENV.fetch("X", 4).to_i].max']) {
      expect(await findings(`<%= ${expression} %>`)).toEqual([]);
    }
  });

  it('is no fault for a process that has the variable, only for the one that has not', async () => {
    const gems = { pg: '1.5.9', puma: '7.1.0', rails: '8.0.2', sidekiq: '8.0.0' };
    const files = { 'Gemfile.lock': lockfile(gems), 'config/sidekiq.yml': ':concurrency: 3\n' };
    const procfile = 'web: X=2 bundle exec puma\nworker: bundle exec sidekiq\n';
    const found = await findings('<%= ENV["X"].to_i + 3 %>', '8.0.2', { ...files, Procfile: procfile });
    expect(found).toEqual([
      `${PLACE} warning env-without-fallback pool adds to X, which nothing sets for worker: the size is 3`,
    ]);
  });
});
