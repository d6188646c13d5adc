import { describe, expect, it } from 'vitest';
import { hostsThatFit, membersOn, savings } from '../../src/model/fits.ts';
import { formulaOf, formulaText } from '../../src/model/formula.ts';
import type { EngineOptions } from '../../src/lint/engine.ts';
import type { Project } from '../../src/lint/result.ts';
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

describe('how many hosts fit', () => {
  it('is the number of which one more is refused by the same engine', async () => {
    for (const limit of [30, 55, 106, 250]) {
      const project = await shop(limited(limit));
      const [server] = project.servers;
      const fitting = hostsThatFit(membersOn(project.processes, server!), server!, 'web')!;
      const verdict = async (hosts: number) =>
        (await shop({ ...limited(limit), hosts: new Map([['web', hosts]]) })).servers[0]!.verdict;
      expect([await verdict(fitting), await verdict(fitting + 1)]).toEqual(['holds', 'violates']);
    }
  });

  it('is none where the others alone are too many, and unknown without a limit', async () => {
    const tight = await shop(limited(15));
    expect(hostsThatFit(membersOn(tight.processes, tight.servers[0]!), tight.servers[0]!, 'web')).toBe(0);
    const open = await shop({});
    expect(hostsThatFit(membersOn(open.processes, open.servers[0]!), open.servers[0]!, 'web')).toBeNull();
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
});
