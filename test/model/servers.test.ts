import { describe, expect, it } from 'vitest';
import type { Turn } from '../../src/launch/launch.ts';
import { onDeployedServers, type DeployedServer } from '../../src/model/deployed_servers.ts';
import { demandAt, hostsAtPeak } from '../../src/model/peak.ts';
import type { Process, Server } from '../../src/model/process.ts';
import { serversOf, type ServerLimits } from '../../src/model/servers.ts';
import { combine, known, unknown, type Traced } from '../../src/value/traced.ts';
import { lintFiles, lockfile } from '../support/lint.ts';

const SAID = { kind: 'assumed', text: 'for the test' } as const;
const number = (count: number): Traced<number> => known(count, SAID);
const LIMITS: ServerLimits = { overhead: null, maxConnections: [] };

/** The processes of a shop: Puma with 2 × 5 threads, Sidekiq with 10, each on a pool of its own size. */
async function shop(database = 'production:\n  adapter: postgresql\n  pool: 10\n'): Promise<readonly Process[]> {
  const { projects } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2', sidekiq: '7.3.9' }),
    Procfile: 'web: bundle exec puma\nworker: bundle exec sidekiq -c 10\n',
    'config/puma.rb': 'workers 2\nthreads 5, 5\n',
    'config/database.yml': database,
  });
  return projects[0]!.processes;
}

function launched(processes: readonly Process[], name: string, more: Partial<Process['launch']>): readonly Process[] {
  return processes.map((one) => (one.name === name ? { ...one, launch: { ...one.launch, ...more } } : one));
}

function only(servers: readonly Server[]): Server {
  expect(servers).toHaveLength(1);
  return servers[0]!;
}

function value(traced: Traced<unknown>): unknown {
  return traced.known ? traced.value : null;
}

const doubled = (copies: Traced<number>): Traced<number> => combine(null, [copies], (count) => count * 2);
const same = (copies: Traced<number>): Traced<number> => copies;

describe('a deploy and the top of autoscaling', () => {
  it('are the same formula with other numbers of hosts', async () => {
    let processes = launched(await shop(), 'web', { autoscaled: number(4), overlap: doubled });
    processes = launched(processes, 'worker', { overlap: same });
    const server = only(serversOf(processes, { ...LIMITS, maxConnections: [stated(60)] }));
    // web 1 × 2 × 5, worker 10; at 4 hosts web 40; and 8 of them during a deploy.
    expect([server.demand, server.autoscaled, server.peak].map(value)).toEqual([20, 50, 90]);
    expect([server.verdict, server.autoscaledVerdict, server.peakVerdict]).toEqual(['holds', 'holds', 'violates']);
  });

  const turns = (...all: Turn[]) => ({ turns: () => known(all, { kind: 'flag', text: 'turns' }) });
  const at = (place: string, round = 0): Turn => ({ round, place });

  it.each([
    ['those of one place take turns: only the largest', turns(at('a')), turns(at('a')), 30],
    ['those of other places are replaced at the same time', turns(at('a')), turns(at('b')), 40],
    ['those of another round are not', turns(at('a')), turns(at('b', 1)), 30],
    ['every copy has its place and its round', turns(at('a'), at('b')), turns(at('b'), at('c', 1), at('d', 1)), 40],
    ['a round of two that hold little is more than one of one', turns(at('a')), turns(at('b', 1), at('c', 1)), 40],
    ['nothing is replaced', turns(), turns(), 20],
  ])('%s', async (_, web, worker, peak) => {
    const processes = launched(launched(await shop(), 'web', web), 'worker', worker);
    // web 10 and worker 10 in steady state.
    expect(value(only(serversOf(processes, LIMITS)).peak)).toBe(peak);
    const members = processes.flatMap((process) => process.pools.map((pool) => ({ process, pool })));
    const hosts = hostsAtPeak(members);
    const demands = members.map((member) => value(demandAt(member, hosts(member.process)!)) as number);
    expect(demands.reduce((total, one) => total + one, 0)).toBe(peak);
  });

  it('leave the peak unknown where one platform says nothing of overlap', async () => {
    const processes = launched(await shop(), 'web', { overlap: doubled });
    const server = only(serversOf(processes, { ...LIMITS, maxConnections: [stated(40)] }));
    expect(value(server.peak)).toBeNull();
    expect(server.peakVerdict).toBe('unknown');
  });

  it('never go below what runs without them', async () => {
    const processes = (await shop()).map((one) => ({ ...one, launch: { ...one.launch, autoscaled: number(0) } }));
    const server = only(serversOf(processes, LIMITS));
    expect(value(server.autoscaled)).toBe(value(server.demand));
  });
});

