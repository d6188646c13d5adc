import { expect, it } from 'vitest';
import { lintFiles, lockfile } from '../support/lint.ts';

/** The values that the pool can have where puma.rb sets a variable in a way that nobody can decide. */
async function sizes(puma: string, size: string): Promise<readonly unknown[]> {
  const result = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
    'config/puma.rb': `${puma}\nthreads 3, 3\n`,
    'config/database.yml': `production:\n  adapter: postgresql\n  pool: <%= ${size} %>\n`,
  });
  const { pool } = result.projects[0]!.launches[0]!.databases[0]!;
  return pool.known ? [pool.value] : (pool.candidates ?? []).map(({ value }) => value);
}

it('keeps what a variable can be that an earlier file sets in several possible worlds', async () => {
  const either = 'ENV["POOL"] = Settings.large? ? "10" : "5"';
  expect(await sizes(either, 'ENV.fetch("POOL", 3)')).toEqual([10, 5]);
  expect(await sizes(either, 'ENV["POOL"]')).toEqual([10, 5]);
  expect(await sizes('ENV["POOL"] = "10" if Settings.large?', 'ENV.fetch("POOL", 3)')).toEqual([10, 3]);
});
