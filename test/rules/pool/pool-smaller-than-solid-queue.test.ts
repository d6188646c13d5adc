import { describe, expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

const RULE = 'pool-smaller-than-solid-queue';

/** The findings for a worker of fibers on a pool of five. */
async function found(rails: string, lines: string) {
  const result = await lintFiles({
    'Gemfile.lock': lockfile({ async: '2.24.0', pg: '1.5.9', rails, solid_queue: '1.6.0' }),
    'config/application.rb':
      'class Application < Rails::Application\n  config.active_support.isolation_level = :fiber\nend\n',
    'config/queue.yml': `production:\n  workers:\n    - ${lines}\n`,
    'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
  });
  const worker = result.projects[0]!.processes.find(({ role }) => role === 'worker')!;
  const { demand, needed } = worker.pools[0]!;
  return { own: result.findings.filter(({ rule }) => rule === RULE).map(concise), demand, needed };
}

describe(RULE, () => {
  it('asks one connection for all fibers where a query gives it back, and counts what they can open', async () => {
    const { own, demand, needed } = await found('8.0.2', 'fibers: 100');
    expect(own).toEqual([]);
    expect(needed).toMatchObject({ value: 3 });
    expect(demand).toMatchObject({ value: 5 });
  });

  it('asks one for every fiber where each keeps its connection', async () => {
    expect((await found('7.1.5', 'fibers: 4')).own).toEqual([
      `config/database.yml:3:9: error ${RULE} a Solid Queue worker of solid_queue needs 6 connections of primary, its pool has 5`,
    ]);
    expect((await found('7.1.5', 'fibers: 3')).own).toEqual([]);
  });

  it('says of a database that a class of the application connects to that not every job may use it', async () => {
    const entry = (name: string, pool: number) => `  ${name}:\n    adapter: postgresql\n    pool: ${pool}\n`;
    const { findings } = await lintFiles({
      'Gemfile.lock': lockfile({ pg: '1.5.9', rails: '8.0.2', solid_queue: '1.2.0' }),
      'config/queue.yml': 'production:\n  workers:\n    - threads: 8\n',
      'config/database.yml': `production:\n${entry('primary', 10)}${entry('visits', 5)}`,
      'app/models/visits_record.rb':
        'class VisitsRecord < ApplicationRecord\n  self.abstract_class = true\n  connects_to database: { writing: :visits }\nend\n',
    });
    const own = findings.filter(({ rule, database }) => rule === RULE && database === 'visits');
    expect(own.map(({ fineWhen }) => fineWhen)).toEqual([
      'no more than 5 jobs use VisitsRecord at the same time: which jobs do is not known, so all their threads are counted',
    ]);
  });

  it('takes threads for threads beside them', async () => {
    expect((await found('8.0.2', 'threads: 4')).own).toHaveLength(1);
    expect((await found('8.0.2', 'threads: 3')).own).toEqual([]);
  });
});
