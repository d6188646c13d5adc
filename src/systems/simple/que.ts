import { assuming, combine } from '../../value/traced.ts';
import { lookup, settled, type VersionTable } from '../../versions/versions.ts';
import { kernelInteger } from '../coercion.ts';
import { withoutOptions } from '../rules.ts';
import { runsTask, valued, type Reading } from './reading.ts';
import { alone, type Counts, type SimpleRow } from './row.ts';

export const que: SimpleRow = {
  id: 'que',
  title: 'Que',
  role: 'worker',
  gem: 'que',
  source: 'lib/que/command_line_interface.rb@v2.4.1',
  inferred: 'bundle exec que',
  options: [...valued('count', 'worker-count', 'w'), ...valued('priorities', 'worker-priorities', 'p')],
  recognises: (names) => names[0] === 'que' || runsTask(names, /^que:work$/),
  // Source: lib/que/job.rb@v2.4.1, lib/que.rb@v2.4.1
  usedDirectly: /\bQue::Job\b|\bQue\.enqueue\b/,
  // One process loads the application and runs its threads. Source: lib/que/command_line_interface.rb@v2.4.1
  loadsIn: () => true,
  counts,
};

/** Workers by default: four up to 0.14, six from 1.0 on. */
export const QUE_WORKERS: VersionTable<number> = {
  gem: 'que',
  rows: [
    { since: '0', value: 4, source: 'bin/que@v0.14.3' },
    { since: '1.0.0', value: 6, source: 'lib/que/command_line_interface.rb@v2.4.1' },
  ],
};

/** The locker keeps a connection of its own, beside the pool of the workers. Source: lib/que/locker.rb@v2.4.1 */
function counts(reading: Reading): Counts {
  const byVersion = settled(lookup(QUE_WORKERS, reading.boot.versions, 'Que starts so many workers by default'), 'que');
  const usual = reading.boot.launch.command ? byVersion : assuming(byVersion, [withoutOptions('Que')]);
  const listed = reading.option('priorities');
  const count = reading.option('count') ?? reading.variable('QUE_WORKER_COUNT');
  const silent = count.known && count.value === null;
  const threads = !silent
    ? reading.number([count], reading.fallback(6, 'Que runs six workers by default'), kernelInteger)
    : listed
      ? combine(null, [listed], (text) => (text ?? '').split(',').length)
      : usual;
  const locker = reading.fallback(1, "Que's locker has a connection of its own");
  return {
    processes: alone('que is one process'),
    threads,
    outside: [{ on: 'first', connections: locker }],
    settings: { worker_count: threads },
  };
}
