import { combine, unknown, type Traced } from '../../value/traced.ts';
import type { PsychMapping, PsychScalar } from '../../yaml/node.ts';
import { keyText } from '../../yaml/read.ts';
import { runsTask, valued, type Reading } from './reading.ts';
import type { Counts, SimpleRow } from './row.ts';

export const resque: SimpleRow = {
  id: 'resque',
  title: 'Resque',
  role: 'worker',
  gem: 'resque',
  source: 'lib/resque/tasks.rb@v3.0.0',
  inferred: 'bundle exec rake resque:work',
  options: valued('config', 'config', 'c'),
  recognises: (names) =>
    names[0] === 'resque-pool' ||
    (names[0] === 'resque' && names.includes('work')) ||
    runsTask(names, /^resque:(?:work|workers|pool)$/),
  // Source: lib/resque.rb@v3.0.0 (enqueue, enqueue_to)
  usedDirectly: /\bResque\.enqueue/,
  counts,
};

/** A worker forks a child for every job, which holds the connection; `resque:workers` and resque-pool start several. */
function counts(reading: Reading): Counts {
  const threads = reading.fallback(1, 'a worker of Resque runs one job at a time');
  const names = (reading.boot.launch.command?.words ?? []).map(({ value }) => (value.known ? value.value : ''));
  const single = reading.fallback(1, 'resque:work is one worker');
  const isPool = names.some((name) => /(?:^|\/)resque-pool$|^resque:pool$/.test(name));
  const several = names.includes('resque:workers');
  const processes = isPool
    ? resquePool(reading)
    : several
      ? reading.number([reading.variable('COUNT')], single)
      : single;
  return { processes, threads, settings: { workers: processes, threads } };
}

/** The sum over the queues of resque-pool.yml. Source: lib/resque/pool.rb@v0.7.1 (load_config, environment) */
function resquePool(reading: Reading): Traced<number> {
  const { boot } = reading;
  const named = reading.option('config');
  const paths = named?.known && named.value !== null ? [named.value] : ['resque-pool.yml', 'config/resque-pool.yml'];
  const path = paths.find((one) => boot.files.kind(one) === 'file');
  const nowhere = 'no file of the repository says how many workers resque-pool starts';
  const worlds = path === undefined ? [] : (boot.yaml(path, null) ?? []);
  const [world, ...others] = worlds;
  const root = world?.document.root;
  if (root?.kind !== 'mapping' || others.length > 0) return unknown(nowhere, { kind: 'assumed', text: nowhere });
  const section = root.entries.find(({ key }) => keyText(key) === boot.railsEnv)?.value;
  const sizes = new Map([...queuesIn(root), ...(section?.kind === 'mapping' ? queuesIn(section) : [])]);
  if (root.open !== null || sizes.size === 0) {
    return unknown(root.open ?? nowhere, { kind: 'literal', at: root.at });
  }
  return combine(null, [...sizes.values()], (...all) =>
    (all as readonly PsychScalar[]).reduce<number>((sum, count) => sum + Number(count), 0),
  );
}

function queuesIn(mapping: PsychMapping): readonly (readonly [string, Traced<PsychScalar>])[] {
  return mapping.entries.flatMap(({ key, value }) =>
    value.kind === 'scalar' ? [[keyText(key), value.value] as const] : [],
  );
}
