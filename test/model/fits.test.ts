import { describe, expect, it } from 'vitest';
import { membersOn, mostThatFit, savings } from '../../src/model/fits.ts';
import { formulaOf, formulaText, mostOf } from '../../src/model/formula.ts';
import type { EngineOptions } from '../../src/lint/engine.ts';
import type { Project } from '../../src/lint/result.ts';
import type { Member } from '../../src/model/peak.ts';
import type { Process } from '../../src/model/process.ts';
import { lintFiles, lockfile } from '../support/lint.ts';

/** Puma with 2 × 5 threads and Sidekiq with 10, both with a pool for each of their threads. */
async function shop(options: Partial<EngineOptions>, puma = 'workers 2\nthreads 5, 5\n'): Promise<Project> {
  const { projects } = await lintFiles(
    {
      'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2', sidekiq: '7.3.9' }),
      Procfile: 'web: bundle exec puma\nworker: bundle exec sidekiq -c 10\n',
      'config/puma.rb': puma,
      'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 10\n',
    },
    options,
  );
  return projects[0]!;
}

const limited = (value: number): Partial<EngineOptions> => ({ maxConnections: [{ server: null, value }] });

const isWeb = ({ name }: Process): boolean => name === 'web';

describe('how many fit', () => {
  it('is the number of which one more is refused by the same engine', async () => {
    for (const limit of [30, 55, 106, 250]) {
      const project = await shop(limited(limit));
      const [server] = project.servers;
      const fitting = mostThatFit(membersOn(project.processes, server!), server!, 'host', isWeb)!;
      const verdict = async (hosts: number) =>
        (await shop({ ...limited(limit), hosts: new Map([['web', hosts]]) })).servers[0]!.verdict;
      expect([await verdict(fitting), await verdict(fitting + 1)]).toEqual(['holds', 'violates']);
    }
  });

  it('is of workers and threads too, as the same engine has it', async () => {
    const hosts = { hosts: new Map([['web', 2]]) };
    for (const limit of [36, 45, 53]) {
      const project = await shop({ ...limited(limit), ...hosts }, 'workers 3\nthreads 9, 9\n');
      const [server] = project.servers;
      const members = membersOn(project.processes, server!);
      const verdict = async (puma: string) => (await shop({ ...limited(limit), ...hosts }, puma)).servers[0]!.verdict;
      const workers = mostThatFit(members, server!, 'process', isWeb)!;
      expect(await verdict(`workers ${workers}\nthreads 9, 9\n`)).toBe('holds');
      expect(await verdict(`workers ${workers + 1}\nthreads 9, 9\n`)).toBe('violates');
      const threads = mostThatFit(members, server!, 'thread', isWeb)!;
      expect(await verdict(`workers 3\nthreads ${threads}, ${threads}\n`)).toBe('holds');
      expect(await verdict(`workers 3\nthreads ${threads + 1}, ${threads + 1}\n`)).toBe('violates');
    }
  });

  it('is none where the others alone are too many, and unknown without a limit', async () => {
    const tight = await shop(limited(15));
    expect(mostThatFit(membersOn(tight.processes, tight.servers[0]!), tight.servers[0]!, 'host', isWeb)).toBe(0);
    const open = await shop({});
    expect(mostThatFit(membersOn(open.processes, open.servers[0]!), open.servers[0]!, 'host', isWeb)).toBeNull();
  });
});

it('says what one host, one worker and one thread less would save', async () => {
  const project = await shop({ hosts: new Map([['web', 3]]) });
  expect(savings(membersOn(project.processes, project.servers[0]!), 'web')).toEqual([
    { of: 'process', connections: 15 },
    { of: 'host', connections: 10 },
    { of: 'thread', connections: 6 },
  ]);
});

/** Puma with so many workers on a server of which nobody sees what WORKERS is. */
const deployed = (workers: string) =>
  lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
    'config/puma.rb': `workers ${workers}\nthreads 5, 5\n`,
    'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
    'config/deploy.yml': 'service: shop\nimage: shop\nservers:\n  - 192.0.2.1\nenv:\n  secret:\n    - WORKERS\n',
    Dockerfile: 'FROM ruby\nCMD ["bundle", "exec", "puma"]\n',
  });

