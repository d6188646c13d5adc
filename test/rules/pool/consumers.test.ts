import { describe, expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

const RULE = 'consumer-concurrency-exceeds-pool';

async function found(worker: string, gems: Record<string, string>, files: Record<string, string> = {}) {
  const { findings, projects } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2', ...gems }),
    Procfile: `web: bundle exec puma -t 5:5\nworker: ${worker}\n`,
    'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
    ...files,
  });
  const process = projects[0]!.processes.find(({ name }) => name === 'worker')!;
  const demand = process.pools[0]!.demand;
  return { findings: findings.map(concise), demand: demand.known ? demand.value : '?' };
}

const tooMany = (threads: number) => [
  `config/database.yml:3:9: warning ${RULE} worker runs ${threads} threads on a pool of 5`,
];

describe('programs that work on a queue', () => {
  it('are found where their threads are more than the pool', async () => {
    const shoryuken = { 'config/shoryuken.yml': 'queues: [default]\n' };
    expect((await found('shoryuken -R -C config/shoryuken.yml', { shoryuken: '6.2.1' }, shoryuken)).findings).toEqual(
      tooMany(25),
    );
    expect((await found('shoryuken -R -c 5 -q default', { shoryuken: '6.2.1' })).findings).toEqual([]);
    const karafka = {
      'karafka.rb': 'class KarafkaApp < Karafka::App\n  setup do |config|\n    config.concurrency = 10\n  end\nend\n',
    };
    expect((await found('karafka server', { karafka: '2.4.0' }, karafka)).findings).toEqual(tooMany(10));
    expect((await found('karafka server', { karafka: '2.4.0' })).findings).toEqual([]);
    expect((await found('que', { que: '2.4.1' })).findings).toEqual(tooMany(6));
    const sneakers = {
      'app/workers/order_worker.rb': 'class OrderWorker\n  include Sneakers::Worker\n  from_queue "orders"\nend\n',
    };
    expect((await found('rake sneakers:run', { sneakers: '2.11.0' }, sneakers)).findings).toEqual(tooMany(10));
  });

  it('are counted, and never found, where each is a process of one thread', async () => {
    expect(await found('bin/delayed_job start -n 12', { delayed_job: '4.1.13' })).toEqual({ findings: [], demand: 12 });
    expect(await found('rake resque:workers COUNT=8', { resque: '2.6.0' })).toEqual({ findings: [], demand: 8 });
    // The locker's connection is beside the pool: 5 of 6 workers, and the locker.
    expect((await found('que', { que: '2.4.1' })).demand).toBe(6);
  });
});
