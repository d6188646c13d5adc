import { describe, expect, it } from 'vitest';
import { budget } from '../../src/report/budget.ts';
import type { Server } from '../../src/model/process.ts';
import { lintFiles, lockfile } from '../support/lint.ts';

const GEMS = { pg: '1.5.9', puma: '6.6.0', rails: '8.0.2', sidekiq: '7.3.9' };
const APP = {
  'Gemfile.lock': lockfile(GEMS),
  'config/puma.rb': 'workers 2\nthreads 5, 5\n',
  'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
};

async function projectOf(files: Record<string, string>) {
  const { projects } = await lintFiles({ ...APP, ...files });
  return projects[0]!;
}

function demandOf({ demand }: Server): unknown {
  return demand.known ? demand.value : (demand.candidates?.map(({ value }) => value) ?? demand.reason);
}

describe('an address that one process reads and another one may have', () => {
  const compose = (worker: string) => ({
    'docker-compose.yml': `services:
  web:
    build: .
    command: bundle exec puma
    environment: { RAILS_ENV: production, DATABASE_URL: "postgres://db.example/shop" }
  worker:
    build: .
    command: bundle exec sidekiq -c 5
    environment: { RAILS_ENV: production, DATABASE_URL: "${worker}" }
`,
  });

  it('is one server, with and without what nobody can tell of', async () => {
    const project = await projectOf(compose('${WORKER_DATABASE_URL}'));
    expect(project.servers.map(({ name }) => name)).toEqual(['db.example:5432']);
    expect(demandOf(project.servers[0]!)).toEqual([15, 10]);
    expect(budget([project], { color: false, width: 100 })).toContain(
      'nobody can tell whether worker connects to the same server',
    );
  });

  it('is two servers where both are read, and one where they are equal', async () => {
    const two = await projectOf(compose('postgres://jobs.example/shop'));
    expect(two.servers.map((one) => [one.name, demandOf(one)])).toEqual([
      ['db.example:5432', 10],
      ['jobs.example:5432', 5],
    ]);
    const one = await projectOf(compose('postgres://db.example/shop'));
    expect(one.servers.map(demandOf)).toEqual([15]);
  });

  it('is that of the others for a process that the deployment does not run', async () => {
    const { servers } = await projectOf({
      'docker-compose.yml': `services:
  web:
    build: .
    command: bundle exec puma
    env_file: .env
    environment: { RAILS_ENV: production }
  db:
    image: postgres:16
`,
    });
    expect(servers).toHaveLength(1);
    expect(servers[0]!.usable.known).toBe(false);
  });
});

describe('what runs, and nobody can tell what it is,', () => {
  const supervised = {
    'docker-compose.yml': `services:
  web:
    build: .
    command: exec /usr/bin/supervisord
    environment: { RAILS_ENV: production }
  db:
    image: postgres:16
`,
  };

  it('leaves a sum unknown in which nothing else is', async () => {
    const project = await projectOf(supervised);
    const [server] = project.servers;
    for (const number of [server!.demand, server!.ceiling, server!.autoscaled, server!.peak])
      expect(number).toMatchObject({ known: false, reason: expect.stringContaining('what web connects to') });
    expect([server!.verdict, server!.peakVerdict]).toEqual(['unknown', 'unknown']);
    expect(budget([project], { color: false, width: 100 })).toMatch(/^demand +\? +\?$/m);
  });

  it('is named beside a sum of the others, which is a lower bound', async () => {
    const procfile = (line: string) => projectOf({ Procfile: `web: bundle exec puma\n${line}\n` });
    const project = await procfile('clock: bundle exec tick clock.rb');
    expect(demandOf(project.servers[0]!)).toBe(10);
    const said = 'Not counted: clock. Nobody can tell what it runs, and every sum is a lower bound.';
    expect(budget([project], { color: false, width: 100 })).toContain(said);
    const release = await procfile('release: bundle exec rails db:migrate');
    expect(budget([release], { color: false, width: 100 })).not.toContain('Not counted');
  });
});
