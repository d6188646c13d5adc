import { expect, it } from 'vitest';
import { lintFiles, lockfile } from '../../support/lint.ts';

async function findings(lines: readonly string[], rails = '8.0.2'): Promise<readonly string[]> {
  const result = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '5.6.9', rails }),
    'config/puma.rb': 'threads 3, 3\n',
    'config/database.yml': `production:\n  adapter: postgresql\n${lines.map((line) => `  ${line}\n`).join('')}`,
  });
  return result.findings.map(({ severity, rule, message }) => `${severity} ${rule} ${message}`);
}

const off = (written: string): string =>
  `reaper-disabled reaping_frequency of primary is ${written}: the reaper is off`;

it('mentions a reaper that is off, and warns where the entry counts on it', async () => {
  expect(await findings(['reaping_frequency: 0'])).toEqual([`info ${off('0')}`]);
  expect(await findings(['reaping_frequency:'])).toEqual([`info ${off('nothing')}`]);
  expect(await findings(['reaping_frequency: 0', 'idle_timeout: 60'])).toEqual([`warning ${off('0')}`]);
  expect(await findings(['reaping_frequency: 0', 'idle_timeout: 0'])).toEqual([`info ${off('0')}`]);
  expect(await findings(['reaping_frequency: 0', 'max_age: 60'], '8.1.1')).toEqual([`warning ${off('0')}`]);
});

it('warns where a variable that nothing sets leaves it empty', async () => {
  expect(await findings(['reaping_frequency: <%= ENV["REAP"] %>'])).toEqual([`warning ${off('nothing')}`]);
});

it('knows what false does on both sides of Rails 6.1', async () => {
  expect(await findings(['reaping_frequency: false'], '6.0.6')).toEqual([`info ${off('false')}`]);
  expect(await findings(['reaping_frequency: false'], '6.1.7')).toEqual([
    'error reaper-disabled reaping_frequency of primary is false: Rails 6.1.7 raises NoMethodError',
  ]);
});

it('is silent about one that runs, and about versions that have none by default', async () => {
  expect(await findings(['reaping_frequency: 10'])).toEqual([]);
  expect(await findings(['pool: 5'])).toEqual([]);
  expect(await findings(['reaping_frequency: 0'], '5.1.7')).toEqual([]);
});
