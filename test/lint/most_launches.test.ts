import { expect, it } from 'vitest';
import { lintFiles } from '../support/lint.ts';

it('boots so many processes as anybody has, and says which ones it leaves out', async () => {
  const Procfile = Array.from({ length: 503 }, (_, number) => `w${number}: bundle exec puma -t 5:5\n`).join('');
  const { projects, unresolved } = await lintFiles({
    'config/database.yml': 'production:\n  adapter: postgresql\n  database: shop\n',
    Procfile,
  });
  expect(projects[0]?.launches).toHaveLength(500);
  expect(unresolved).toMatchObject([
    {
      what: 'process w500 and 2 more',
      reason: 'there are more than 500 processes in this app; they are not counted',
      at: { file: { path: 'Procfile' } },
    },
  ]);
}, 60_000);
