import { expect, it } from 'vitest';
import { lintFiles, lockfile } from '../../support/lint.ts';

async function findings(
  lines: readonly string[],
  rails = '8.0.2',
  more: Record<string, string> = {},
): Promise<readonly string[]> {
  const result = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '5.6.9', rails }),
    'config/puma.rb': 'threads 3, 3\n',
    'config/database.yml': `production:\n  adapter: postgresql\n${lines.map((line) => `  ${line}\n`).join('')}`,
    ...more,
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

it('knows that idle_timeout: false stops Rails from 6.1 on, and switches it off before', async () => {
  expect(await findings(['idle_timeout: false'], '6.0.6')).toEqual([]);
  expect(await findings(['idle_timeout: false'], '6.1.7')).toEqual([
    'error reaper-disabled idle_timeout of primary is false: Rails 6.1.7 raises NoMethodError',
  ]);
  expect(await findings(['idle_timeout:'], '6.1.7')).toEqual([]);
});

it('mentions an idle_timeout of 0 where the server has little more to give', async () => {
  const of = (limit: number) =>
    findings(['idle_timeout: 0'], '8.0.2', {
      Procfile: 'web: bundle exec puma\n',
      '.rails-pool-lint.yml': `max_connections: ${limit}\n`,
    });
  // 3 threads and 3 for console and migrations are 80 % of 7.5.
  const idle = 'info reaper-disabled idle_timeout of primary is 0: no idle connection is closed';
  expect(await findings(['idle_timeout: 0'])).toEqual([]);
  expect((await of(10)).filter((one) => one.includes('reaper'))).toEqual([idle]);
  expect(await of(11)).toEqual([]);
});