describe('a verdict', () => {
  it('holds up to the last connection, with what stands beside it', async () => {
    const processes = await shop();
    const verdict = (limit: number, overhead = 3) =>
      only(serversOf(processes, { overhead: number(overhead), maxConnections: [stated(limit)] })).verdict;
    // 20 + 3 beside them, and PostgreSQL keeps 3 of the limit.
    expect([verdict(26), verdict(25), verdict(25, 2)]).toEqual(['holds', 'violates', 'holds']);
  });

  it('is one where every possible number says the same, and none where they differ', async () => {
    const processes = await shop();
    const either = (...limits: number[]): Traced<number> =>
      unknown(
        'it depends',
        SAID,
        limits.map((one) => known(one, SAID)),
      );
    const verdict = (...limits: number[]) =>
      only(
        serversOf(processes, {
          ...LIMITS,
          maxConnections: [{ server: null, limit: either(...limits), reserved: null }],
        }),
      ).verdict;
    expect([verdict(30, 40), verdict(10, 20), verdict(10, 40)]).toEqual(['holds', 'violates', 'unknown']);
  });
});

describe('a server that the deployment starts', () => {
  const db: DeployedServer = { kind: 'postgresql', names: ['db', 'shop-db'], limit: number(200), reserved: null };

  it('is the one of entries that state no host, and of those that call it by one of its names', async () => {
    const entry = (name: string, more: string) => `  ${name}:\n    adapter: postgresql\n    pool: 10\n${more}`;
    const database =
      'production:\n' +
      entry('primary', '') +
      entry('queue', '    host: shop-db\n') +
      entry('cache', '    host: db\n    port: 5432\n');
    const everywhere = (await shop(database)).map((process) => process);
    const processes = onDeployedServers(everywhere, [db]);
    const servers = serversOf(processes, { ...LIMITS, deployed: [db] });
    expect(servers.map(({ name, limit, usable }) => [name, value(limit), value(usable)])).toEqual([
      ['db:5432', 200, 197],
    ]);
  });

  it('is not the one of entries on another host, nor of another kind of database', async () => {
    const elsewhere = onDeployedServers(
      await shop('production:\n  adapter: postgresql\n  pool: 10\n  host: pg.shop.example\n'),
      [db],
    );
    const [server] = serversOf(elsewhere, { ...LIMITS, deployed: [db] });
    expect([server?.name, value(server!.limit)]).toEqual(['pg.shop.example:5432', null]);
    const mysql = onDeployedServers(await shop('production:\n  adapter: mysql2\n  pool: 10\n'), [db]);
    expect(serversOf(mysql, { ...LIMITS, deployed: [db] }).map(({ limit }) => value(limit))).toEqual([null]);
  });

  it('is nobody’s where there are two of a kind', async () => {
    const other = { ...db, names: ['replica'] };
    const processes = onDeployedServers(await shop(), [db, other]);
    expect(serversOf(processes, { ...LIMITS, deployed: [db, other] }).map(({ limit }) => value(limit))).toEqual([null]);
  });

  it('is limited by the user’s word rather than its own', async () => {
    const processes = onDeployedServers(await shop(), [db]);
    const limits = { ...LIMITS, deployed: [db], maxConnections: [stated(40)] };
    expect(serversOf(processes, limits).map(({ limit }) => value(limit))).toEqual([40]);
  });
});

function stated(limit: number): ServerLimits['maxConnections'][number] {
  return { server: null, limit: number(limit), reserved: null };
}