describe('the formula of a demand', () => {
  const text = ({ processes, servers }: Project) => formulaText(formulaOf(membersOn(processes, servers[0]!)));

  it('is a number where everything is known', async () => {
    expect(text(await shop({}))).toBe('20');
  });

  it('keeps what is not known as a symbol, and adds up the rest', async () => {
    const project = await shop({ hosts: new Map([['web', 2]]) }, 'workers Etc.nprocessors\nthreads 5, 5\n');
    expect(project.servers[0]!.demand.known).toBe(false);
    expect(text(project)).toBe('10·processes of web on each host + 10');
  });

  it('keeps hosts that nothing states as symbols where that is asked', async () => {
    const { processes, servers } = await shop({});
    const formula = formulaOf(membersOn(processes, servers[0]!), 'unstated hosts');
    expect(formulaText(formula)).toBe('10·hosts of web + 10·hosts of worker');
    expect(mostOf(formula, 94)).toBeNull();
  });

  it('names a variable only where it says the number itself, and solves for that', async () => {
    const formula = async (workers: string) => {
      const { processes, servers } = (await deployed(workers)).projects[0]!;
      return formulaOf(membersOn(processes, servers[0]!));
    };
    const plain = await formula('Integer(ENV["WORKERS"] || 2)');
    expect(formulaText(plain)).toBe('5·WORKERS');
    expect(mostOf(plain, 94)).toEqual({ symbol: 'WORKERS', most: 18 });
    for (const converted of ['Integer(ENV.fetch("WORKERS"), exception: false)', 'ENV["WORKERS"]&.to_i'])
      expect(formulaText(await formula(converted))).toBe('5·WORKERS');
    for (const computed of [
      'ENV.fetch("WORKERS").to_i * 2',
      'ENV.fetch("WORKERS").to_i + 1',
      'ENV.fetch("WORKERS").to_i + "1".to_i',
      'Integer(ENV.fetch("WORKERS"), 16)',
      'ENV.fetch("WORKERS").to_i(16)',
    ])
      expect(formulaText(await formula(computed))).toBe('5·processes of web on each host');
  });

  it('is solved for a symbol only where it is one of every term, whichever comes first', async () => {
    const { processes, servers } = (await deployed('Integer(ENV["WORKERS"])')).projects[0]!;
    const web = membersOn(processes, servers[0]!)[0]!;
    const { hosts, processesPerHost: unknown } = web.process;
    const claims = web.pool.claims.map((claim) => ({ ...claim, threads: unknown }));
    const other: Member = {
      process: { ...web.process, processesPerHost: hosts },
      pool: { ...web.pool, size: unknown, claims, threads: unknown },
    };
    for (const members of [
      [web, other],
      [other, web],
    ]) {
      const formula = formulaOf(members);
      expect(formulaText(formula)).toBe('6·WORKERS');
      expect(mostOf(formula, 94)).toBeNull();
    }
  });

  it.each([
    [['Settings.mails', 'Settings.imports'], 'min(5, threads of jobs + 7)'],
    [['Settings.mails', '3'], 'min(5, threads of jobs + 7)'],
    [['2', '3'], '5'],
  ])('counts the threads of one process once, with entries of %j', async (entries, formula) => {
    const workers = entries.map((threads) => `    - threads: <%= ${threads} %>\n`).join('');
    const { projects } = await lintFiles({
      'Gemfile.lock': lockfile({ pg: '1.5.9', rails: '8.0.2', solid_queue: '1.4.0' }),
      Procfile: 'jobs: bin/jobs --mode async\n',
      'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
      'config/queue.yml': `production:\n  workers:\n${workers}`,
    });
    expect(text(projects[0]!)).toBe(formula);
  });

  it('calls threads for marked requests otherwise than those of the process', async () => {
    const { projects } = await lintFiles({
      'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '8.0.2', rails: '8.0.2' }),
      Procfile: 'web: bundle exec puma\n',
      'config/puma.rb': 'threads Etc.nprocessors\nmax_io_threads Etc.nprocessors\n',
      'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 10\n',
    });
    expect(text(projects[0]!)).toBe('min(10, threads of web + threads of marked requests of web)');
  });
});
