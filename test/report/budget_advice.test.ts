import { describe, expect, it } from 'vitest';
import type { EngineOptions } from '../../src/lint/engine.ts';
import { adviceOf } from '../../src/report/budget_advice.ts';
import { lintFiles, lockfile } from '../support/lint.ts';

const KAMAL = {
  Dockerfile: 'FROM ruby\nCMD ["bundle", "exec", "puma"]\n',
  'config/deploy.yml':
    'service: shop\nimage: shop\nservers:\n  - 192.0.2.1\n  - 192.0.2.2\nenv:\n  secret:\n    - WORKERS\n',
};

/** What is said below the budget of a shop with that puma.rb. */
async function advice(
  puma: string,
  files: Record<string, string>,
  options: Partial<EngineOptions> = {},
): Promise<readonly string[]> {
  const { projects } = await lintFiles(
    {
      'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
      'config/puma.rb': puma,
      'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
      ...files,
    },
    options,
  );
  return adviceOf(projects[0]!, projects[0]!.servers[0]!);
}

const HUNDRED: Partial<EngineOptions> = { maxConnections: [{ server: null, value: 100 }] };

describe('below the budget', () => {
  it('the formula is solved for the one variable that nobody knows', async () => {
    const [formula, most] = await advice('workers Integer(ENV["WORKERS"] || 2)\nthreads 5, 5\n', KAMAL, HUNDRED);
    expect(formula).toMatch(/^demand = 10·WORKERS, where /);
    expect(most).toBe(
      'Fits while demand is at most 94 (97 usable, 3 of them for console and migrations): WORKERS up to 9.',
    );
  });

  it('a variable that is given as it is, and one that is both bounds of the threads, are symbols of the formula', async () => {
    const puma = 'count = ENV.fetch("WORKERS")\nworkers ENV.fetch("WORKERS")\nthreads count, count\n';
    const [formula] = await advice(puma, KAMAL, HUNDRED);
    expect(formula).toMatch(/^demand = 2·WORKERS·min\(5, WORKERS\), where /);
  });

  it('hosts that nothing states are symbols, and a limit that nothing states is what it has to be', async () => {
    const lines = await advice('threads 5, 5\n', { Procfile: 'web: bundle exec puma\n' });
    expect(lines).toContain(
      'Nothing states how many hosts web has: 1 is assumed, and every sum is a lower bound. demand = 5·hosts of web. Say --hosts web=N.',
    );
    expect(lines).toContain(
      'Fits a max_connections of 11 or more (5 + 3 for console and migrations + 3 that it reserves).',
    );
  });

  it('every process whose hosts nothing states is in what to say, and one without room is not said to fit', async () => {
    const lines = await advice(
      'threads 5, 5\n',
      {
        'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2', sidekiq: '7.3.9' }),
        Procfile: 'web: bundle exec puma\nworker: bundle exec sidekiq\n',
      },
      { maxConnections: [{ server: null, value: 11 }] },
    );
    expect(lines.join('\n')).toContain('Say --hosts web=N --hosts worker=N.');
    expect(lines).toContain('No host of web and none of worker fits beside the others.');
    const tight = { maxConnections: [{ server: null, value: 9 }], hosts: new Map([['web', 1]]) };
    const alone = await advice('threads 5, 5\n', { Procfile: 'web: bundle exec puma\n' }, tight);
    expect(alone).toContain('No host of web fits.');
  });

  it('what is too much on its hosts is said in workers and in threads', async () => {
    const hosts = { hosts: new Map([['web', 9]]) };
    const lines = await advice(
      'workers 4\nthreads 5, 5\n',
      { Procfile: 'web: bundle exec puma\n' },
      { ...HUNDRED, ...hosts },
    );
    expect(lines).toContain('Fits up to 4 web hosts, everything else as it is.');
    expect(lines).toContain(
      'On its 9 hosts, web fits with 2 instead of 4 workers on each host or with 2 instead of 5 threads in each process.',
    );
  });
});
