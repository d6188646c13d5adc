import { expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

async function findings(
  lines: readonly string[],
  rails = '8.0.2',
  adapter = 'postgresql',
  more: Record<string, string> = {},
): Promise<readonly string[]> {
  const result = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails }),
    'config/puma.rb': 'threads 3\n',
    'config/database.yml': ['production:', `  adapter: ${adapter}`, ...lines.map((line) => `  ${line}`), ''].join('\n'),
    ...more,
  });
  return result.findings.map(concise);
}

const LATER = 'has no effect on Rails 8.0.2: Rails reads it from 8.1 on';

it('reports keys of Rails 8.1 before it, and not from then on', async () => {
  expect(await findings(['max_connections: 9'])).toEqual([
    `config/database.yml:3:3: warning key-has-no-effect \`max_connections: 9\` ${LATER}`,
  ]);
  expect(await findings(['max_age: 600', 'keepalive: 60'])).toEqual([
    `config/database.yml:3:3: info key-has-no-effect \`max_age: 600\` ${LATER}`,
    `config/database.yml:4:3: info key-has-no-effect \`keepalive: 60\` ${LATER}`,
  ]);
  expect(await findings(['max_connections: 9', 'max_age: 600'], '8.1.1')).toEqual([]);
});

it('leaves a size alone that is so anyway, and mentions one that is written twice', async () => {
  expect(await findings(['pool: 9', 'max_connections: 9'])).toEqual([]);
  expect(await findings(['max_connections: 5'])).toEqual([]);
  expect(await findings(['pool: 4', 'max_connections: 9'])).toEqual([
    `config/database.yml:4:3: info key-has-no-effect \`max_connections: 9\` ${LATER}`,
  ]);
});

it('mentions the busy timeout of SQLite where there is a server', async () => {
  const message = 'config/database.yml:3:3: info key-has-no-effect `timeout: 5000` has no effect on primary';
  expect(await findings(['timeout: 5000'])).toEqual([`${message}: it is the busy timeout of SQLite`]);
  expect(await findings(['timeout: 5000'], '7.1.5', 'mysql2')).toHaveLength(1);
  expect(await findings(['timeout: 5000'], '7.1.5', 'sqlite3')).toEqual([]);
  expect(await findings(['timeout: 5000'], '7.1.5', 'sqlserver')).toEqual([]);
});

it('says nothing where the version is not known', async () => {
  const { findings: found } = await lintFiles({
    Gemfile: 'gem "rails"\ngem "puma"\n',
    'config/database.yml': 'production:\n  adapter: postgresql\n  max_connections: 9\n',
  });
  expect(found).toEqual([]);
});

it('says of a usual collection of timeouts which one is idle and which one is long, and no more', async () => {
  const lines = ['timeout: 5000', 'checkout_timeout: 30', 'reaping_frequency: 60', 'prepared_statements: false'];
  const found = await findings(['pool: 5', ...lines]);
  expect(found.map((line) => line.split(' ').slice(1, 3).join(' '))).toEqual([
    'warning checkout-timeout-vs-request-timeout',
    'info key-has-no-effect',
  ]);
});

it('mentions threads of an executor that no database has', async () => {
  const application = (line: string) => ({
    'config/application.rb': `require "rails/all"\nclass Shop < Rails::Application\n  ${line}\nend\n`,
  });
  const executor = (name: string) => application(`config.active_record.async_query_executor = ${name}`);
  const found = 'config/database.yml:3:3: info key-has-no-effect `max_threads: 4` has no effect on primary';
  const of = async (more: Record<string, string>, rails = '8.0.2') =>
    (await findings(['max_threads: 4'], rails, 'postgresql', more)).filter((one) => one.includes('key-has-no-effect'));
  expect(await of({})).toEqual([`${found}: load_async runs its queries on the thread that asks`]);
  expect(await of(application('config.load_defaults 8.0'))).toHaveLength(1);
  expect(await of(executor('nil'))).toHaveLength(1);
  expect(await of(executor(':global_thread_pool'))).toEqual([`${found}: the executor is :global_thread_pool`]);
  expect(await of(executor(':multi_thread_pool'))).toEqual([]);
  expect(await of(executor('Settings.executor'))).toEqual([]);
  expect(await of({}, '7.0.8')).toHaveLength(1);
  expect(await of({}, '6.1.7')).toEqual([]);
});
