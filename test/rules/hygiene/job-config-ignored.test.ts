import { describe, expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

const RULE = 'job-config-ignored';
const WORKERS = 'workers:\n  - threads: 4\n';

async function found(gems: Record<string, string>, command: string, files: Record<string, string>) {
  const { findings } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2', ...gems }),
    Procfile: `web: bundle exec puma -t 3:3\njobs: ${command}\n`,
    'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 20\n',
    ...files,
  });
  return findings.filter(({ rule }) => rule === RULE).map(concise);
}

describe('Solid Queue', () => {
  it.each([
    ['0.8.2', 'config/queue.yml', 'config/solid_queue.yml'],
    ['0.9.0', 'config/solid_queue.yml', 'config/queue.yml'],
  ])('of %s does not read %s', async (version, other, own) => {
    const files = { [other]: WORKERS, [own]: WORKERS };
    expect(await found({ solid_queue: version }, 'bundle exec rake solid_queue:start', files)).toEqual([
      `${other}:1:1: warning ${RULE} jobs does not read ${other}`,
    ]);
    expect(await found({ solid_queue: version }, 'bundle exec rake solid_queue:start', { [own]: WORKERS })).toEqual([]);
  });

  it('reads whatever file it is told', async () => {
    const files = { 'config/solid_queue.yml': WORKERS };
    expect(await found({ solid_queue: '1.1.5' }, 'bin/jobs -c config/solid_queue.yml', files)).toEqual([]);
    expect(await found({ solid_queue: '1.1.5' }, 'bin/jobs -c config/jobs.yml', files)).toEqual([
      `Procfile:2:19: warning ${RULE} jobs does not read config/jobs.yml`,
    ]);
  });

  it.each([
    ['0.9.0', 'SOLID_QUEUE_CONFIG', true],
    ['1.0.0', 'SOLID_QUEUE_CONFIG', false],
    ['1.2.1', 'SOLID_QUEUE_SKIP_RECURRING', true],
    ['1.2.2', 'SOLID_QUEUE_SKIP_RECURRING', false],
    ['1.3.1', 'SOLID_QUEUE_SUPERVISOR_MODE', true],
    ['1.3.2', 'SOLID_QUEUE_SUPERVISOR_MODE', false],
  ])('of %s under bin/jobs: %s is ignored: %s', async (version, variable, ignored) => {
    const files = { 'config/queue.yml': WORKERS };
    const value = variable === 'SOLID_QUEUE_CONFIG' ? 'config/queue.yml' : variable.endsWith('MODE') ? 'fork' : '1';
    const lines = await found({ solid_queue: version }, `${variable}=${value} bin/jobs`, files);
    expect(lines.some((line) => line.includes(`does not read ${variable}`))).toBe(ignored);
  });

  it('does not read sections of other environments, and processes in async mode', async () => {
    const other = { 'config/queue.yml': `development:\n  ${WORKERS.replace('\n', '\n  ')}` };
    expect(await found({ solid_queue: '1.1.5' }, 'bin/jobs', other)).toEqual([
      `config/queue.yml:1:1: warning ${RULE} jobs does not read config/queue.yml`,
    ]);
    const async = { 'config/queue.yml': `production:\n  workers:\n    - threads: 4\n      processes: 2\n` };
    expect(await found({ solid_queue: '1.3.2' }, 'bin/jobs --mode async', async)).toEqual([
      `config/queue.yml:4:18: warning ${RULE} jobs does not read processes`,
    ]);
    expect(await found({ solid_queue: '1.3.2' }, 'bin/jobs', async)).toEqual([]);
  });
});

describe('Sidekiq', () => {
  it('does not read a file that is not where it looks, unless -C names it', async () => {
    const files = { 'sidekiq.yml': 'concurrency: 9\n' };
    expect(await found({ sidekiq: '7.3.9' }, 'bundle exec sidekiq', files)).toEqual([
      `sidekiq.yml:1:1: warning ${RULE} jobs does not read sidekiq.yml`,
    ]);
    expect(await found({ sidekiq: '7.3.9' }, 'bundle exec sidekiq -C sidekiq.yml', files)).toEqual([]);
  });

  it.each([
    ['5.0.5', 1],
    ['5.1.0', 0],
  ])('of %s leaves out %i keys that are no symbols', async (version, count) => {
    const files = { 'config/sidekiq.yml': 'concurrency: 9\n' };
    expect(await found({ sidekiq: version }, 'bundle exec sidekiq', files)).toHaveLength(count);
  });
});
