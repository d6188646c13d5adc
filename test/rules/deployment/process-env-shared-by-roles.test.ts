import { describe, expect, it } from 'vitest';
import { lintFiles, lockfile } from '../../support/lint.ts';

/** Puma with 5 threads and Sidekiq, both with a pool of DB_POOL. */
async function lint(shared: string, worker: string, own = '') {
  return lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2', sidekiq: '7.3.9' }),
    'config/puma.rb': 'threads 5, 5\n',
    'config/database.yml':
      'production:\n  adapter: postgresql\n  database: shop\n  pool: <%= ENV.fetch("DB_POOL", 5) %>\n',
    'compose.yaml': [
      'x-env: &env',
      '  RAILS_ENV: production',
      `  ${shared}`,
      'services:',
      '  web: { image: shop, command: bundle exec puma, environment: { <<: *env } }',
      `  worker: { image: shop, command: bundle exec sidekiq ${worker}, environment: { <<: *env${own} } }`,
      '',
    ].join('\n'),
  });
}

const RULE = 'process-env-shared-by-roles';

async function found(...given: Parameters<typeof lint>): Promise<readonly string[]> {
  const { findings } = await lint(...given);
  return findings.filter(({ rule }) => rule === RULE).map(({ message }) => message);
}

describe(RULE, () => {
  it('speaks where one line is too small for a process with twice the threads', async () => {
    expect(await found('DB_POOL: 5', '-c 10')).toEqual([
      'DB_POOL is set once for web and worker: 5 fits web, and worker runs 10 threads',
    ]);
  });

  it('is silent where the needs are close, where it fits both, and where each has its own', async () => {
    expect(await found('DB_POOL: 5', '-c 9')).toEqual([]);
    expect(await found('DB_POOL: 10', '-c 10')).toEqual([]);
    expect(await found('DB_POOL: 5', '-c 10', ', DB_POOL: 10')).toEqual([]);
  });

  it('says nothing of a fallback that nobody set', async () => {
    expect(await found('LANG: C', '-c 10')).toEqual([]);
  });

  it('cannot tell where nobody knows the threads', async () => {
    const { findings, unresolved } = await lint('DB_POOL: 5', '-c $CONCURRENCY');
    expect(findings.filter(({ rule }) => rule === RULE)).toEqual([]);
    expect(unresolved.length).toBeGreaterThan(0);
  });
});
