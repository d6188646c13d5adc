import type { Treatment } from '../../launch/recorder.ts';
import { wordNames } from '../../launch/words.ts';
import { combine, type Traced } from '../../value/traced.ts';
import { lookup, settled, type VersionTable } from '../../versions/versions.ts';
import { kernelInteger } from '../coercion.ts';
import type { Reading } from './reading.ts';
import { alone, type Counts, type SimpleRow } from './row.ts';
import { lastSaid } from './ruby_file.ts';

export const karafka: SimpleRow = {
  id: 'karafka',
  title: 'Karafka',
  role: 'worker',
  gem: 'karafka',
  source: 'lib/karafka/setup/config.rb@v2.6.0',
  inferred: 'bundle exec karafka server',
  options: [],
  recognises: ([program, command]) => program === 'karafka' && /^(?:s|server|swarm)$/.test(command ?? ''),
  // Consumers of a log: no backend of Active Job to speak of.
  usedDirectly: /(?:)/,
  // A swarm forks what consumes. Source: lib/karafka/swarm/supervisor.rb@v2.6.0
  loadsIn: ({ launch }) => !wordNames(launch.command?.words ?? []).includes('swarm'),
  counts,
};

/** Threads that all consumer groups share; up to 1.4 there were none. */
export const KARAFKA_THREADS: VersionTable<number> = {
  gem: 'karafka',
  rows: [
    { since: '0', value: 1, source: 'lib/karafka/setup/config.rb@v1.4.14' },
    { since: '2.0.0', value: 5, source: 'lib/karafka/setup/config.rb@v2.6.0' },
  ],
};

const SETUP: Readonly<Record<string, Treatment>> = { setup: { block: 'yield' } };

/** `config.concurrency` in karafka.rb; `karafka swarm` starts `config.swarm.nodes` processes, three by default. */
function counts(reading: Reading): Counts {
  const { boot } = reading;
  const said = (path: string) => lastSaid(boot, 'karafka.rb', path, SETUP);
  const usual = settled(lookup(KARAFKA_THREADS, boot.versions, 'Karafka runs so many threads by default'), 'karafka');
  const concurrency = said('setup.concurrency=');
  const threads: Traced<number> = concurrency
    ? reading.number([concurrency], reading.fallback(5, 'Karafka runs five threads by default'), kernelInteger)
    : usual;
  const swarm = boot.launch.command?.words.some(({ value }) => value.known && value.value === 'swarm') ?? false;
  const nodes = reading.fallback(3, 'a swarm of Karafka has three processes by default');
  const processes = swarm
    ? reading.number([said('setup.swarm.nodes=')], nodes, kernelInteger)
    : alone('karafka server is one process');
  return {
    processes: combine(null, [processes], (count) => count),
    threads,
    settings: { concurrency: threads, nodes: processes },
  };
}
