import { describe, expect, it } from 'vitest';
import type { Proof } from '../../src/model/proof.ts';
import { counterexamples } from '../../src/report/proofs.ts';
import { lintFiles, lockfile } from '../support/lint.ts';

const LOCK = lockfile({ rails: '7.1.3', activerecord: '7.1.3', puma: '6.4.2', sidekiq: '7.2.0', pg: '1.5.4' });

function database(pool: string): string {
  return `production:\n  adapter: postgresql\n  database: shop\n  pool: ${pool}\n`;
}

const PUMA = 'threads_count = ENV.fetch("RAILS_MAX_THREADS") { 5 }\nthreads threads_count, threads_count\n';
const FOLLOWS = '<%= ENV.fetch("RAILS_MAX_THREADS") { 5 } %>';

/** What is proved of a web process: "RAILS_MAX_THREADS: every", "RAILS_MAX_THREADS: 6 threads on 5 at 6". */
async function proved(files: Record<string, string>): Promise<readonly string[]> {
  const { projects } = await lintFiles(
    { 'Gemfile.lock': LOCK, Procfile: 'web: bundle exec puma\n', ...files },
    { proves: true },
  );
  return projects.flatMap(({ proofs = [] }) => proofs).map(said);
}

function said({ variable, counterexample }: Proof): string {
  if (!counterexample) return `${variable}: every`;
  const { value, threads, size } = counterexample;
  return `${variable}: ${threads} threads on ${size} at ${value === null ? 'nothing' : JSON.stringify(value)}`;
}

describe('a pool', () => {
  it('that follows the variable of the threads is proved for every value', async () => {
    expect(await proved({ 'config/database.yml': database(FOLLOWS), 'config/puma.rb': PUMA })).toEqual([
      'RAILS_MAX_THREADS: every',
    ]);
  });

  it('that does not follow it has the smallest value as its counterexample', async () => {
    expect(await proved({ 'config/database.yml': database('7'), 'config/puma.rb': PUMA })).toEqual([
      'RAILS_MAX_THREADS: 8 threads on 7 at "8"',
    ]);
  });

  it('that is smaller with fewer has the smallest one too, all that it does in one sentence', async () => {
    const { projects } = await lintFiles(
      {
        'Gemfile.lock': LOCK,
        Procfile: 'web: bundle exec puma\nworker: bundle exec sidekiq -c 4\n',
        'config/puma.rb': 'threads 4, 4\n',
        'config/database.yml': database('<%= ENV.fetch("RAILS_MAX_THREADS") { 9 } %>'),
      },
      { proves: true },
    );
    expect(projects.flatMap(({ proofs = [] }) => proofs).map(said)).toEqual([
      'RAILS_MAX_THREADS: 4 threads on 1 at "1"',
      'RAILS_MAX_THREADS: 4 threads on 1 at "1"',
    ]);
    expect(counterexamples(projects)).toEqual([
      'with RAILS_MAX_THREADS=1 web would run 4 threads on a pool of 1 (primary) and worker would run 4 threads on a pool of 1 (primary)',
    ]);
  });

  it('that no variable decides has nothing to prove', async () => {
    expect(await proved({ 'config/database.yml': database('5'), 'config/puma.rb': 'threads 1, 5\n' })).toEqual([]);
  });

  it('that follows a variable which is set is proved all the same, or not', async () => {
    const Procfile = 'web: RAILS_MAX_THREADS=3 bundle exec puma\n';
    expect(await proved({ Procfile, 'config/database.yml': database(FOLLOWS), 'config/puma.rb': PUMA })).toEqual([
      'RAILS_MAX_THREADS: every',
    ]);
    expect(await proved({ Procfile, 'config/database.yml': database('4'), 'config/puma.rb': PUMA })).toEqual([
      'RAILS_MAX_THREADS: 5 threads on 4 at nothing',
    ]);
  });

  it('is tried with the empty string, which is a value', async () => {
    const puma =
      'threads 1, (ENV["WIDE"].nil? || ENV["WIDE"] != "" ? 5 : 9)\nthreads 1, Integer(ENV["WIDE"] || 5) if ENV["WIDE"] != ""\n';
    const files = { 'config/database.yml': database('<%= ENV["WIDE"] || 5 %>'), 'config/puma.rb': puma };
    expect(await proved(files)).toEqual(['WIDE: 9 threads on 5 at ""']);
  });

  it('is tried with every number, however strings compare', async () => {
    // "10" < "9" in Ruby, and so the tenth value is the first that gets no larger pool.
    const pool = '<%= ENV.fetch("RAILS_MAX_THREADS", "5") < "5" ? 5 : ENV.fetch("RAILS_MAX_THREADS", "5") %>';
    expect(await proved({ 'config/database.yml': database(pool), 'config/puma.rb': PUMA })).toEqual([
      'RAILS_MAX_THREADS: 10 threads on 5 at "10"',
    ]);
  });

  it('is not proved where the command line took the variable before the process started', async () => {
    const Procfile = 'web: bundle exec puma -t ${RAILS_MAX_THREADS:-5}:${RAILS_MAX_THREADS:-5}\n';
    expect(await proved({ Procfile, 'config/database.yml': database(FOLLOWS) })).toEqual([]);
  });

  it('is that of one process among those that go by one name', async () => {
    const { projects } = await lintFiles(
      {
        'Gemfile.lock': lockfile({
          rails: '8.0.2',
          activerecord: '8.0.2',
          puma: '6.6.0',
          solid_queue: '1.1.5',
          pg: '1.5.4',
        }),
        Procfile: 'jobs: bin/jobs\n',
        'config/database.yml': database(FOLLOWS),
        'config/queue.yml': 'production:\n  dispatchers:\n    - polling_interval: 1\n  workers:\n    - threads: 1\n',
      },
      { proves: true },
    );
    expect(projects.flatMap(({ proofs = [] }) => proofs).map(({ process, role }) => `${process} ${role}`)).toContain(
      'jobs dispatcher',
    );
    expect(counterexamples(projects).join('\n')).toContain(
      'jobs dispatcher would run 3 threads on a pool of 1 (primary)',
    );
  });

  it('is not looked at where nobody asks', async () => {
    const files = { 'Gemfile.lock': LOCK, 'config/database.yml': database(FOLLOWS), 'config/puma.rb': PUMA };
    const { projects } = await lintFiles(files);
    expect(projects[0]?.proofs).toBeUndefined();
  });
});
