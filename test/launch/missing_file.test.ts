import { expect, it } from 'vitest';
import { lintFiles, lockfile } from '../support/lint.ts';

const GEMS = { activerecord: '7.1.5', pg: '1.5.9', puma: '6.6.0', rails: '7.1.5' };

async function lint(prefix: string): ReturnType<typeof lintFiles> {
  return lintFiles({ 'Gemfile.lock': lockfile(GEMS), Procfile: `web: ${prefix} bundle exec puma -t 3:3\n` });
}

it('does not boot without a file and DATABASE_URL, even where PRIMARY_DATABASE_URL is set', async () => {
  const { projects, findings, unresolved } = await lint('PRIMARY_DATABASE_URL=postgres://db.example/shop?pool=7');
  expect(projects[0]!.launches[0]!.databases).toEqual([]);
  expect(findings).toEqual([]);
  expect(unresolved.map(({ reason }) => reason)).toEqual([
    'Rails raises: there is no config/database.yml, and DATABASE_URL is not set, as long as nothing sets DATABASE_URL',
  ]);
});

it('takes the more special variable where both are set', async () => {
  const both = 'PRIMARY_DATABASE_URL=postgres://db.example/shop?pool=7 DATABASE_URL=postgres://db.example/shop?pool=4';
  const { projects } = await lint(both);
  const pools = projects[0]!.launches[0]!.databases.map(({ name, pool }) => [name, pool.known && pool.value]);
  expect(pools).toEqual([['primary', 7]]);
});
